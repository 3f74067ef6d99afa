// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/security.hpp>

#include "sdp/words.hpp"
#include "uri_text.hpp"

#include <sipmsg/params.hpp>

#include <array>

namespace sipmsg::sdp {
namespace {

constexpr std::array<std::string_view, 4> setup_names = {"active", "passive", "actpass", "holdconn"};

bool is_octet_list(std::string_view text) noexcept {
    if (text.size() % 3 != 2) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool sound = i % 3 == 2 ? text[i] == ':' : sipmsg::detail::hex_digit(text[i]) >= 0;
        if (!sound) return false;
    }
    return true;
}

}  // namespace

std::string_view to_string(Setup setup) noexcept { return setup_names[static_cast<std::size_t>(setup) & 3]; }

std::optional<Setup> setup_from(std::string_view value) noexcept {
    for (std::size_t i = 0; i < setup_names.size(); ++i)
        if (setup_names[i] == value) return static_cast<Setup>(i);
    return std::nullopt;
}

std::optional<Setup> setup(const SessionDescription& description, const MediaDescription& media) noexcept {
    const auto value = inherited(description, media, "setup");
    return value ? setup_from(*value) : std::nullopt;
}

std::vector<std::uint8_t> Fingerprint::octets() const {
    std::vector<std::uint8_t> values;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 3) {
        const int value = sipmsg::detail::hex_digit(bytes[i]) * 16 + sipmsg::detail::hex_digit(bytes[i + 1]);
        values.push_back(static_cast<std::uint8_t>(value));
    }
    return values;
}

bool Fingerprint::matches(const Fingerprint& other) const noexcept {
    return iequals(hash, other.hash) && iequals(bytes, other.bytes);
}

std::optional<Fingerprint> Fingerprint::parse(std::string_view value) {
    detail::Words words(value);
    const auto hash = words.next_token();
    const auto bytes = words.next();
    if (!hash || !bytes || !words.done() || !is_octet_list(*bytes)) return std::nullopt;
    return Fingerprint{*hash, *bytes};
}

std::string to_string(const Fingerprint& fingerprint) {
    return std::string(fingerprint.hash).append(" ").append(fingerprint.bytes);
}

std::vector<Fingerprint> fingerprints(const SessionDescription& description, const MediaDescription& media) {
    const bool own = has(media.attributes, Fingerprint::name);
    return all<Fingerprint>(own ? media.attributes : description.attributes);
}

std::optional<Crypto> Crypto::parse(std::string_view value) {
    constexpr std::uint32_t most = 999'999'999;
    detail::Words words(value);
    const auto tag = words.next_number<std::uint32_t>();
    const auto suite = words.next_token();
    const auto keys = words.next();
    if (!tag || *tag > most || !suite || !keys) return std::nullopt;
    auto list = detail::Words(*keys, ';').remaining();
    if (!list || std::ranges::any_of(*list, [](auto key) { return key.find(':') == std::string_view::npos; }))
        return std::nullopt;
    Crypto crypto{.tag = *tag, .suite = *suite, .keys = *std::move(list), .parameters = {}};
    if (words.done()) return crypto;
    auto parameters = words.remaining();
    if (!parameters) return std::nullopt;
    crypto.parameters = *std::move(parameters);
    return crypto;
}

std::string to_string(const Crypto& crypto) {
    std::string text = std::to_string(crypto.tag);
    text.append(" ").append(crypto.suite).append(" ");
    detail::append_words(text, crypto.keys, ";");
    if (!crypto.parameters.empty()) detail::append_words(text += ' ', crypto.parameters);
    return text;
}

}  // namespace sipmsg::sdp
