// SPDX-License-Identifier: MIT
#include "own_addresses.hpp"

#include <sipmsg/params.hpp>

#include <algorithm>

namespace sipstrata {

using siptxn::IpAddress;
using siptxn::Listener;

OwnAddresses::OwnAddresses(std::vector<Listener> listeners, std::vector<std::string> domains)
    : listeners_(std::move(listeners)), domains_(std::move(domains)) {
    for (const Listener& listener : listeners_) {
        std::string host = to_host(listener.local.ip);
        if (!listener.local.ip.is_unspecified() && std::ranges::find(domains_, host) == domains_.end())
            domains_.push_back(host);
    }
    if (domains_.empty()) domains_.push_back("localhost");
}

bool OwnAddresses::is_ours(const sipmsg::Host& host, std::uint16_t port, const IpAddress& arrived_at) const {
    auto ip = IpAddress::parse(host.text);
    if (!ip) return false;
    return std::ranges::any_of(listeners_, [&](const Listener& listener) {
        return listener.local.port == port &&
               (listener.local.ip == *ip || (listener.local.ip.is_unspecified() && *ip == arrived_at));
    });
}

bool OwnAddresses::is_ours(const sipmsg::Uri& uri, const IpAddress& arrived_at) const {
    if (!uri.is_sip()) return false;
    auto named = std::ranges::any_of(domains_, [&](const std::string& domain) {
        if (sipmsg::iequals(domain, uri.host().text)) return true;
        return uri.host().kind == sipmsg::HostKind::ipv6 &&
               IpAddress::parse(domain) == IpAddress::parse(uri.host().text);
    });
    bool our_port =
        !uri.port() || std::ranges::any_of(listeners_, [&](const Listener& l) { return l.local.port == *uri.port(); });
    if (named && our_port) return true;
    auto transport = siptxn::transport_of(uri.transport().value_or("")).value_or(siptxn::Transport::udp);
    return is_ours(uri.host(), uri.port().value_or(default_port(transport)), arrived_at);
}

std::string OwnAddresses::host_port(siptxn::Transport transport, const siptxn::SocketAddress& near) const {
    auto fits = [&](const Listener& listener) {
        return listener.transport == transport && (listener.local.ip == near.ip || listener.local.ip.is_unspecified());
    };
    auto listener = std::ranges::find_if(listeners_, fits);
    if (listener == listeners_.end()) listener = std::ranges::find(listeners_, transport, &Listener::transport);
    if (listener == listeners_.end()) return to_string(near);
    return to_string(siptxn::SocketAddress{listener->local.ip.is_unspecified() ? near.ip : listener->local.ip,
                                           listener->local.port});
}

}  // namespace sipstrata
