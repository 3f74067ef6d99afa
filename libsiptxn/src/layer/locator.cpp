// SPDX-License-Identifier: MIT
#include "layer/locator.hpp"

#include <siptxn/error.hpp>

#include <sipmsg/params.hpp>

#include <algorithm>
#include <utility>

namespace siptxn {
namespace {

constexpr std::size_t longest_name = 253;  // RFC 1035 §2.3.4, without the final dot

/// RFC 6761 §6.4: a name that never has an address. WebSocket clients use it in Contact (RFC 7118 §5.2).
bool is_invalid_name(std::string_view name) {
    constexpr std::string_view suffix = ".invalid";
    return name.size() >= suffix.size() && sipmsg::iequals(name.substr(name.size() - suffix.size()), suffix);
}

}  // namespace

bool Reach::has(Transport transport, IpAddress::Family family) const noexcept {
    if (transport != Transport::udp || listeners.empty()) return true;
    return std::ranges::any_of(
        listeners, [&](const Listener& l) { return l.transport == transport && l.local.ip.family == family; });
}

std::optional<Transport> Reach::preferred(IpAddress::Family family) const noexcept {
    for (auto transport : transports) {
        if (has(transport, family)) return transport;
    }
    return std::nullopt;
}

Locator::Locator(NextHop hop, Reach reach)
    : hop_(std::move(hop)), reach_(std::move(reach)), error_(make_error_code(Errc::no_target)) {
    if (hop_.numeric) {
        add(*hop_.numeric);
    } else if (!is_invalid_name(hop_.host) && hop_.host.size() <= longest_name) {
        questions_ = {
            {hop_.host, RecordType::a   },
            {hop_.host, RecordType::aaaa}
        };
    }
}

void Locator::answer(RecordType type, std::span<const DnsRecord> records, std::error_code error) {
    ++answers_;
    if (error) error_ = make_error_code(Errc::resolve_failed);
    for (const auto& record : records) {
        if (record.type == type && (type == RecordType::a || type == RecordType::aaaa)) add(record.ip);
    }
}

void Locator::add(const IpAddress& ip) {
    auto& list = ip.is_v6() ? v6_ : v4_;
    if (std::ranges::find(list, ip) == list.end()) list.push_back(ip);
}

// IPv4 first: whether the host has IPv6 at all is not known here, and a connection attempt into the void is slow.
std::vector<Target> Locator::targets(std::size_t limit) const {
    std::vector<Target> out;
    for (const auto* list : {&v4_, &v6_}) {
        for (const auto& ip : *list) {
            auto transport = hop_.transport_given ? std::optional(hop_.transport) : reach_.preferred(ip.family);
            if (!transport || out.size() == limit) continue;
            out.push_back({
                *transport, {ip, hop_.port.value_or(default_port(*transport))},
                 hop_.host
            });
        }
    }
    return out;
}

}  // namespace siptxn
