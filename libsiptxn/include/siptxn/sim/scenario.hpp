// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/endpoint.hpp>
#include <siptxn/sim/network.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace siptxn::sim {

/// A column of a ladder.
struct NamedHost {
    std::string name;
    std::vector<IpAddress> addresses;  ///< one at least

    [[nodiscard]] bool has(const IpAddress& ip) const noexcept;
};

/// A simulated network whose hosts have names, for tests of your own: what happens is said by name, and what passed is
/// drawn as a ladder diagram. One thread.
///
///     sim::Scenario scene(7);
///     auto alice = scene.endpoint("alice");
///     auto bob = scene.endpoint("bob");  // alice reaches it as sip:bob
///     scene.impair("alice", "bob", {.loss = 0.3});
///     ...
///     scene.network().run();
///     std::cout << scene.ladder();
class Scenario {
public:
    /// A network of its own.
    explicit Scenario(std::uint64_t seed);
    /// On a network that exists and lives longer, such as that of a sipua::sim::World.
    explicit Scenario(Network& network);

    [[nodiscard]] Network& network() noexcept { return network_; }
    [[nodiscard]] const Network& network() const noexcept { return network_; }

    /// Names an address: a column of the ladder, left to right, and an A or AAAA record of the zone. One name may have
    /// several addresses. Without `ip` the first free one of 192.0.2.1, 192.0.2.2, ... (RFC 5737 §3). Throws
    /// std::invalid_argument when `ip` is no address, or has a name.
    IpAddress host(std::string_view name, std::string_view ip = {});
    /// The first address of a host; throws std::out_of_range when there is none of that name.
    [[nodiscard]] IpAddress address(std::string_view name) const;
    /// The name of an address; without one, its text.
    [[nodiscard]] std::string name_of(const IpAddress& ip) const;

    /// A wire, or a transaction layer that is driven, on the first address of that host, which is made when there
    /// is none. `listeners` without an address stand there too. See Network::wire() for what these throw.
    [[nodiscard]] std::shared_ptr<Wire> wire(std::string_view name, std::vector<Listener> listeners = standard_ports());
    [[nodiscard]] std::shared_ptr<Endpoint> endpoint(std::string_view name, const LayerOptions& options = {},
                                                     std::vector<Listener> listeners = standard_ports());
    /// UDP and TCP on 5060, TLS on 5061, WebSocket on 80, secure WebSocket on 443.
    [[nodiscard]] static std::vector<Listener> standard_ports();

    // What Network does to addresses, to all those of hosts; they throw std::out_of_range for other names.
    void impair(std::string_view from, std::string_view to, const Impairments& impairments);
    void partition(std::string_view a, std::string_view b);
    void heal(std::string_view a, std::string_view b);
    void reset(std::string_view a, std::string_view b);

    /// What the network's log holds, a line a message: when it was sent, in milliseconds since this scenario began; an
    /// arrow, which ends in `x` when nothing arrived; what it was, with the number in CSeq, and which call's when there
    /// are several; and in brackets what befell it. Empty for an empty log.
    ///
    ///                      alice          bob
    ///           0.0          |-----x       |      OPTIONS sip:bob (1) [lost]
    ///         500.0          |------------>|      OPTIONS sip:bob (1)
    ///         501.0          |<------------|      200 OK (1 OPTIONS)
    [[nodiscard]] std::string ladder() const;

private:
    template <class Work>
    void each_pair(std::string_view a, std::string_view b, Work work) const;
    [[nodiscard]] const NamedHost& find(std::string_view name) const;

    std::unique_ptr<Network> own_;
    Network& network_;
    TimePoint start_;
    std::vector<NamedHost> hosts_;
};

/// Plays in a fresh scenario for each seed from `first` to `last`, until one fails: until `play` returns why, or throws
/// a std::exception. Then the seed, why, and the ladder, to be printed; the seed alone replays it. Empty when all went
/// well. What `play` made must be gone when it returns.
[[nodiscard]] std::string first_failure(std::uint64_t first, std::uint64_t last,
                                        const std::function<std::string(Scenario&)>& play);

}  // namespace siptxn::sim
