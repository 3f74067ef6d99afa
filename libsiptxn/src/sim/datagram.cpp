// SPDX-License-Identifier: MIT
#include <siptxn/sim/datagram.hpp>

#include "sim/delay.hpp"
#include "sim/fabric.hpp"
#include "sim/sim_wire.hpp"

#include <algorithm>

namespace siptxn::sim {
namespace {

// With the headers of IP, without options, and of UDP.
std::size_t packet_size(std::string_view octets, const IpAddress& ip) {
    return octets.size() + (ip.is_v6() ? 40 : 20) + 8;
}

}  // namespace

std::string_view to_string(Fate fate) noexcept {
    switch (fate) {
        case Fate::in_flight: return "in flight";
        case Fate::delivered: return "delivered";
        case Fate::lost: return "lost";
        case Fate::partitioned: return "partitioned";
        case Fate::refused: return "refused";
        case Fate::no_host: return "no host";
        case Fate::too_big: return "too big";
        case Fate::reset: return "reset";
    }
    return "";
}

std::string_view Datagram::start_line() const noexcept {
    std::string_view text = *octets;
    return text.substr(0, text.find_first_of("\r\n"));
}

std::shared_ptr<Datagram> Fabric::note(Transport transport, const SocketAddress& from, const SocketAddress& to,
                                       const Octets& octets) {
    auto datagram = std::make_shared<Datagram>(
        Datagram{.sent = clock->now(), .transport = transport, .from = from, .to = to, .octets = octets});
    if (keep_log) log.push_back(datagram);
    return datagram;
}

// Every probability is drawn for every datagram, so that runs which differ in one of them stay comparable.
void Fabric::send_datagram(const SocketAddress& from, const SocketAddress& to, const Octets& octets) {
    auto datagram = note(Transport::udp, from, to, octets);
    const auto& p = path(from.ip, to.ip);
    if (p.mtu != 0 && packet_size(*octets, to.ip) > p.mtu) datagram->fate = Fate::too_big;
    bool lost = chance.happens(p.loss);
    datagram->duplicated = chance.happens(p.duplication);
    for (int copy = 0; copy < (datagram->duplicated ? 2 : 1); ++copy) {
        bool late = chance.happens(p.reordering);
        bool broken = chance.happens(p.corruption) && !octets->empty();
        auto when = arrival(*datagram, p, late);
        auto content = broken ? corrupted(octets) : octets;
        if (lost || datagram->fate == Fate::too_big) continue;
        datagram->reordered |= late;
        datagram->corrupted |= broken;
        after(when - clock->now(), [this, datagram, content] { deliver(datagram, content); });
    }
    if (lost && datagram->fate != Fate::too_big) datagram->fate = Fate::lost;
    if (datagram->fate != Fate::in_flight) datagram->duplicated = false;
}

// Without reordering a path keeps the order of what is sent on it, however its delay varies.
TimePoint Fabric::arrival(const Datagram& datagram, const Impairments& p, bool held_back) {
    auto when = clock->now() + draw_delay(chance, p);
    if (held_back) return when + p.reorder_delay;
    auto& last = last_arrival_[{datagram.from.ip, datagram.to.ip}];
    return last = std::max(last, when);
}

Octets Fabric::corrupted(const Octets& octets) {
    auto copy = std::make_shared<std::string>(*octets);
    for (auto bits = chance.between(1, 3); bits > 0; --bits) {
        auto& octet = (*copy)[chance.between(0, copy->size() - 1)];
        octet = static_cast<char>(octet ^ (1 << chance.between(0, 7)));
    }
    return copy;
}

void Fabric::deliver(const std::shared_ptr<Datagram>& datagram, const Octets& octets) {
    auto settle = [&](Fate fate) {
        if (datagram->fate == Fate::in_flight) datagram->fate = fate;
    };
    if (partitioned(datagram->from.ip, datagram->to.ip)) return settle(Fate::partitioned);
    if (auto* wire = datagram_socket(datagram->to)) {
        datagram->fate = Fate::delivered;
        if (datagram->delivered++ == 0) datagram->arrived = clock->now();
        return wire->datagram_arrived(datagram->to, datagram->from, *octets);
    }
    if (!host_exists(datagram->to.ip)) return settle(Fate::no_host);
    settle(Fate::refused);
    report_refused(*datagram);
}

// ICMP port unreachable travels back like anything else, and is as easily lost.
void Fabric::report_refused(const Datagram& datagram) {
    const auto& back = path(datagram.to.ip, datagram.from.ip);
    bool lost = chance.happens(back.loss);
    auto when = draw_delay(chance, back);
    if (lost) return;
    after(when, [this, from = datagram.from, to = datagram.to] {
        if (partitioned(from.ip, to.ip)) return;
        if (auto* wire = datagram_socket(from)) wire->datagram_refused(from, to);
    });
}

}  // namespace siptxn::sim
