// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>
#include <siptxn/wire.hpp>

#include <sipmsg/header/via.hpp>
#include <sipmsg/message.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace siptxn {

/// Where a peer reaches us when the flow is gone: the listener of that transport, else the flow's own end.
[[nodiscard]] SocketAddress advertised(const Flow& flow, std::span<const Listener> listeners);

/// "token.invalid" for a WebSocket flow we opened (RFC 7118 §5.2); the same for the life of the flow.
[[nodiscard]] std::string websocket_host(const Flow& flow);

/// The sent-by of requests on a flow (RFC 3261 §18.1.1); `via_host` wins when not empty.
[[nodiscard]] std::string sent_by(const Flow& flow, bool accepted, std::string_view via_host,
                                  std::span<const Listener> listeners);

/// "SIP/2.0/UDP host:port;branch=...", and ";rport" when wanted (RFC 3581 §3).
[[nodiscard]] std::string via_value(Transport transport, std::string_view sent_by, std::string_view branch, bool rport);

/// The sent-by of a received Via as text: "host" or "host:port".
[[nodiscard]] std::string sent_by_of(const sipmsg::Via& via);

/// A copy of a received request with its top Via as it must look once received from `source`: `received` when sent-by
/// is another address or rport asks for it, rport filled in (RFC 3261 §18.2.1, RFC 3581 §4). What the sender wrote into
/// these two is dropped.
[[nodiscard]] sipmsg::MessagePtr with_stamped_via(const sipmsg::MessageView& request, const sipmsg::Via& via,
                                                  const SocketAddress& source);

/// Where the response to a request from that flow goes (RFC 3261 §18.2.2, RFC 3581 §4): always to the source address
/// of the request; maddr is not followed, since it would let a stranger aim our answers.
[[nodiscard]] Flow reply_flow(const Flow& request_flow, const sipmsg::Via& top_via);

/// Where a response goes by its top Via alone: `received` and rport, else a numeric sent-by. Nullopt for a name.
[[nodiscard]] std::optional<SocketAddress> reply_address(const sipmsg::Via& top_via);

}  // namespace siptxn
