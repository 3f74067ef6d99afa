// SPDX-License-Identifier: MIT
#include <siptxn/target.hpp>

#include <siptxn/error.hpp>

#include <sipmsg/header/name_addr.hpp>

namespace siptxn {
namespace {

/// What `sips` makes of a transport (RFC 3261 §26.2.2, RFC 7118 §5).
Transport secured(Transport transport) { return is_websocket(transport) ? Transport::wss : Transport::tls; }

}  // namespace

std::expected<NextHop, std::error_code> next_hop_of(const sipmsg::Uri& uri, std::optional<Transport> transport) {
    if (!uri.is_sip() || uri.host().text.empty()) return std::unexpected(make_error_code(Errc::no_target));
    NextHop hop;
    hop.secure = uri.is_secure();
    hop.port = uri.port();
    hop.host = uri.host().text;
    if (auto maddr = uri.params().get("maddr"); maddr && !maddr->empty()) hop.host = *maddr;
    hop.numeric = IpAddress::parse(hop.host);
    if (hop.numeric) hop.host = to_string(*hop.numeric);
    if (!transport && uri.transport()) {
        transport = transport_of(*uri.transport());
        if (!transport) return std::unexpected(make_error_code(Errc::unsupported));
        if (hop.secure) transport = secured(*transport);
    }
    if (transport) {
        hop.transport = *transport;
        hop.transport_given = true;
    } else if (hop.secure) {
        hop.transport = Transport::tls;
    }
    if (hop.secure && !is_secure(hop.transport)) return std::unexpected(make_error_code(Errc::unsupported));
    return hop;
}

std::expected<NextHop, std::error_code> next_hop_of(const sipmsg::MessageView& request, std::string_view uri,
                                                    std::optional<Transport> transport) {
    auto hop = std::expected<NextHop, std::error_code>(std::unexpected(make_error_code(Errc::no_target)));
    if (!uri.empty()) {
        if (auto parsed = sipmsg::Uri::parse(uri)) hop = next_hop_of(*parsed, transport);
        return hop;
    }
    if (auto route = request.top<sipmsg::Route>(); route && route->uri().is_loose_router())
        return next_hop_of(route->uri(), transport);
    if (auto target = request.request_uri()) hop = next_hop_of(*target, transport);
    return hop;
}

}  // namespace siptxn
