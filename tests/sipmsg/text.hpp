// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

/// Test messages are written with LF; the wire wants CRLF.
inline std::string crlf(std::string_view text) {
    std::string wire;
    for (char c : text) {
        if (c == '\n') wire += '\r';
        wire += c;
    }
    return wire;
}
