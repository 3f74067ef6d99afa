// SPDX-License-Identifier: MIT
// Where an agent can be reached, and which way its requests take.
#include "agent.hpp"

#include <sipmsg/header/name_addr.hpp>

#include <algorithm>

namespace sipua {

siptxn::LocalContact Agent::contact(bool anonymous) const {
    siptxn::LocalContact contact{
        .user = contact_user_, .uri_params = options_.contact_params, .host = options_.contact_host};
    if (options_.instance_id_always_added) contact.header_params = instance_param();
    const auto* known = registered();
    if (anonymous) {
        contact.user = "anonymous";
        contact.header_params.clear();
    }
    if (known) contact.uri = anonymous ? known->temp_gruu : known->pub_gruu;
    if (known && known->flow && contact.uri.empty()) contact.uri_params += ";ob";  // RFC 5626 §4.3
    return contact;
}

std::string Agent::instance_param() const { return ";+sip.instance=\"<" + instance_ + ">\""; }

siptxn::SendOptions Agent::routing(std::string_view transport) const {
    siptxn::SendOptions options;
    options.next_hop = options_.server;
    if (!transport.empty()) options.transport = siptxn::transport_of(transport);
    options.contact = contact();
    if (const auto* known = registered(); known && transport.empty()) options.flow = known->flow;
    return options;
}

siptxn::SendOptions Agent::dialog_routing(std::string_view transport) const {
    auto options = routing(transport);
    options.flow.reset();
    return options;
}

void Agent::take_flow(const sipmsg::Message& request, siptxn::SendOptions& options) const {
    const auto* known = registered();
    auto to = request.top<sipmsg::To>();
    const bool begins = to && !to->tag();
    if (known && begins && !options.flow && !options.transport) options.flow = known->flow;
}

std::vector<std::string> Agent::route_set() const {
    const auto* known = registered();
    return known && !known->service_route.empty() ? known->service_route : options_.route_set;
}

void Agent::registered(const void* by, Registered what) {
    unregistered(by);
    const auto place =
        std::ranges::upper_bound(registered_, what.reg_id, {}, [](const auto& entry) { return entry.second.reg_id; });
    registered_.emplace(place, by, std::move(what));
}

void Agent::unregistered(const void* by) {
    std::erase_if(registered_, [by](const auto& entry) { return entry.first == by; });
}

const Registered* Agent::registered() const { return registered_.empty() ? nullptr : &registered_.front().second; }

bool Agent::has_flow_but(const void* by) const {
    return std::ranges::any_of(registered_,
                               [by](const auto& entry) { return entry.first != by && entry.second.flow.has_value(); });
}

}  // namespace sipua
