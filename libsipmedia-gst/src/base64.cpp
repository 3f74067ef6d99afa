// SPDX-License-Identifier: MIT
#include "base64.hpp"

#include <openssl/evp.h>

namespace sipmedia {

std::string to_base64(std::span<const std::uint8_t> octets) {
    std::string text((octets.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets.data(), static_cast<int>(octets.size()));
    text.pop_back();
    return text;
}

// OpenSSL strips white space and counts padding as octets.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0 || text.find_first_of(" \t\r\n") != text.npos) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    std::vector<std::uint8_t> octets(text.size() / 4 * 3);
    const auto* from = reinterpret_cast<const unsigned char*>(text.data());
    if (EVP_DecodeBlock(octets.data(), from, static_cast<int>(text.size())) < 0) return std::nullopt;
    octets.resize(octets.size() - padding);
    return octets;
}

}  // namespace sipmedia
