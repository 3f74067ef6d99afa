// SPDX-License-Identifier: MIT
#include <sipmedia/sdes.hpp>

#include "base64.hpp"

#include <sipmsg/sdp/typed.hpp>

#include <algorithm>
#include <charconv>

namespace sipmedia {
namespace {

struct SuiteName {
    SrtpSuite suite;
    std::string_view name;
};
constexpr auto suites = std::to_array<SuiteName>({
    {SrtpSuite::aes_cm_128_hmac_sha1_80, "AES_CM_128_HMAC_SHA1_80"},
    {SrtpSuite::aes_cm_128_hmac_sha1_32, "AES_CM_128_HMAC_SHA1_32"},
});

constexpr std::string_view inline_method = "inline:";

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "2^20" or a number, up to what AES_CM allows, 2^48 packets (RFC 4568 §6.1). What is lower is the peer's wish for a
// new key that nobody reaches in a call: 2^20 packets are six hours.
bool is_lifetime(std::string_view text) {
    const bool power = text.starts_with("2^");
    if (power) text.remove_prefix(2);
    if (!is_digits(text) || text.size() > 15) return false;
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value > 0 && value <= (power ? 48 : std::uint64_t{1} << 48);
}

// RFC 4568 §6.3: what begins with '-' may be ignored; the others are to be obeyed. The window size only advises.
bool may_be_ignored(std::string_view parameter) {
    return parameter.starts_with('-') || parameter.starts_with("WSH=") || parameter == "KDR=0";
}

}  // namespace

std::string_view to_string(SrtpSuite suite) noexcept {
    return std::ranges::find(suites, suite, &SuiteName::suite)->name;
}

std::optional<SrtpSuite> srtp_suite_from(std::string_view name) noexcept {
    auto row = std::ranges::find(suites, name, &SuiteName::name);
    return row == suites.end() ? std::nullopt : std::optional(row->suite);
}

std::expected<CryptoLine, std::string_view> read_crypto(const sipmsg::sdp::Crypto& crypto) {
    auto suite = srtp_suite_from(crypto.suite);
    if (!suite) return std::unexpected("an unknown suite");
    if (crypto.keys.size() != 1) return std::unexpected("not one key");
    if (!std::ranges::all_of(crypto.parameters, may_be_ignored)) return std::unexpected("an unknown session parameter");
    auto text = crypto.keys.front();
    if (!text.starts_with(inline_method)) return std::unexpected("an unknown key method");
    text.remove_prefix(inline_method.size());
    const auto bar = text.find('|');
    if (bar != text.npos && !is_lifetime(text.substr(bar + 1)))
        return std::unexpected("a master key identifier, or a lifetime that is none");
    auto octets = from_base64(text.substr(0, bar));
    CryptoLine line{.tag = crypto.tag, .key = {.suite = *suite}};
    if (!octets || octets->size() != line.key.octets.size()) return std::unexpected("a key of another length");
    std::ranges::copy(*octets, line.key.octets.begin());
    return line;
}

std::optional<CryptoLine> choose_crypto(const sipmsg::sdp::MediaDescription& offered) {
    for (const auto& crypto : sipmsg::sdp::all<sipmsg::sdp::Crypto>(offered.attributes))
        if (auto line = read_crypto(crypto)) return *line;
    return std::nullopt;
}

std::string crypto_value(const CryptoLine& line) {
    return std::to_string(line.tag) + " " + std::string(to_string(line.key.suite)) + " " + std::string(inline_method) +
           to_base64(line.key.octets);
}

}  // namespace sipmedia
