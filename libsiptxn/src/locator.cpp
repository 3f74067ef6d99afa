// SPDX-License-Identifier: MIT
#include <siptxn/locator.hpp>

#include <siptxn/dns_message.hpp>

#include "srv_order.hpp"

#include <sipmsg/params.hpp>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

namespace siptxn {
namespace {

/// RFC 3263 §4.1, §4.2; RFC 7118 has the last two.
struct ServiceNames {
    Transport transport;
    std::string_view naptr;
    std::string_view srv;
};
constexpr ServiceNames service_names[] = {
    {Transport::udp, "SIP+D2U",  "_sip._udp." },
    {Transport::tcp, "SIP+D2T",  "_sip._tcp." },
    {Transport::tls, "SIPS+D2T", "_sips._tcp."},
    {Transport::ws,  "SIP+D2W",  "_sip._ws."  },
    {Transport::wss, "SIPS+D2W", "_sips._ws." },
};

std::string srv_name(Transport transport, std::string_view domain) {
    auto names = std::ranges::find(service_names, transport, &ServiceNames::transport);
    return std::string(names->srv).append(domain);
}

/// The transport of a NAPTR service field, when it is one of SIP's and ends in SRV records.
std::optional<Transport> transport_of_rule(const DnsRecord& rule) {
    if (!sipmsg::iequals(rule.flags, "s")) return std::nullopt;
    auto same = [&](const ServiceNames& names) { return sipmsg::iequals(names.naptr, rule.service); };
    auto names = std::ranges::find_if(service_names, same);
    return names == std::end(service_names) ? std::nullopt : std::optional(names->transport);
}

bool is_name_octet(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/// A canonical name that can be asked for. One under .invalid never has an address (RFC 6761 §6.4); WebSocket clients
/// use it in Contact (RFC 7118 §5.2).
bool is_askable(std::string_view name) {
    return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, is_name_octet) &&
           !name.starts_with('.') && !name.ends_with(".invalid");
}

/// RFC 2782: the target "." says that there is no such service.
bool is_server(const DnsRecord& record) { return record.target != "." && record.port != 0; }

}  // namespace

bool Reach::has(Transport transport, IpAddress::Family family) const noexcept {
    if (transport != Transport::udp || listeners.empty()) return true;
    return std::ranges::any_of(
        listeners, [&](const Listener& l) { return l.transport == transport && l.local.ip.family == family; });
}

Locator::Locator(NextHop hop, LocatorOptions options)
    : hop_(std::move(hop)), options_(std::move(options)), error_(make_error_code(Errc::no_target)) {
    begin();
    go_on();
}

/// RFC 3263 §4.1 and §4.2: what the URI already says decides where the search begins.
void Locator::begin() {
    auto domain = canonical_name(hop_.host);
    if (hop_.transport_given) chosen_ = hop_.transport;
    if (hop_.numeric || hop_.port) {
        Host host{std::move(domain), chosen_, hop_.port};
        return ask_hosts({host});
    }
    if (chosen_) {
        Service service{*chosen_, srv_name(*chosen_, domain), {}};
        return ask_services({service});
    }
    step_ = Step::naptr;
    ask(std::move(domain), RecordType::naptr);
}

void Locator::ask(std::string name, RecordType type) {
    if (!is_askable(name) || asked_ == options_.questions) return;
    DnsQuestion question{std::move(name), type};
    if (!unanswered_.insert(question).second) return;
    ++asked_;
    to_ask_.push_back(std::move(question));
}

std::vector<DnsQuestion> Locator::take_questions() { return std::exchange(to_ask_, {}); }

void Locator::answer(const DnsQuestion& question, std::span<const DnsRecord> records, std::error_code error) {
    if (unanswered_.erase(question) == 0) return;
    if (error) error_ = make_error_code(Errc::resolve_failed);
    for (const auto& record : records) {
        if (record.type != question.type) continue;
        switch (record.type) {
            case RecordType::naptr: rules_.push_back(record); break;
            case RecordType::srv: {
                auto service = std::ranges::find(services_, question.name, &Service::name);
                if (service != services_.end()) service->servers.push_back(record);
                break;
            }
            case RecordType::a:
            case RecordType::aaaa: keep(question.name, record.ip); break;
            case RecordType::soa: break;
        }
    }
    go_on();
}

void Locator::give_up() {
    if (!unanswered_.empty()) error_ = make_error_code(Errc::resolve_failed);
    unanswered_.clear();
    to_ask_.clear();
    go_on();
}

void Locator::go_on() {
    while (unanswered_.empty() && !is_done()) {
        switch (step_) {
            case Step::naptr: choose_services(); break;
            case Step::srv: choose_hosts(); break;
            case Step::addresses: choose_targets(); break;
            case Step::done: break;
        }
    }
}

/// RFC 3263 §4.1: of a domain's services those we can use, best first. SIPS ones serve a SIP URI too; a SIPS URI has no
/// others.
void Locator::choose_services() {
    auto ours = transports();
    std::ranges::stable_sort(rules_, {}, [](const DnsRecord& r) { return std::tuple(r.priority, r.weight); });
    std::vector<Service> services;
    for (const auto& rule : rules_) {
        auto transport = transport_of_rule(rule);
        if (!transport || std::ranges::find(ours, *transport) == ours.end()) continue;
        services.push_back({*transport, canonical_name(rule.target), {}});
    }
    if (services.empty()) return ask_services(services_of_domain());
    chosen_ = services.front().transport;
    ask_services(std::move(services));
}

/// RFC 3263 §4.1: without NAPTR records a SIP URI has the services _sip alone; only the domain itself may prefer TLS.
std::vector<Locator::Service> Locator::services_of_domain() const {
    auto ours = transports();
    bool in_clear = std::ranges::any_of(ours, [](Transport t) { return !is_secure(t); });
    std::vector<Service> services;
    for (auto transport : ours) {
        if (in_clear && is_secure(transport)) continue;
        services.push_back({transport, srv_name(transport, canonical_name(hop_.host)), {}});
    }
    return services;
}

void Locator::ask_services(std::vector<Service> services) {
    step_ = Step::srv;
    services_ = std::move(services);
    for (const auto& service : services_) ask(service.name, RecordType::srv);
}

/// RFC 3263 §4.2: the servers of each service in the order of RFC 2782; without any, the domain itself.
void Locator::choose_hosts() {
    std::vector<Host> hosts;
    bool any = false;
    for (auto& service : services_) {
        any |= !service.servers.empty();
        for (const auto& server : in_srv_order(std::move(service.servers), options_.chance)) {
            if (!is_server(server) || hosts.size() == options_.targets) continue;
            hosts.push_back({canonical_name(server.target), service.transport, server.port});
        }
    }
    if (any) return ask_hosts(std::move(hosts));
    Host domain{canonical_name(hop_.host), chosen_, std::nullopt};
    ask_hosts({domain});
}

void Locator::ask_hosts(std::vector<Host> hosts) {
    step_ = Step::addresses;
    hosts_ = std::move(hosts);
    for (const auto& host : hosts_) {
        if (auto ip = IpAddress::parse(host.name)) {
            keep(host.name, *ip);
            continue;
        }
        if (transport_for(host, IpAddress::Family::v4)) ask(host.name, RecordType::a);
        if (transport_for(host, IpAddress::Family::v6)) ask(host.name, RecordType::aaaa);
    }
}

void Locator::keep(const std::string& name, const IpAddress& ip) {
    auto& addresses = addresses_[name];
    auto& list = ip.is_v6() ? addresses.v6 : addresses.v4;
    if (std::ranges::find(list, ip) == list.end()) list.push_back(ip);
}

void Locator::choose_targets() {
    step_ = Step::done;
    for (const auto& host : hosts_) add_targets(host);
}

void Locator::add_targets(const Host& host) {
    for (const auto& ip : alternated(addresses_[host.name])) {
        auto transport = transport_for(host, ip.family);
        if (!transport || targets_.size() == options_.targets) continue;
        Target target{
            *transport, {ip, host.port.value_or(default_port(*transport))},
             hop_.host
        };
        if (std::ranges::find(targets_, target) == targets_.end()) targets_.push_back(std::move(target));
    }
}

/// The order of RFC 8305: a family that does not work costs one attempt, not all of its addresses.
std::vector<IpAddress> Locator::alternated(const Addresses& addresses) const {
    bool v6_first = options_.first_family == IpAddress::Family::v6;
    const auto& first = v6_first ? addresses.v6 : addresses.v4;
    const auto& second = v6_first ? addresses.v4 : addresses.v6;
    std::vector<IpAddress> order;
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) order.push_back(first[i]);
        if (i < second.size()) order.push_back(second[i]);
    }
    return order;
}

/// Those of ours that the scheme allows and that have a socket. A SIPS URI needs TLS, listed or not (RFC 3261 §26.2.2).
std::vector<Transport> Locator::transports() const {
    auto ours = options_.reach.transports;
    std::erase_if(ours, [this](Transport t) {
        bool usable = options_.reach.has(t, IpAddress::Family::v4) || options_.reach.has(t, IpAddress::Family::v6);
        return !usable || (hop_.secure && !is_secure(t));
    });
    if (hop_.secure && ours.empty()) ours.push_back(Transport::tls);
    return ours;
}

std::optional<Transport> Locator::transport_for(const Host& host, IpAddress::Family family) const {
    if (host.transport) return host.transport;
    auto ours = transports();
    auto first = std::ranges::find_if(ours, [&](Transport t) { return options_.reach.has(t, family); });
    return first == ours.end() ? std::nullopt : std::optional(*first);
}

}  // namespace siptxn
