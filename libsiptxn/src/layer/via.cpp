// SPDX-License-Identifier: MIT
#include "layer/via.hpp"

#include <siptxn/transaction_layer.hpp>

#include <functional>

namespace siptxn {
namespace {

std::uint16_t sent_by_port(const sipmsg::Via& via) {
    auto transport = transport_of(via.transport()).value_or(Transport::udp);
    return via.port().value_or(default_port(transport));
}

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

/// A Via with what RFC 3261 §18.2.1 and RFC 3581 §4 have the server add.
struct StampedVia {
    const sipmsg::Via& via;
    const SocketAddress& source;
    bool needs_received;
};

sipmsg::Printer print(sipmsg::Printer to, const StampedVia& stamp) {
    const auto& via = stamp.via;
    to = print(to << "SIP/2.0/" << via.transport() << ' ', SentBy{via});
    for (const auto& param : via.params()) {
        if (sipmsg::iequals(param.name, "received") || sipmsg::iequals(param.name, "rport")) continue;
        to = to << ';' << param.name;
        if (param.value) to = to << '=' << *param.value;
    }
    if (stamp.needs_received) to = to << ";received=" << to_string(stamp.source.ip);
    return via.has_rport() ? to << ";rport=" << stamp.source.port : to;
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

std::optional<std::string> stamped(const sipmsg::Via& via, const SocketAddress& source) {
    bool needs_received = via.has_rport() || IpAddress::parse(via.host().text) != source.ip;
    if (!needs_received && !via.received()) return std::nullopt;
    std::string out;
    out.reserve(via.text().size() + 64);
    sipmsg::append_to(out, StampedVia{via, source, needs_received});
    if (out.find('\n') != std::string::npos || out.find('\r') != std::string::npos) return sipmsg::unfold(out);
    return out;
}

sipmsg::MessagePtr with_stamped_via(const sipmsg::MessageView& request, const sipmsg::Via& via,
                                    const SocketAddress& source) {
    constexpr std::size_t added = 64;  // ";received=" and a port
    auto message = std::make_shared<sipmsg::Message>(request, added);
    if (auto value = stamped(via, source)) message->replace_top_via(*value);
    return message;
}

Flow reply_flow(const Flow& request_flow, const sipmsg::Via& top_via) {
    Flow flow = request_flow;
    if (flow.transport == Transport::udp && !top_via.has_rport())
        flow.remote.port = top_via.port().value_or(default_port(Transport::udp));
    return flow;
}

std::optional<SocketAddress> reply_address(const sipmsg::Via& top_via) {
    auto ip = IpAddress::parse(top_via.received().value_or(top_via.host().text));
    if (!ip) return std::nullopt;
    return SocketAddress{*ip, top_via.rport().value_or(sent_by_port(top_via))};
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
