// SPDX-License-Identifier: MIT
#pragma once

// What ICE says in SDP. RFC 8839; the grammar of candidates is that of RFC 5245 §15.1.

#include <sipmsg/sdp/sdp.hpp>
#include <sipmsg/sdp/typed.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipmsg::sdp {

/// "a=candidate:1 1 UDP 2130706431 192.0.2.1 49203 typ host".
struct Candidate {
    static constexpr std::string_view name = "candidate";

    std::string_view foundation;  ///< 1 to 32 letters, digits, '+' and '/'
    std::uint16_t component = 1;  ///< 1 is RTP, 2 is RTCP
    std::string_view transport;   ///< "UDP" or "udp", "TCP", ...
    std::uint32_t priority = 0;
    std::string_view address;  ///< IPv4, IPv6 or a name; never resolved here
    std::uint16_t port = 0;
    std::string_view type;                            ///< "host", "srflx", "prflx", "relay", ...
    std::optional<std::string_view> related_address;  ///< raddr
    std::optional<std::uint16_t> related_port;        ///< rport
    std::vector<std::pair<std::string_view, std::string_view>> extensions = {};  ///< "tcptype active", in order

    [[nodiscard]] std::optional<std::string_view> extension(std::string_view extension_name) const noexcept;
    [[nodiscard]] static std::optional<Candidate> parse(std::string_view value);
    friend bool operator==(const Candidate&, const Candidate&) = default;
};
[[nodiscard]] std::string to_string(const Candidate& candidate);

/// "a=remote-candidates:1 192.0.2.3 45664".
struct RemoteCandidates {
    static constexpr std::string_view name = "remote-candidates";
    struct Entry {
        std::uint16_t component = 1;
        std::string_view address;
        std::uint16_t port = 0;
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    std::vector<Entry> entries;

    [[nodiscard]] static std::optional<RemoteCandidates> parse(std::string_view value);
    friend bool operator==(const RemoteCandidates&, const RemoteCandidates&) = default;
};
[[nodiscard]] std::string to_string(const RemoteCandidates& candidates);

struct IceCredentials {
    std::string_view ufrag;     ///< 4 to 256 ice-chars
    std::string_view password;  ///< 22 to 256 ice-chars
    friend bool operator==(const IceCredentials&, const IceCredentials&) = default;
};
/// ice-ufrag and ice-pwd of the media line, each else of the session; nothing when one lacks or is malformed.
[[nodiscard]] std::optional<IceCredentials> ice_credentials(const SessionDescription& description,
                                                            const MediaDescription& media) noexcept;

/// The tags of ice-options of the media line, else of the session: "trickle", "ice2", "renomination".
[[nodiscard]] std::vector<std::string_view> ice_options(const SessionDescription& description,
                                                        const MediaDescription& media);

}  // namespace sipmsg::sdp
