// SPDX-License-Identifier: MIT
#include "record_route.hpp"

#include <fmt/format.h>

namespace sipstrata {

std::string record_route_value(const Side& side, const OwnAddresses& own, const FlowTokens& tokens) {
    std::string user = side.flow ? tokens.make(*side.flow) + "@" : "";
    std::string transport =
        side.transport == siptxn::Transport::udp ? "" : fmt::format(";transport={}", to_string(side.transport));
    return fmt::format("<sip:{}{}{};lr>", user, own.host_port(side.transport, side.local), transport);
}

void record_route(sipmsg::Message& request, const Side& in, const Side& out, const OwnAddresses& own,
                  const FlowTokens& tokens) {
    std::string towards_caller = record_route_value(in, own, tokens);
    std::string towards_callee = record_route_value(out, own, tokens);
    request.prepend(sipmsg::Header::record_route, towards_caller);
    if (towards_callee != towards_caller) request.prepend(sipmsg::Header::record_route, towards_callee);
}

bool wants_record_route(const sipmsg::Message& request) noexcept {
    using sipmsg::Method;
    auto method = request.method();
    return method == Method::invite || method == Method::subscribe || method == Method::refer ||
           method == Method::update;
}

}  // namespace sipstrata
