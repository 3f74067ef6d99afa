// SPDX-License-Identifier: MIT
#include "layer/via.hpp"

#include "one_line.hpp"

#include <siptxn/transaction_layer.hpp>

#include <sipmsg/stateless.hpp>

#include <algorithm>
#include <array>
#include <functional>

namespace siptxn {
namespace {

/// Host and port as they stand in a Via.
struct SentBy {
    const sipmsg::Via& via;
};

sipmsg::Printer print(sipmsg::Printer to, const SentBy& sent_by) {
    const auto& via = sent_by.via;
    bool v6 = via.host().kind == sipmsg::HostKind::ipv6;
    to = to << (v6 ? "[" : "") << via.host().text << (v6 ? "]" : "");
    return via.port() ? to << ':' << *via.port() : to;
}

}  // namespace

SocketAddress advertised(const Flow& flow, std::span<const Listener> listeners) {
    for (const auto& listener : listeners) {
        if (listener.transport != flow.transport || listener.local.ip.family != flow.local.ip.family) continue;
        if (flow.transport == Transport::udp && listener.local.port != flow.local.port) continue;
        bool any = listener.local.ip.is_unspecified();
        if (any || listener.local.ip == flow.local.ip) return {flow.local.ip, listener.local.port};
    }
    return flow.local;
}

std::string websocket_host(const Flow& flow) {
    std::uint64_t seed = static_cast<std::uint64_t>(flow.id) * 0x9e3779b97f4a7c15 ^
                         std::hash<SocketAddress>{}(flow.local) * 31 ^ std::hash<SocketAddress>{}(flow.remote);
    return Identifiers(seeded_random(seed)).token(60) + ".invalid";
}

std::string sent_by(const Flow& flow, bool accepted, std::string_view via_host, std::span<const Listener> listeners) {
    if (!via_host.empty()) return std::string(via_host);
    if (is_websocket(flow.transport) && !accepted) return websocket_host(flow);
    return to_string(advertised(flow, listeners));
}

std::string via_value(Transport transport, std::string_view sent_by, std::string_view branch, bool rport) {
    std::string via;
    via.reserve(sent_by.size() + branch.size() + 32);
    via.append("SIP/2.0/").append(to_via_token(transport)).append(" ").append(sent_by);
    via.append(";branch=").append(branch);
    if (rport) via += ";rport";
    return via;
}

std::string sent_by_of(const sipmsg::Via& via) { return sipmsg::to_string(SentBy{via}); }

sipmsg::MessagePtr with_stamped_via(const sipmsg::MessageView& request, const sipmsg::Via& via,
                                    const SocketAddress& source) {
    const bool needs_received = via.has_rport() || IpAddress::parse(via.host().text) != source.ip;
    if (!needs_received && !via.received()) return std::make_shared<const sipmsg::Message>(request);
    const auto received = needs_received ? to_string(source.ip) : std::string();
    const sipmsg::StampedVia stamped{via, received, via.has_rport() ? std::optional(source.port) : std::nullopt};
    std::array<char, 256> room;  // for nearly all
    const auto* const end = sipmsg::print(sipmsg::Printer(room.data(), room.size()), stamped).end();
    if (end && is_one_line({room.data(), end}))
        return std::make_shared<const sipmsg::Message>(request, std::string_view(room.data(), end));
    return std::make_shared<const sipmsg::Message>(request, sipmsg::unfold(sipmsg::to_string(stamped)));
}

Flow reply_flow(const Flow& request_flow, const sipmsg::Via& top_via) {
    Flow flow = request_flow;
    if (flow.transport == Transport::udp && !top_via.has_rport())
        flow.remote.port = top_via.port().value_or(default_port(Transport::udp));
    return flow;
}

std::optional<SocketAddress> reply_address(const sipmsg::Via& top_via) {
    const auto place = sipmsg::reply_place(top_via);
    auto ip = IpAddress::parse(place.host);
    if (!ip) return std::nullopt;
    return SocketAddress{*ip, place.port};
}

std::string local_contact(const LocalContact& contact, const Flow& flow) {
    if (!contact.uri.empty()) return "<" + contact.uri + ">" + contact.header_params;
    std::string out;
    out.reserve(contact.user.size() + contact.host.size() + contact.uri_params.size() + contact.header_params.size() +
                64);
    out.append("<").append(contact.secure ? "sips:" : "sip:").append(contact.user);
    if (!contact.user.empty()) out += '@';
    if (!contact.host.empty())
        out += contact.host;
    else
        out += is_websocket(flow.transport) ? websocket_host(flow) : to_string(flow.local);
    if (flow.transport == Transport::tcp) out += ";transport=tcp";
    if (flow.transport == Transport::tls) out += contact.secure ? ";transport=tcp" : ";transport=tls";
    if (is_websocket(flow.transport)) out += ";transport=ws";
    out.append(contact.uri_params).append(">").append(contact.header_params);
    return out;
}

}  // namespace siptxn
