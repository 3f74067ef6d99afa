// SPDX-License-Identifier: MIT
#pragma once

#include "flow_token.hpp"
#include "own_addresses.hpp"

#include <siptxn/flow.hpp>

#include <sipmsg/message.hpp>

#include <optional>

namespace sipstrata {

/// One side of the proxy: how a request came, or how it leaves.
struct Side {
    siptxn::Transport transport = siptxn::Transport::udp;
    siptxn::SocketAddress local;         ///< what the peer there sees of us; a guess before a connection is made
    std::optional<siptxn::FlowId> flow;  ///< the connection through which that peer is to be reached again
};

/// "<sip:TOKEN@192.0.2.1:80;transport=ws;lr>".
[[nodiscard]] std::string record_route_value(const Side& side, const OwnAddresses& own, const FlowTokens& tokens);

/// Puts us into the path of the dialog: one value when both sides look alike, else one for each, the outgoing side's on
/// top (RFC 3261 §16.6 step 4, RFC 5658 §4, RFC 5626 §5.2).
void record_route(sipmsg::Message& request, const Side& in, const Side& out, const OwnAddresses& own,
                  const FlowTokens& tokens);

/// Requests that can make a dialog or change its targets.
[[nodiscard]] bool wants_record_route(const sipmsg::Message& request) noexcept;

}  // namespace sipstrata
