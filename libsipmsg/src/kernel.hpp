// SPDX-License-Identifier: MIT
#pragma once

// The parsers whose speed matters, compiled once for each set of vector instructions (kernel_*.cpp). What calls them
// goes through the table that fits this processor.

#include "chars.hpp"
#include "value_parser.hpp"

#include <sipmsg/error.hpp>
#include <sipmsg/essentials.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/via.hpp>
#include <sipmsg/uri.hpp>

#include <atomic>
#include <cstddef>
#include <string_view>

namespace sipmsg {
class MessageParser;
}

namespace sipmsg::detail {

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
    auto behind = rest.substr(scan.used + 1);
    while (!behind.empty() && is_lws(behind.front())) behind.remove_prefix(1);
    if (behind.empty()) return scan.syntax(rest.data() + rest.size(), "a value behind the comma");
    rest = behind;
    return true;
}

/// RFC 3261 §8.1.1.5: CSeq's number is less than 2**31.
inline constexpr std::uint64_t max_cseq = 0x7FFF'FFFF;

struct Kernel {
    bool (*head)(MessageParser& parser, Scan& scan);
    bool (*essentials)(const MessageView& message, Essentials& into, ParseError& error);
    bool (*uri)(Scan& scan, Uri& uri);
    bool (*telephone_subscriber)(Scan& scan, Uri& uri);
    bool (*via)(Scan& scan, Via& via);
    bool (*name_addr)(Scan& scan, NameAddr& value);
    bool (*token_params)(Scan& scan, TokenParams& value);
    bool (*cseq)(Scan& scan, CSeqParts& value);
    bool (*rack)(Scan& scan, RAckParts& value);
    bool (*seconds)(Scan& scan, Seconds& value);
    bool (*call_id)(Scan& scan, std::string_view& value);
    bool (*word_params)(Scan& scan, CallIdParams& value);
};

extern const Kernel portable_kernel;
#if defined(__x86_64__) || defined(__i386__)
extern const Kernel ssse3_kernel;
extern const Kernel avx2_kernel;
#endif

/// Constant-initialized, so that parsing works before the choice has been made.
extern std::atomic<const Kernel*> active_kernel;

[[nodiscard]] inline const Kernel& kernel() noexcept { return *active_kernel.load(std::memory_order_relaxed); }

}  // namespace sipmsg::detail
