// SPDX-License-Identifier: MIT
#pragma once

// What every machine is given and gives back: `bool scan_this(Scan&, Parts&)`. One item machine serves single values
// and comma lists alike.

#include "chars.hpp"

#include <sipmsg/error.hpp>
#include <sipmsg/padding.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipmsg::detail {

[[nodiscard]] inline std::string_view between(const char* from, const char* to) noexcept {
    return {from, static_cast<std::size_t>(to - from)};
}

/// A text to scan, and what came of it.
struct Scan {
    std::string_view text;
    const char* readable;  ///< octets up to here may be read (never used): at least the end of the text
    std::size_t used = 0;  ///< where the item ended: a comma, or the end of the text
    Scan(std::string_view octets, Padding behind) noexcept  // NOLINT(cppcoreguidelines-pro-type-member-init)
        : text(octets), readable(octets.data() + octets.size() + behind.octets) {}
    [[nodiscard]] const char* begin() const noexcept { return text.data(); }
    [[nodiscard]] const char* end() const noexcept { return text.data() + text.size(); }
    /// When the scanner said false.
    [[nodiscard]] ParseError error(Header header = Header::none) const noexcept {
        return {code_, header, static_cast<std::uint32_t>(offset(at_)), expected_};
    }
    [[nodiscard]] std::size_t offset(const char* p) const noexcept { return static_cast<std::size_t>(p - text.data()); }
    [[nodiscard]] bool fail(ParseErrc code, const char* at, const char* expected) noexcept {
        code_ = code;
        at_ = at;
        expected_ = expected;
        return false;
    }
    [[nodiscard]] bool syntax(const char* at, const char* expected) noexcept {
        return fail(ParseErrc::syntax, at, expected);
    }

private:
    // Set by fail() alone, so that a scan that succeeds does not pay for them.
    ParseErrc code_;
    const char* at_;
    const char* expected_;
};

/// True when the item that was scanned is the whole text.
[[nodiscard]] inline bool is_whole(Scan& scan) noexcept {
    return scan.used == scan.text.size() || scan.syntax(scan.text.data() + scan.used, "a single value");
}

/// Moves `rest`, which was scanned, behind the comma that ended its first item. False when nothing follows the comma.
[[nodiscard]] inline bool step(std::string_view& rest, Scan& scan) noexcept {
    if (scan.used == rest.size()) {
        rest = {};
        return true;
    }
    const char* const end = rest.data() + rest.size();
    const char* behind = rest.data() + scan.used + 1;
    while (behind != end && is_lws(*behind)) ++behind;
    rest = between(behind, end);
    return behind != end || scan.syntax(end, "a value behind the comma");
}

}  // namespace sipmsg::detail
