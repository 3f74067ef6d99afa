// SPDX-License-Identifier: MIT
#include "octets.hpp"

#include <sipmsg/simd.hpp>
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace {

using namespace sipmsg;

/// Puts back what was in use.
struct KeepSimd {
    Simd before = simd();
    ~KeepSimd() { use_simd(before); }
};

void note(std::string& seen, const ParseError& error) { seen += '!' + to_string(error) + ';'; }

void note(std::string& seen, const Params& params) {
    for (const auto& param : params) seen.append(param.name).append("=").append(param.value.value_or("-")) += ';';
}

void note(std::string& seen, const Uri& uri) {
    seen.append(uri.scheme_text()).append("|").append(uri.user()).append("|").append(uri.password().value_or("-"));
    seen.append("|").append(uri.host().text).append(std::to_string(static_cast<int>(uri.host().kind)));
    seen.append("|").append(std::to_string(uri.port().value_or(0))).append("|").append(uri.headers().text()) += ';';
    seen.append(uri.transport().value_or("-")).append(uri.is_loose_router() ? "lr" : "") += ';';
    note(seen, uri.params());
}

void note(std::string& seen, const Via& via) {
    seen.append(via.transport()).append("|").append(via.host().text).append("|").append(via.branch()) += '|';
    seen.append(via.received().value_or("-")).append(std::to_string(via.rport().value_or(0))) += ';';
    note(seen, via.params());
}

void note(std::string& seen, const NameAddr& address) {
    seen.append(address.display()).append("|").append(address.tag().value_or("-")) += ';';
    note(seen, address.uri());
    note(seen, address.params());
}

std::optional<ParseError> check_all_mandatory(const MessageView& message, Essentials& into) {
    return check_mandatory(message, into);
}

template <class T>
void all(std::string& seen, const MessageView& message) {
    for (const auto& item : message.all<T>()) item ? note(seen, *item) : note(seen, item.error());
}

/// Everything that the kernels find in the octets, as text.
std::string findings(std::string_view octets, const ParseOptions& options) {
    std::string seen;
    const auto message = parse(octets, options);
    if (!message) {
        note(seen, message.error());
        return seen;
    }
    for (const auto& field : message->fields()) {
        seen.append(to_string(field.id)).append("~").append(message->name(field)).append("~");
        seen.append(message->value(field)).append(field.folded ? "+" : "-");
    }
    if (message->is_request()) {
        const auto uri = message->request_uri();
        uri ? note(seen, *uri) : note(seen, uri.error());
    }
    all<Via>(seen, *message);
    all<From>(seen, *message);
    all<To>(seen, *message);
    all<Route>(seen, *message);
    all<RecordRoute>(seen, *message);
    all<Contact>(seen, *message);
    for (const auto& read : {read_essentials, check_all_mandatory}) {
        Essentials essentials;
        if (const auto error = read(*message, essentials)) note(seen, *error);
        seen.append(essentials.call_id.text).append(std::to_string(essentials.cseq.number));
        seen.append(essentials.from_tag.value_or("-")).append(essentials.to_tag.value_or("-"));
    }
    return seen;
}

/// The octets with some changed: hostile neighbours of what is in the corpus.
std::string mutated(std::string octets, std::uint32_t& state) {
    constexpr std::string_view favourites =
        "\r\n\t :;,=\"<>@?%[]\\.-\0\xC3\xFF"
        "aZ09";
    for (int i = 0; i < 6 && !octets.empty(); ++i) {
        state = state * 1'664'525U + 1'013'904'223U;
        octets[(state >> 8U) % octets.size()] = favourites[(state >> 3U) % favourites.size()];
    }
    return octets;
}

}  // namespace

TEST_CASE("every kernel finds the same in the corpus, padded or not") {
    const KeepSimd keep;
    const auto files = octets_of_tests();
    REQUIRE(files.size() > 100);
    std::uint32_t state = 20'261;
    std::size_t compared = 0;
    for (const auto& file : files) {
        for (int round = 0; round < 4; ++round) {
            const auto octets = round == 0 ? file : mutated(file, state);
            const auto padded = octets + std::string(64, ';');
            const auto text = std::string_view(padded).substr(0, octets.size());
            REQUIRE(use_simd(Simd::portable));
            const auto expected = findings(octets, {});
            for (const auto set : {Simd::portable, Simd::ssse3, Simd::avx2}) {
                if (!use_simd(set)) continue;
                CHECK(findings(octets, {}) == expected);
                CHECK(findings(text, {.limits = {}, .lenient = {}, .padding = 64}) == expected);
                ++compared;
            }
        }
    }
    CHECK(compared >= files.size() * 4);
}

TEST_CASE("the instructions can be chosen, and what this processor lacks is refused") {
    const KeepSimd keep;
    CHECK(use_simd(Simd::portable));
    CHECK(simd() == Simd::portable);
    for (const auto set : {Simd::ssse3, Simd::avx2}) CHECK((!use_simd(set) || simd() == set));
}
