// SPDX-License-Identifier: MIT
#include "forwarding.hpp"

#include "route.hpp"

#include <siptxn/target.hpp>

#include <algorithm>

namespace sipstrata {
namespace {

// Before the flow is known: the transport that the next hop names, and the address the caller knows us by.
Side outgoing_side(const Outgoing& outgoing, const Target& target, const siptxn::Flow& arrived) {
    if (target.flow)
        return {target.flow->transport, target.flow->local,
                is_reliable(target.flow->transport) ? std::optional(target.flow->id) : std::nullopt};
    auto hop = siptxn::next_hop_of(outgoing.request.view(), outgoing.options.next_hop);
    return {hop ? hop->transport : siptxn::Transport::udp, arrived.local, std::nullopt};
}

Side incoming_side(const siptxn::Flow& arrived) {
    return {arrived.transport, arrived.local,
            is_reliable(arrived.transport) ? std::optional(arrived.id) : std::nullopt};
}

}  // namespace

Outgoing prepare(const sipmsg::Message& request, const Target& target, const siptxn::Flow& arrived,
                 const OwnAddresses& own, const FlowTokens& tokens) {
    Outgoing outgoing{request, {}};
    if (!target.uri.empty()) outgoing.request.set_request_uri(target.uri);
    if (!target.flow) outgoing.options.next_hop = adapt_to_strict_router(outgoing.request);
    if (wants_record_route(request)) {
        record_route(outgoing.request, incoming_side(arrived), outgoing_side(outgoing, target, arrived), own, tokens);
    }
    outgoing.options.flow = target.flow;
    return outgoing;
}

void Forwarding::add(siptxn::ClientId client) {
    context.add_branch();
    branches.push_back({client});
}

void Forwarding::cancel_pending(siptxn::TransactionLayer& layer, siptxn::TimePoint now, std::string_view reason) {
    for (std::size_t i = 0; i < branches.size(); ++i) {
        if (!context.is_pending(i) || branches[i].cancelled || branches[i].client == siptxn::ClientId::none) continue;
        branches[i].cancelled = true;
        layer.cancel(branches[i].client, now, reason);
    }
}

bool Forwarding::is_done() const { return server_gone && std::ranges::all_of(branches, &Branch::gone); }

}  // namespace sipstrata
