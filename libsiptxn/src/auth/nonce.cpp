// SPDX-License-Identifier: MIT
#include "auth/nonce.hpp"

#include <siptxn/auth/hash.hpp>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>

namespace siptxn::auth {
namespace {

constexpr std::size_t signature_octets = 16;

std::optional<std::uint64_t> read_hex(std::string_view text) {
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

std::string NonceMint::sign(std::string_view text, std::string_view realm) const {
    std::string input = fmt::format("{}|{}", text, realm);
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int length = 0;
    HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
         reinterpret_cast<const unsigned char*>(input.data()), input.size(), mac.data(), &length);
    std::string text_of_mac;
    for (std::size_t i = 0; i < signature_octets; ++i) text_of_mac += fmt::format("{:02x}", mac[i]);
    return text_of_mac;
}

std::string NonceMint::make(std::string_view realm, TimePoint now) {
    auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    std::string text = fmt::format("{:x}.{:x}", static_cast<std::uint64_t>(time), ++serial_);
    return fmt::format("{}.{}", text, sign(text, realm));
}

std::optional<NonceMint::Nonce> NonceMint::read(std::string_view nonce, std::string_view realm) const {
    auto last = nonce.rfind('.');
    if (last == std::string_view::npos) return std::nullopt;
    std::string_view text = nonce.substr(0, last);
    if (!equal_in_constant_time(sign(text, realm), nonce.substr(last + 1))) return std::nullopt;
    auto dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    auto time = read_hex(text.substr(0, dot));
    auto serial = read_hex(text.substr(dot + 1));
    if (!time || !serial) return std::nullopt;
    return Nonce{TimePoint(std::chrono::milliseconds(static_cast<std::int64_t>(*time))), *serial};
}

bool NonceCounts::Window::take(std::uint32_t count) {
    if (count > highest) {
        std::uint32_t step = count - highest;
        seen = step >= 64 ? 0 : seen << step;
        highest = count;
        seen |= 1;
        return true;
    }
    std::uint32_t back = highest - count;
    if (back >= 64 || (seen >> back & 1) != 0) return false;
    seen |= std::uint64_t{1} << back;
    return true;
}

void NonceCounts::forget_oldest() {
    forgotten_ = windows_.begin()->first;
    windows_.erase(windows_.begin());
}

bool NonceCounts::use(const NonceMint::Nonce& nonce, std::uint32_t count, TimePoint now) {
    while (!windows_.empty() && now - windows_.begin()->second.made > lifetime_) forget_oldest();
    if (now - nonce.made > lifetime_ || nonce.serial <= forgotten_ || count == 0) return false;
    auto [window, added] = windows_.try_emplace(nonce.serial, Window{nonce.made});
    bool fresh = window->second.take(count);
    if (windows_.size() > limit_) forget_oldest();
    return fresh;
}

}  // namespace siptxn::auth
