// SPDX-License-Identifier: MIT
// A URI: what is printed reads as an equivalent one, equality is reflexive and symmetric and agrees with the key, every
// edit leaves a URI; escapes never throw.
#include "require.hpp"

#include <sipmsg/owned_uri.hpp>
#include <sipmsg/tel.hpp>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// A parameter that stands twice is against RFC 3261 §19.1.1, and equality does not say what it means.
bool repeats_a_parameter(const sipmsg::Uri& uri) {
    std::vector<std::string> seen;
    for (const auto& param : uri.params()) {
        const std::string name = sipmsg::unescape(param.name);
        for (const auto& other : seen)
            if (sipmsg::iequals(name, other)) return true;
        seen.push_back(name);
        if (seen.size() > 64) return true;
    }
    return false;
}

void compare(const sipmsg::Uri& a, const sipmsg::Uri& b) {
    const bool equal = equivalent(a, b);
    fuzz::require(equal == equivalent(b, a));
    fuzz::require(!equal || equivalence_key(a) == equivalence_key(b));
}

/// A setter may refuse, and then nothing changes; what it leaves is a URI.
template <class Edit>
void edit(sipmsg::OwnedUri uri, Edit change) {
    const std::string before = uri.text();
    try {
        change(uri);
    } catch (const std::invalid_argument&) {
        fuzz::require(uri.text() == before);
    }
    fuzz::require(sipmsg::Uri::parse(uri.text()).has_value());
}

void edit_all(const sipmsg::Uri& uri, std::string_view word) {
    const sipmsg::OwnedUri owned(uri);
    edit(owned, [&](auto& u) { u.set_host(word); });
    edit(owned, [&](auto& u) { u.set_param(word, word); });
    edit(owned, [&](auto& u) { u.set_param(word); });
    edit(owned, [&](auto& u) { u.set_scheme("sips"); });
    edit(owned, [&](auto& u) { u.set_port(5070); });
    edit(owned, [&](auto& u) {
        u.set_user(word);
        fuzz::require(u.user() == word);
    });
    edit(owned, [&](auto& u) {
        u.set_password(word);
        fuzz::require(u.password() == word);
    });
    edit(owned, [&](auto& u) {
        u.set_header("x", word);
        fuzz::require(u.header("X") == word);
    });
    edit(owned, [&](auto& u) {
        u.add_header(word, word);
        fuzz::require(u.remove_header(word) > 0 && !u.has_header(word));
    });
    edit(owned, [](auto& u) {
        u.clear_params();
        u.clear_headers();
        fuzz::require(u.view().params().empty() && u.view().headers().empty());
    });
}

void build(std::string_view word) {
    sipmsg::UriParts parts{.user = word, .host = "h.example"};
    if (!word.empty())
        parts.headers = {
            {word, word}
        };
    const sipmsg::OwnedUri uri(parts);
    fuzz::require(uri.user() == word);
    fuzz::require(word.empty() || uri.header(word) == word);
}

/// The input as two URIs, cut at its first line end: the second is compared with the first and its edits take it.
void pair_up(std::string_view first, std::string_view second) {
    const auto a = sipmsg::Uri::parse(first);
    if (!a) return;
    edit_all(*a, second);
    const auto b = sipmsg::Uri::parse(second);
    if (b) compare(*a, *b);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    fuzz::require(sipmsg::unescape(sipmsg::escape_user(text)) == text);
    fuzz::require(sipmsg::unescape(sipmsg::escape_header(text)) == text);
    (void)sipmsg::unescape(text);
    fuzz::require(sipmsg::unescape(sipmsg::escape_password(text)) == text);
    fuzz::require(sipmsg::unescape(sipmsg::escape_param(text)) == text);
    build(text);
    if (const auto host = sipmsg::Host::parse(text)) {
        const std::string printed = canonical(*host);
        const auto again = sipmsg::Host::parse(printed);
        fuzz::require(again && equivalent(*host, *again));
    }
    const auto line = text.find('\n');
    if (line != std::string_view::npos) pair_up(text.substr(0, line), text.substr(line + 1));
    const auto uri = sipmsg::Uri::parse(text);
    if (!uri) return 0;
    const std::string printed = sipmsg::to_string(*uri);
    const auto again = sipmsg::Uri::parse(printed);
    fuzz::require(again.has_value() && sipmsg::to_string(*again) == printed);
    compare(*uri, *again);
    fuzz::require(equivalent(*uri, *uri));
    if (const auto number = sipmsg::TelephoneNumber::of(*uri)) fuzz::require(equivalent(*number, *number));
    if (!repeats_a_parameter(*uri)) fuzz::require(sipmsg::equivalent(*uri, *uri) && sipmsg::equivalent(*uri, *again));
    return 0;
}
