// SPDX-License-Identifier: MIT
// Values drawn from the grammar: each is read, gives back what was put in, and prints so that it reads the same.
#include "check.hpp"

using namespace sipmsg;
using namespace property;

namespace {

constexpr std::uint64_t tries = 1'500;

/// "ok ..." or the error, for readers that are compared.
template <class T>
std::string outcome(const Result<T>& result) {
    if (!result) return corpus::text_of(result.error());
    std::string text = "ok";
    append_to(text, *result);
    return text;
}

/// Reads, finds the facts; prints, reads again, finds them again; printing that is the identity.
template <class T>
void check_value(const Sample& sample, const std::string& name) {
    INFO("text: ", corpus::printable(sample.text));
    const Exact exact(sample.text);
    const auto value = T::parse(exact.text());
    REQUIRE_MESSAGE(value, to_string(value.error()));
    check_found(sample, corpus::facts_of(*value), name);
    const auto printed = to_string(*value);
    INFO("printed: ", corpus::printable(printed));
    const auto again = T::parse(printed);
    REQUIRE_MESSAGE(again, to_string(again.error()));
    check_found(as_printed(sample), corpus::facts_of(*again), name);
    CHECK(corpus::printable(to_string(*again)) == corpus::printable(printed));
}

/// The values of a comma list come out one by one, each as it is alone.
template <class T>
void check_list(Grammar& grammar, const std::vector<std::string>& texts) {
    std::string joined;
    for (const auto& text : texts) joined += (joined.empty() ? "" : grammar.sws() + "," + grammar.sws()) + text;
    INFO("list: ", corpus::printable(joined));
    std::string_view rest = joined;
    for (const auto& text : texts) {
        const auto item = T::parse_item(rest);
        REQUIRE_MESSAGE(item, to_string(item.error()));
        CHECK(corpus::facts_of(*item).difference(corpus::facts_of(*T::parse(text))) == "");
    }
    CHECK(rest.empty());
}

}  // namespace

TEST_CASE("a URI of the grammar is read, and printing it is undone by reading it (RFC 3261 §19.1.1)") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        Grammar grammar(random);
        const auto sample = grammar.uri();
        check_value<Uri>(sample, "uri");
        const auto uri = *Uri::parse(sample.text);
        CHECK(equivalent(uri, uri));
        CHECK(equivalent(uri, *Uri::parse(to_string(uri))));
        CHECK(equivalent(*Uri::parse(to_string(uri)), uri));
    }
}

TEST_CASE("a Via of the grammar is read, and printing it is undone by reading it (RFC 3261 §20.42)") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        Grammar grammar(random);
        const auto sample = grammar.via();
        check_value<Via>(sample, "Via");
        CHECK(!check_header("Via", sample.text));
        check_list<Via>(grammar, {sample.text, grammar.via().text, grammar.via().text});
    }
}

TEST_CASE("an address of the grammar is read, and printing it is undone by reading it (RFC 3261 §20.10)") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        Grammar grammar(random);
        auto sample = grammar.address(random.chance(50));
        sample.append(grammar.params(4));
        check_value<NameAddr>(sample, "address");
        CHECK(!check_header("Reply-To", sample.text));
        const auto contact = grammar.contact();
        check_value<Contact>(contact, "Contact");
        CHECK(!check_header("m", contact.text));
        check_list<Contact>(grammar, {sample.text, contact.text});
    }
}

TEST_CASE("what stands around a value does not matter") {
    const Seeds seeds(tries / 10);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        Grammar grammar(random);
        auto uri = grammar.uri().text;
        auto via = grammar.via().text;
        auto address = grammar.address(false).text + grammar.params(3).text;
        for (auto* text : {&uri, &via, &address})
            if (random.chance(50)) text->resize(random.below(text->size() + 1));  // broken off, it is as good a test
        check_alone_and_embedded(uri, [](std::string_view text) { return outcome(Uri::parse(text)); });
        check_alone_and_embedded(via, [](std::string_view text) { return outcome(Via::parse(text)); });
        check_alone_and_embedded(address, [](std::string_view text) { return outcome(NameAddr::parse(text)); });
        check_alone_and_embedded(via, [](std::string_view text) { return check_header("Via", text); });
        check_alone_and_embedded(address, [](std::string_view text) { return check_header("Contact", text); });
    }
}

TEST_CASE("quoting is undone by unquoting, escaping by unescaping") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        std::string text;
        for (auto n = random.below(40); n > 0; --n) text += static_cast<char>(random.between(1, 255));
        CHECK(unescape(escape_user(text)) == text);
        CHECK(unescape(escape_header(text)) == text);
        std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
        CHECK(unquote(quote(text)) == text);
    }
}
