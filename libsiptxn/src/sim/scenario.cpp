// SPDX-License-Identifier: MIT
#include <siptxn/sim/scenario.hpp>

#include "sim/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

namespace siptxn::sim {

Scenario::Scenario(std::uint64_t seed)
    : own_(std::make_unique<Network>(seed)), network_(*own_), start_(network_.clock()->now()) {}

Scenario::Scenario(Network& network) : network_(network), start_(network.clock()->now()) {}

bool NamedHost::has(const IpAddress& ip) const noexcept { return std::ranges::find(addresses, ip) != addresses.end(); }

IpAddress Scenario::host(std::string_view name, std::string_view ip) {
    const auto is_named = [&](const IpAddress& a) {
        return std::ranges::any_of(hosts_, [&](auto& h) { return h.has(a); });
    };
    auto address = IpAddress::parse(ip.empty() ? "192.0.2.1" : ip);
    for (int last = 2; ip.empty() && is_named(*address) && last < 255; ++last)
        address = IpAddress::parse(fmt::format("192.0.2.{}", last));
    if (!address) throw std::invalid_argument(fmt::format("not an address: {}", ip));
    if (is_named(*address)) throw std::invalid_argument(fmt::format("{} has a name", to_string(*address)));
    auto host = std::ranges::find(hosts_, name, &NamedHost::name);
    if (host == hosts_.end()) host = hosts_.insert(host, {std::string(name), {}});
    host->addresses.push_back(*address);
    network_.zone().add_address(name, *address);
    return *address;
}

const NamedHost& Scenario::find(std::string_view name) const {
    const auto host = std::ranges::find(hosts_, name, &NamedHost::name);
    if (host == hosts_.end()) throw std::out_of_range(fmt::format("no host is named {}", name));
    return *host;
}

IpAddress Scenario::address(std::string_view name) const { return find(name).addresses.front(); }

std::string Scenario::name_of(const IpAddress& ip) const {
    const auto host = std::ranges::find_if(hosts_, [&](const NamedHost& h) { return h.has(ip); });
    return host == hosts_.end() ? to_string(ip) : host->name;
}

std::shared_ptr<Wire> Scenario::wire(std::string_view name, std::vector<Listener> listeners) {
    const bool known = std::ranges::find(hosts_, name, &NamedHost::name) != hosts_.end();
    return network_.wire(known ? address(name) : host(name), listeners);
}

std::shared_ptr<Endpoint> Scenario::endpoint(std::string_view name, const LayerOptions& options,
                                             std::vector<Listener> listeners) {
    return Endpoint::create(wire(name, std::move(listeners)), network_.clock(), network_.random(), options);
}

std::vector<Listener> Scenario::standard_ports() {
    return {
        {Transport::udp, {{}, 5060}},
        {Transport::tcp, {{}, 5060}},
        {Transport::tls, {{}, 5061}},
        {Transport::ws,  {{}, 80}  },
        {Transport::wss, {{}, 443} },
    };
}

template <class Work>
void Scenario::each_pair(std::string_view a, std::string_view b, Work work) const {
    for (const auto& one : find(a).addresses)
        for (const auto& other : find(b).addresses) work(one, other);
}

void Scenario::impair(std::string_view from, std::string_view to, const Impairments& impairments) {
    each_pair(from, to, [&](auto& one, auto& other) { network_.impair(one, other, impairments); });
}

void Scenario::partition(std::string_view a, std::string_view b) {
    each_pair(a, b, [&](auto& one, auto& other) { network_.partition(one, other); });
}

void Scenario::heal(std::string_view a, std::string_view b) {
    each_pair(a, b, [&](auto& one, auto& other) { network_.heal(one, other); });
}

void Scenario::reset(std::string_view a, std::string_view b) {
    each_pair(a, b, [&](auto& one, auto& other) { network_.reset(one, other); });
}

std::string Scenario::ladder() const { return draw_ladder(network_.log(), hosts_, start_); }

std::string first_failure(std::uint64_t first, std::uint64_t last, const std::function<std::string(Scenario&)>& play) {
    for (auto seed = first; seed <= last; ++seed) {
        Scenario scene(seed);
        std::string why;
        try {
            why = play(scene);
        } catch (const std::exception& thrown) {
            why = thrown.what();
        }
        if (!why.empty()) return fmt::format("seed {}: {}\n{}", seed, why, scene.ladder());
    }
    return {};
}

}  // namespace siptxn::sim
