// SPDX-License-Identifier: MIT
#include "terminal_text.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace sipstrata {
namespace {

struct Decoded {
    std::size_t length = 0;  // 0: no UTF-8 sequence
    std::uint32_t code = 0;
};

Decoded decode(std::string_view text) {
    auto lead = static_cast<unsigned char>(text[0]);
    std::size_t length = lead < 0x80                   ? 1
                         : lead >= 0xc2 && lead < 0xe0 ? 2
                         : lead >= 0xe0 && lead < 0xf0 ? 3
                         : lead >= 0xf0 && lead < 0xf5 ? 4
                                                       : 0;
    if (length == 0 || text.size() < length) return {};
    std::uint32_t code = length == 1 ? lead : lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xc0) != 0x80) return {};
        code = code << 6 | (next & 0x3fu);
    }
    bool overlong = (length == 3 && code < 0x800) || (length == 4 && (code < 0x10000 || code > 0x10ffff));
    bool surrogate = code >= 0xd800 && code < 0xe000;
    return overlong || surrogate ? Decoded{} : Decoded{length, code};
}

bool harmless(std::uint32_t code) {
    bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    bool invisible = (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
                     (code >= 0x2066 && code <= 0x2069) || code == 0xfeff || code == 0x61c;
    return !control && !invisible;
}

}  // namespace

std::string terminal_text(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    while (!text.empty()) {
        Decoded decoded = decode(text);
        std::size_t length = decoded.length == 0 ? 1 : decoded.length;
        if (decoded.length != 0 && harmless(decoded.code)) {
            safe.append(text.substr(0, length));
        } else {
            for (char c : text.substr(0, length)) safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        }
        text.remove_prefix(length);
    }
    return safe;
}

}  // namespace sipstrata
