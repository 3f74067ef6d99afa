// SPDX-License-Identifier: MIT
// Edits that have nothing to do with each other may come in any order; what they do not touch stays as it came.
#include "check.hpp"

#include <functional>

using namespace sipmsg;
using namespace property;

namespace {

constexpr std::uint64_t tries = 400;

using Edit = std::function<void(Message&)>;

/// None of these looks at what another one writes.
std::vector<Edit> edits(const MessageView& message) {
    std::vector<Edit> list = {
        [](Message& m) { m.push_via("SIP/2.0/TCP edge.example.org:5061;branch=z9hG4bK-edit"); },
        [](Message& m) { m.pop_route(); },
        [](Message& m) { m.remove("Supported"); },
        [](Message& m) { m.set(Header::contact, "<sip:edit@example.org>"); },
        [](Message& m) { m.append("X-Edit", "added"); },
    };
    if (message.is_request()) list.emplace_back([](Message& m) { m.set_request_uri("sip:next@hop.example.org;lr"); });
    // Appends when there is none, and then its place depends on who comes first.
    if (message.has(Header::max_forwards)) list.emplace_back([](Message& m) { m.decrement_max_forwards(); });
    // Likewise the Contact.
    if (!message.has(Header::contact)) list.erase(list.begin() + 3);
    return list;
}

std::string apply(const std::string& octets, const std::vector<Edit>& list, const std::vector<std::size_t>& order) {
    auto message = Message::parse(octets);
    REQUIRE(message);
    for (const auto i : order) list[i](*message);
    const auto fresh = parse(message->octets());
    REQUIRE(fresh);
    CHECK(corpus::facts_of(*fresh).difference(corpus::facts_of(message->view())) == "");
    CHECK(fresh->body() == message->body());
    CHECK(fresh->head_size() == message->view().head_size());
    return message->octets();
}

/// The start line and each header line with its end, folds included.
std::vector<std::string> lines_of(std::string_view head) {
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (std::size_t i = 0; i + 1 < head.size(); ++i) {
        if (head[i] != '\n' || head[i + 1] == ' ' || head[i + 1] == '\t') continue;
        lines.emplace_back(head.substr(begin, i + 1 - begin));
        begin = i + 1;
    }
    return lines;
}

bool is_touched(const std::string& line) {
    const auto id = header_of(line.substr(0, line.find_first_of(": \t")));
    return id == Header::route || id == Header::supported || id == Header::contact || id == Header::max_forwards;
}

/// The lines no edit is about.
std::vector<std::string> untouched(const MessageView& message) {
    auto lines = lines_of(message.octets().substr(0, message.head_size()));
    lines.erase(lines.begin());
    std::erase_if(lines, is_touched);
    std::erase_if(lines,
                  [](const std::string& line) { return line.contains("z9hG4bK-edit") || line.contains("X-Edit"); });
    return lines;
}

std::vector<std::size_t> shuffled(Random& random, std::size_t count) {
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = i;
    for (auto i = count; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

}  // namespace

TEST_CASE("independent edits give the same message in any order, and leave the other lines as they came") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        const auto octets = Grammar(random).message().text;
        const auto before = parse(octets);
        REQUIRE(before);
        const auto list = edits(*before);
        const auto first = apply(octets, list, shuffled(random, list.size()));
        for (int order = 0; order < 3; ++order)
            CHECK(corpus::printable(apply(octets, list, shuffled(random, list.size()))) == corpus::printable(first));
        const auto after = parse(first);
        REQUIRE(after);
        CHECK(untouched(*after) == untouched(*before));
        CHECK(after->body() == before->body());
    }
}

TEST_CASE("a Via that is pushed and popped, and a header that is appended and removed, leave no trace") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        const auto octets = Grammar(random).message().text;
        auto message = Message::parse(octets);
        REQUIRE(message);
        message->push_via("SIP/2.0/UDP a.example;branch=z9hG4bK-1");
        message->append("X-Edit", "x");
        message->prepend("X-Edit", "y");
        CHECK(message->remove("x-edit") == 2);
        CHECK(message->pop_via());
        CHECK(message->octets() == octets);
        CHECK(corpus::facts_of(message->view()).difference(corpus::facts_of(*parse(octets))) == "");
    }
}
