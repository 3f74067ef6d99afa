// SPDX-License-Identifier: MIT
#include <sipmsg/error.hpp>

namespace sipmsg {

std::string_view to_string(ParseErrc code) noexcept {
    switch (code) {
        case ParseErrc::missing: return "missing";
        case ParseErrc::syntax: return "syntax";
        case ParseErrc::out_of_range: return "out of range";
        case ParseErrc::duplicate: return "duplicate";
        case ParseErrc::too_large: return "too large";
        case ParseErrc::too_many: return "too many";
        case ParseErrc::incomplete: return "incomplete";
        case ParseErrc::version: return "version";
        case ParseErrc::misplaced: return "misplaced";
        case ParseErrc::unsupported: return "unsupported";
    }
    return "unknown";
}

std::string to_string(const ParseError& error) {
    std::string text;
    if (error.header != Header::none && error.header != Header::other) {
        text += to_string(error.header);
        text += ", ";
    }
    text += "octet ";
    text += std::to_string(error.offset);
    text += ": ";
    if (error.code == ParseErrc::syntax) {
        text += "expected ";
    } else {
        text += to_string(error.code);
        text += ", wanted ";
    }
    text += error.expected;
    return text;
}

}  // namespace sipmsg
