// SPDX-License-Identifier: MIT
// Messages of the grammar with octets changed, lost, doubled: whatever comes out is refused or read, and the layers
// agree.
#include "check.hpp"

using namespace sipmsg;
using namespace property;

namespace {

constexpr std::uint64_t tries = 4'000;

char octet(Random& random) {
    return random.chance(70) ? random.pick(std::string_view("\0\t\r\n \"%&'(),/:;<=>?@[\\]a0*\x7F\x80\xFF", 28))
                             : static_cast<char>(random.below(256));
}

std::string mutated(Random& random, std::string text) {
    for (auto n = random.between(1, 4); n > 0 && !text.empty(); --n) {
        const auto at = random.below(text.size());
        const auto length = random.between(1, std::min<std::size_t>(30, text.size() - at));
        switch (random.below(6)) {
            case 0: text.insert(at, 1, octet(random)); break;
            case 1: text.erase(at, random.chance(60) ? 1 : length); break;
            case 2: text.insert(random.below(text.size()), text.substr(at, length)); break;
            case 3: text.resize(random.chance(30) ? at : text.size()); break;
            default: text[at] = octet(random); break;
        }
    }
    return text;
}

bool inside(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_inside(const MessageView& message) {
    for (const auto& field : message.fields()) {
        CHECK(inside(message.name(field), message.octets()));
        CHECK(inside(message.value(field), message.octets()));
        CHECK(header_of(message.name(field)) == field.id);
    }
    CHECK(inside(message.body(), message.octets()));
    CHECK(message.head_size() + message.body().size() == message.octets().size());
}

/// Three readers of one message must say the same of it.
void check_agreement(const MessageView& message) {
    const bool checked = !check_mandatory(message) && check_all(message).empty();
    const auto facts = corpus::facts_of(message);
    if (checked) CHECK(facts.refused() == "");
    const Message copy(message);
    CHECK(corpus::facts_of(copy.view()).difference(facts) == "");
    CHECK(copy.octets() == message.octets());
}

}  // namespace

TEST_CASE("mutated messages are refused with a place inside them, or read the same by every reader") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        const auto text = mutated(random, Grammar(random).message().text);
        INFO("message: ", corpus::printable(text));
        const Exact exact(text);
        const auto message = parse(exact.text());
        if (const auto partial = salvage(exact.text())) (void)corpus::facts_of(*partial);
        ParseOptions tolerant;
        tolerant.lenient.bare_lf = true;
        tolerant.lenient.missing_body = true;
        const auto loose = parse(exact.text(), tolerant);
        if (!message) {
            CHECK(message.error().offset <= text.size());
            continue;
        }
        check_inside(*message);
        check_agreement(*message);
        REQUIRE(loose);
        CHECK(corpus::facts_of(*loose).difference(corpus::facts_of(*message)) == "");
        for (const auto& fault : check_all(*message)) CHECK(fault.offset <= text.size());
        if (const auto fault = check_mandatory(*message)) CHECK(fault->offset <= text.size());
    }
}

TEST_CASE("what check_header() takes, the typed class takes") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        Grammar grammar(random);
        const std::pair<std::string_view, std::string> lines[] = {
            {"Via",           grammar.via().text                                  },
            {"From",          grammar.address(false).text + grammar.params(2).text},
            {"Route",         grammar.address(true).text + grammar.params(2).text },
            {"Contact",       grammar.contact().text                              },
            {"CSeq",          grammar.cseq("INVITE").text                         },
            {"Authorization", grammar.credentials().text                          },
        };
        for (const auto& [name, sound] : lines) {
            const auto value = mutated(random, sound);
            INFO("line: ", std::string(name), ": ", corpus::printable(value));
            const Exact exact(value);
            if (const auto fault = check_header(name, exact.text())) {
                CHECK(fault->offset <= value.size());
                continue;
            }
            if (value.find_first_of("\r\n") == std::string::npos) CHECK(corpus::facts_of(name, value).refused() == "");
        }
    }
}
