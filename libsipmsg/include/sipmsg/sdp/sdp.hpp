// SPDX-License-Identifier: MIT
#pragma once

// A session description as values: parse, change, print. RFC 8866; the use that SIP makes of it is RFC 3264.

#include <sipmsg/error.hpp>
#include <sipmsg/sdp/attribute.hpp>
#include <sipmsg/sdp/direction.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg::sdp {

/// The o= line. RFC 8866 §5.2.
struct Origin {
    std::string username = "-";
    std::string session_id = "0";  ///< decimal digits, at most 20
    std::uint64_t version = 0;     ///< rises by one with every changed description (RFC 3264 §8)
    std::string network = "IN";
    std::string address_type = "IP4";
    std::string address = "0.0.0.0";

    friend bool operator==(const Origin&, const Origin&) = default;
};

/// A c= line. RFC 8866 §5.7. The address is text and is never resolved here.
struct Connection {
    std::string network = "IN";
    std::string address_type = "IP4";
    std::string address = "0.0.0.0";  ///< with "/ttl" or "/ttl/count" when multicast

    /// The address without what a '/' sets off.
    [[nodiscard]] std::string_view host() const noexcept;
    /// IP4 only; nothing when there is none, or when it is above 255.
    [[nodiscard]] std::optional<std::uint8_t> ttl() const noexcept;
    /// How many contiguous addresses begin there: 1 when nothing is said; nothing when what is said is no number above
    /// 0.
    [[nodiscard]] std::optional<std::uint32_t> count() const noexcept;
    /// 0.0.0.0 or ::, the hold of RFC 2543; RFC 3264 §8.4.
    [[nodiscard]] bool is_unspecified() const noexcept;
    friend bool operator==(const Connection&, const Connection&) = default;
};

/// "IP6" when the address contains a colon, else "IP4".
[[nodiscard]] Connection connection_to(std::string address);

/// A b= line; the unit is what the type says ("AS": kilobits per second). RFC 8866 §5.8.
struct Bandwidth {
    std::string type;
    std::uint64_t value = 0;

    friend bool operator==(const Bandwidth&, const Bandwidth&) = default;
};

/// A t= line with its r= lines and the z= line behind them. Seconds since 1900; 0 0 is a permanent session. RFC 8866
/// §5.9 to §5.11; as values: sipmsg/sdp/time.hpp.
struct Time {
    std::uint64_t start = 0;
    std::uint64_t stop = 0;
    std::vector<std::string> repeats = {};
    std::optional<std::string> zone = std::nullopt;

    friend bool operator==(const Time&, const Time&) = default;
};

/// A line kept as text: its letter and what follows "=".
struct Line {
    char type = 'x';
    std::string value;

    friend bool operator==(const Line&, const Line&) = default;
};

/// From one m= line to the next. RFC 8866 §5.14.
struct MediaDescription {
    std::string kind;              ///< "audio", "video", "application", ...
    std::uint16_t port = 0;        ///< 0: refused or removed (RFC 3264 §6, §8.2)
    std::uint16_t port_count = 1;  ///< "m=audio 4000/2"
    std::string protocol = "RTP/AVP";
    std::vector<std::string> formats;  ///< payload numbers when the protocol is an RTP profile; never empty
    std::vector<Line> about = {};      ///< i=
    std::optional<Connection> connection = std::nullopt;
    std::vector<Connection> more_connections = {};  ///< further c= lines, for multicast layers
    std::vector<Bandwidth> bandwidths = {};
    std::vector<Line> other = {};  ///< k= and letters no RFC knows
    Attributes attributes = {};

    /// Port 0 without a=bundle-only (RFC 8843 §6): no media for this line.
    [[nodiscard]] bool is_refused() const noexcept { return port == 0 && !has(attributes, "bundle-only"); }
    /// The profile carries RTP, so formats are payload numbers: "RTP/AVP", "UDP/TLS/RTP/SAVPF", ...
    [[nodiscard]] bool is_rtp() const noexcept;

    friend bool operator==(const MediaDescription&, const MediaDescription&) = default;
};

/// A whole description. A value: owns its text, compares by content.
struct SessionDescription {
    Origin origin = {};
    std::string session_name = "-";
    std::vector<Line> about = {};  ///< i=, u=, e=, p=, in order
    std::optional<Connection> connection = std::nullopt;
    std::vector<Bandwidth> bandwidths = {};
    std::vector<Time> times = {};  ///< printed as "t=0 0" when empty
    std::vector<Line> other = {};  ///< k= (obsolete, RFC 8866 §5.12) and letters no RFC knows, in order
    Attributes attributes = {};
    std::vector<MediaDescription> media = {};

    friend bool operator==(const SessionDescription&, const SessionDescription&) = default;
};

/// Bounds that hold memory and time under attack.
struct SdpLimits {
    std::uint32_t octets = 65'536;
    std::uint32_t line_octets = 8'192;  ///< one line, without its end
    std::uint32_t lines = 4'096;        ///< all together
    std::uint16_t media_lines = 32;
    std::uint16_t formats = 64;      ///< on one m= line
    std::uint16_t attributes = 512;  ///< of the session or of one m= line
    std::uint16_t candidates = 64;   ///< a=candidate among them
    std::uint16_t other_lines = 64;  ///< lines that are neither m= nor a=, of the session or of one m= line
};

/// Strict on v=0, on the syntax of o=, c=, m=, b=, t=, and on ranges. Accepts LF for CRLF (RFC 8866 §5), several spaces
/// between fields, a missing s= or t= line, lines out of order and unknown letters. Errors carry Header::none and the
/// offset in octets: see line_number(). Linear time.
/// to_string() gives back the octets of any description that has the form of RFC 8866 §9 with CRLF, as long as its
/// numbers have no leading zeros and it keeps within the limits and 64 bits.
[[nodiscard]] Result<SessionDescription> parse(std::string_view text, const SdpLimits& limits = {});

/// The line, counted from 1, that an error's offset stands in.
[[nodiscard]] std::uint32_t line_number(std::string_view text, std::uint32_t offset) noexcept;
/// "line 4, octet 57: expected a port up to 65535". `text` is what was parsed.
[[nodiscard]] std::string to_string(const ParseError& error, std::string_view text);

/// The text, lines in RFC 8866 §5 order, each ended by CRLF. CR, LF and NUL inside values are left out, so that a
/// value from an application cannot begin a line of its own.
[[nodiscard]] std::string to_string(const SessionDescription& description);

/// The direction of one m= line: its own attribute, else the session's, else sendrecv. RFC 3264 §5.1.
[[nodiscard]] Direction direction(const SessionDescription& description, const MediaDescription& media) noexcept;
/// Writes the attribute where the old one stood and removes any further one.
void set_direction(MediaDescription& media, Direction direction);

/// The c= line that holds for a media line: its own, else the session's.
[[nodiscard]] std::optional<Connection> connection(const SessionDescription& description,
                                                   const MediaDescription& media);

/// The value of an attribute of the media line, else of the session (ICE, DTLS, direction may stand at either).
[[nodiscard]] std::optional<std::string_view> inherited(const SessionDescription& description,
                                                        const MediaDescription& media, std::string_view name) noexcept;

}  // namespace sipmsg::sdp
