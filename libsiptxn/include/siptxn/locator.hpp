// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/error.hpp>
#include <siptxn/target.hpp>
#include <siptxn/wire.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace siptxn {

/// Which transports this stack can use towards an address family, in the order it prefers them.
struct Reach {
    std::vector<Transport> transports;
    std::vector<Listener> listeners{};  ///< none: nothing is known of sockets

    /// UDP wants a socket of the family; anything can be tried when no listener is known.
    [[nodiscard]] bool has(Transport transport, IpAddress::Family family) const noexcept;
};

struct DnsQuestion {
    std::string name;
    RecordType type = RecordType::a;
    friend auto operator<=>(const DnsQuestion&, const DnsQuestion&) = default;
};

/// Uniform in [low, high].
using Chance = std::function<std::uint64_t(std::uint64_t low, std::uint64_t high)>;

struct LocatorOptions {
    Reach reach;
    /// Draws between SRV records of one priority (RFC 2782). Without it their order is always the same, which is what a
    /// stateless proxy needs (RFC 3263 §4.4).
    Chance chance;
    /// Of a host with both, addresses of the two families alternate (RFC 8305); this one comes first.
    IpAddress::Family first_family = IpAddress::Family::v4;
    std::size_t questions = 40;  ///< asked at most
    std::size_t targets = 16;    ///< found at most
};

/// Finds the places to send a request for one next hop to, in the order to try them: RFC 3263 §4.1 and §4.2, RFC 7118
/// for WebSocket. It goes step by step:
///
///                                       | asks for
///     numeric host                      | nothing
///     a port                            | A and AAAA of the host
///     a transport                       | SRV of the host for that transport
///     neither                           | NAPTR of the host
///     NAPTR: services we can use        | SRV of each replacement
///     NAPTR: none                       | SRV of the host for each transport we have
///     SRV: servers                      | A and AAAA of each
///     SRV: none                         | A and AAAA of the host
///     A, AAAA                           | nothing: done
///
/// Services after the best one, and servers after the first, stay behind it as places to fail over to (§4.3). A service
/// whose only SRV target is "." is not there (RFC 2782).
class Locator {
public:
    Locator() = default;
    Locator(NextHop hop, LocatorOptions options);

    /// What is to be asked now; each question once.
    [[nodiscard]] std::vector<DnsQuestion> take_questions();
    /// One answer, in any order; an error counts as no records, so that the next step is tried.
    void answer(const DnsQuestion& question, std::span<const DnsRecord> records, std::error_code error);
    /// What is still unanswered at this step counts as failed: on to the next.
    void give_up();

    [[nodiscard]] bool is_done() const noexcept { return step_ == Step::done; }
    /// When done; empty when there is no place to try.
    [[nodiscard]] std::vector<Target> take_targets() { return std::move(targets_); }
    /// Why there are no targets: Errc::no_target or, when a question failed, Errc::resolve_failed.
    [[nodiscard]] std::error_code error() const noexcept { return error_; }

private:
    enum class Step : std::uint8_t { naptr, srv, addresses, done };
    /// A transport at a domain: RFC 3263 §4.1.
    struct Service {
        Transport transport;
        std::string name;  ///< of its SRV records
        std::vector<DnsRecord> servers;
    };
    /// A host to contact. Without a transport: the first of ours that its addresses allow.
    struct Host {
        std::string name;
        std::optional<Transport> transport;
        std::optional<std::uint16_t> port;
    };
    struct Addresses {
        std::vector<IpAddress> v4;
        std::vector<IpAddress> v6;
    };

    void begin();
    void ask(std::string name, RecordType type);
    void go_on();
    void choose_services();
    void ask_services(std::vector<Service> services);
    void choose_hosts();
    void ask_hosts(std::vector<Host> hosts);
    void choose_targets();
    void add_targets(const Host& host);

    [[nodiscard]] std::vector<Transport> transports() const;
    [[nodiscard]] std::optional<Transport> transport_for(const Host& host, IpAddress::Family family) const;
    [[nodiscard]] std::vector<Service> services_of_domain() const;
    [[nodiscard]] std::vector<IpAddress> alternated(const Addresses& addresses) const;
    void keep(const std::string& name, const IpAddress& ip);

    NextHop hop_;
    LocatorOptions options_;
    Step step_ = Step::done;
    std::size_t asked_ = 0;
    std::vector<DnsQuestion> to_ask_;
    std::set<DnsQuestion> unanswered_;
    std::vector<DnsRecord> rules_;     ///< NAPTR
    std::optional<Transport> chosen_;  ///< by the URI, or by NAPTR
    std::vector<Service> services_;
    std::vector<Host> hosts_;
    std::map<std::string, Addresses> addresses_;
    std::vector<Target> targets_;
    std::error_code error_;
};

}  // namespace siptxn
