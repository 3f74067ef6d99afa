// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>

#include <sipmsg/message_view.hpp>
#include <sipmsg/uri.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace siptxn {

/// The next hop of a request by RFC 3261 §8.1.2 and RFC 3263 §4, before any name is looked up.
struct NextHop {
    Transport transport = Transport::udp;
    bool transport_given = false;  ///< by the URI or the caller: no NAPTR
    bool secure = false;           ///< sips: never in clear
    std::string host;              ///< name, or numeric without brackets; maddr replaces it
    std::optional<std::uint16_t> port;
    std::optional<IpAddress> numeric;
};

/// The hop a URI names. `transport` overrides what it says. A sips URI goes over TLS, or WSS, whatever its parameter
/// says in clear. Errc::no_target for a URI that is not sip or sips, Errc::unsupported for a transport we do not know,
/// or a `transport` in clear for sips (RFC 3261 §26.2.2).
[[nodiscard]] std::expected<NextHop, std::error_code> next_hop_of(const sipmsg::Uri& uri,
                                                                  std::optional<Transport> transport = std::nullopt);

/// The hop of a request: `uri` when not empty, else the topmost Route when it is a loose router, else the Request-URI
/// (RFC 3261 §8.1.2; a request for a strict router has its URI in the Request-URI already, §12.2.1.1).
[[nodiscard]] std::expected<NextHop, std::error_code> next_hop_of(const sipmsg::MessageView& request,
                                                                  std::string_view uri = {},
                                                                  std::optional<Transport> transport = std::nullopt);

/// One place to try.
struct Target {
    Transport transport = Transport::udp;
    SocketAddress address;
    std::string server_name;          ///< the domain before resolution
    bool after_refusal_only = false;  ///< the UDP way back for a large request whose TCP connection was refused
    friend bool operator==(const Target&, const Target&) = default;
};

}  // namespace siptxn
