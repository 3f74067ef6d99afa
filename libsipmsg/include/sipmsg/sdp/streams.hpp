// SPDX-License-Identifier: MIT
#pragma once

// Which streams there are and how they belong together: group and mid (RFC 5888, RFC 8843), msid (RFC 8830), ssrc and
// ssrc-group (RFC 5576), rid (RFC 8851), simulcast (RFC 8853).

#include <sipmsg/sdp/typed.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg::sdp {

/// "a=group:BUNDLE 0 1". Of the session.
struct Group {
    static constexpr std::string_view name = "group";
    std::string_view semantics;          ///< "BUNDLE", "LS", "FID", ...
    std::vector<std::string_view> mids;  ///< identification tags; may be empty

    [[nodiscard]] static std::optional<Group> parse(std::string_view value);
    friend bool operator==(const Group&, const Group&) = default;
};
[[nodiscard]] std::string to_string(const Group& group);

/// "a=msid:stream track".
struct Msid {
    static constexpr std::string_view name = "msid";
    std::string_view id;  ///< "-": no MediaStream
    std::optional<std::string_view> appdata = std::nullopt;

    [[nodiscard]] static std::optional<Msid> parse(std::string_view value);
    friend bool operator==(const Msid&, const Msid&) = default;
};
[[nodiscard]] std::string to_string(const Msid& msid);

/// "a=ssrc:3735928559 cname:x".
struct Ssrc {
    static constexpr std::string_view name = "ssrc";
    std::uint32_t ssrc = 0;
    std::string_view attribute;  ///< "cname", "msid", ...
    std::optional<std::string_view> value = std::nullopt;

    [[nodiscard]] static std::optional<Ssrc> parse(std::string_view value);
    friend bool operator==(const Ssrc&, const Ssrc&) = default;
};
[[nodiscard]] std::string to_string(const Ssrc& ssrc);

/// "a=ssrc-group:FID 1 2".
struct SsrcGroup {
    static constexpr std::string_view name = "ssrc-group";
    std::string_view semantics;
    std::vector<std::uint32_t> ssrcs;

    [[nodiscard]] static std::optional<SsrcGroup> parse(std::string_view value);
    friend bool operator==(const SsrcGroup&, const SsrcGroup&) = default;
};
[[nodiscard]] std::string to_string(const SsrcGroup& group);

enum class StreamDirection : std::uint8_t { send, recv };
[[nodiscard]] std::string_view to_string(StreamDirection direction) noexcept;

/// "a=rid:hi send pt=96,97;max-width=1280".
struct Rid {
    static constexpr std::string_view name = "rid";
    std::string_view id;
    StreamDirection direction = StreamDirection::send;
    std::string_view restrictions = {};  ///< "pt=96,97;max-width=1280" as written

    /// The payload numbers of "pt=", in order; empty when all are meant.
    [[nodiscard]] std::vector<std::uint8_t> payloads() const;
    /// "max-width": the value of a restriction; "" when it has none; nothing when it is absent.
    [[nodiscard]] std::optional<std::string_view> restriction(std::string_view key) const noexcept;
    [[nodiscard]] static std::optional<Rid> parse(std::string_view value);
    friend bool operator==(const Rid&, const Rid&) = default;
};
[[nodiscard]] std::string to_string(const Rid& rid);

/// "a=simulcast:send hi,~mid;lo recv in".
struct Simulcast {
    static constexpr std::string_view name = "simulcast";
    struct Alternative {
        std::string_view rid;
        bool paused = false;  ///< '~'
        friend bool operator==(const Alternative&, const Alternative&) = default;
    };
    using Streams = std::vector<std::vector<Alternative>>;  ///< a stream each, its alternatives by preference
    Streams send = {};
    Streams recv = {};
    bool recv_first = false;  ///< how it was written

    [[nodiscard]] static std::optional<Simulcast> parse(std::string_view value);
    friend bool operator==(const Simulcast&, const Simulcast&) = default;
};
[[nodiscard]] std::string to_string(const Simulcast& simulcast);

}  // namespace sipmsg::sdp
