// SPDX-License-Identifier: MIT
// Messages drawn from the grammar: each is sound, gives back what was put in, and is the same message as a copy.
#include "check.hpp"

using namespace sipmsg;
using namespace property;

namespace {

constexpr std::uint64_t tries = 1'000;

/// Line by line, as octets: what an index of positions shows.
std::string lines_of(const MessageView& message) {
    std::string text = std::string(message.method_text()) + "|" + std::string(message.request_uri_text()) + "|" +
                       std::string(message.reason()) + "|" + std::to_string(message.status()) + "\n";
    for (const auto& field : message.fields())
        text += std::to_string(static_cast<int>(field.id)) + "|" + std::string(message.name(field)) + "|" +
                std::string(message.value(field)) + "\n";
    return text + std::to_string(message.head_size()) + "|" + std::string(message.body());
}

}  // namespace

TEST_CASE("a message of the grammar is sound and gives back what was put in (RFC 3261 §25.1)") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        const auto sample = Grammar(random).message();
        INFO("message: ", corpus::printable(sample.text));
        const Exact exact(sample.text);
        const auto verdict = corpus::verdict_on(exact.text());
        REQUIRE_MESSAGE(verdict.sound(), std::string(verdict.layer), ": ", to_string(verdict.error));
        const auto message = parse(exact.text());
        const auto facts = corpus::facts_of(*message);
        check_found(sample, facts);
        CHECK(facts.refused() == "");
        CHECK(message->octets() == exact.text());
        CHECK(message->excess() == 0);
    }
}

TEST_CASE("a message that owns its octets shows what the view shows") {
    const Seeds seeds(tries / 2);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        const auto text = Grammar(random).message().text;
        const Exact exact(text);
        const auto view = parse(exact.text());
        REQUIRE(view);
        const Message owned(*view);
        const auto taken = Message::parse(text);
        REQUIRE(taken);
        const Message copy = owned;
        for (const auto* message : {&owned, &*taken, &copy}) {
            CHECK(message->octets() == text);
            CHECK(lines_of(message->view()) == lines_of(*view));
        }
        CHECK(corpus::facts_of(owned.view()).difference(corpus::facts_of(*view)) == "");
    }
}

TEST_CASE("what stands around a message does not matter, and what stands behind its body is told apart") {
    const Seeds seeds(tries / 10);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        auto text = Grammar(random).message().text;
        const auto longer = text + "INVITE sip:x SIP/2.0\r\n\r\n";
        const auto excess = parse(longer);
        REQUIRE(excess);
        CHECK(excess->octets() == text);
        CHECK(excess->excess() == 24);
        if (random.chance(50)) text.resize(random.below(text.size()));
        check_alone_and_embedded(text, [](std::string_view octets) {
            const auto message = parse(octets);
            return message ? lines_of(*message) : corpus::text_of(message.error());
        });
    }
}

TEST_CASE("the facts of a message cut anywhere are refused or sound, and its head can be salvaged") {
    const Seeds seeds(tries / 50);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        const auto text = Grammar(random).message().text;
        for (std::size_t size = 0; size < text.size(); ++size) {
            const Exact cut(std::string_view(text).substr(0, size));
            const auto message = parse(cut.text());
            CHECK(!message);
            CHECK(message.error().code == ParseErrc::incomplete);
            CHECK(message.error().offset <= size);
            const auto partial = salvage(cut.text());
            if (!partial) continue;
            CHECK(partial->fields().size() <= parse(text)->fields().size());
            (void)corpus::facts_of(*partial);
        }
    }
}
