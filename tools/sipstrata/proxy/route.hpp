// SPDX-License-Identifier: MIT
#pragma once

#include "flow_token.hpp"
#include "own_addresses.hpp"

#include <siptxn/flow.hpp>

#include <sipmsg/message.hpp>

#include <optional>

namespace sipstrata {

/// What a request's Route said about us.
struct RouteFindings {
    bool was_routed = false;             ///< a Route of ours was on top, or stood in the Request-URI
    std::optional<siptxn::FlowId> flow;  ///< the connection its token names, unless the request came over it
};

/// Takes our own values off the Route of a request that arrived on `flow`, both of a double Record-Route, and undoes
/// what a strict router did to the Request-URI. RFC 3261 §16.4, RFC 5658 §4, RFC 5626 §5.3.
[[nodiscard]] RouteFindings take_own_routes(sipmsg::Message& request, const siptxn::Flow& flow, const OwnAddresses& own,
                                            const FlowTokens& tokens);

/// When the next hop is a strict router its URI becomes the Request-URI, and ours goes to the end of the Route: that
/// URI, where the request must go; else empty. RFC 3261 §16.6 steps 6 and 7.
[[nodiscard]] std::string adapt_to_strict_router(sipmsg::Message& request);

}  // namespace sipstrata
