// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace sipmsg {

/// Bounds that hold memory and time under attack. Octets and counts.
struct Limits {
    std::uint32_t head_octets = 65'536;        ///< start line and headers together
    std::uint32_t body_octets = 1'048'576;     ///< one body
    std::uint16_t headers = 512;               ///< header lines in a message
    std::uint16_t values = 128;                ///< items all<T>() yields for one header
    std::uint16_t multipart_parts = 32;        ///< parts of a multipart body, those of nested ones included
    std::uint16_t multipart_depth = 4;         ///< levels of multipart in multipart
    std::uint32_t skipped_octets = 1'114'112;  ///< what a framer drops after damage before it gives the stream up
    std::uint32_t idle_octets = 4'096;         ///< what a framer keeps reserved while it holds nothing
};

/// What departs from the grammar and is accepted all the same: each a named option, all off.
struct Leniency {
    /// Lines that end with LF alone; RFC 3261 §7 wants CRLF.
    bool bare_lf = false;
    /// Several SP between the parts of a start line, white space behind a request line; RFC 3261 §7.1, §7.2 want one SP
    /// and nothing.
    bool start_line_space = false;
    /// CRLF in front of a datagram's start line, which then is no part of the message; RFC 3261 §7.5 lets streams alone
    /// have it.
    bool leading_crlf = false;
    /// A datagram shorter than its Content-Length; RFC 3261 §18.3 wants it refused.
    bool missing_body = false;
    /// A message on a stream without Content-Length has no body; RFC 3261 §18.3, §20.14 want the header there.
    bool missing_content_length = false;
    /// A multipart body that ends without its closing boundary; RFC 2046 §5.1.1 wants it.
    bool unclosed_multipart = false;
    /// A message/sipfrag whose last line has no CRLF, "SIP/2.0 100 Trying" alone; RFC 3420 §2 wants it.
    bool missing_last_crlf = false;

    [[nodiscard]] static constexpr Leniency all() noexcept {
        Leniency all;
        all.bare_lf = all.start_line_space = all.leading_crlf = true;
        all.missing_body = all.missing_content_length = true;
        all.unclosed_multipart = all.missing_last_crlf = true;
        return all;
    }
};

struct ParseOptions {
    Limits limits;
    Leniency lenient;
    /// Octets that may be read behind the datagram, of any value: with 64 of them, as our transports' buffers have,
    /// the last header lines are read as fast as the first.
    std::uint32_t padding = 0;

    /// The grammar to the letter: what a default-constructed ParseOptions is.
    [[nodiscard]] static constexpr ParseOptions strict() noexcept { return {}; }
    /// Every leniency there is: for reading captures and old peers, not for a proxy, which would pass the fault on.
    [[nodiscard]] static constexpr ParseOptions tolerant() noexcept {
        ParseOptions options;
        options.lenient = Leniency::all();
        return options;
    }
};

}  // namespace sipmsg
