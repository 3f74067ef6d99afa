// SPDX-License-Identifier: MIT
#include "net/resolver.hpp"

#include "net/core.hpp"
#include "net/name_servers.hpp"

#include <siptxn/dns_message.hpp>

#include <span>

namespace siptxn::net {
namespace {

constexpr std::uint32_t local_ttl = 10;  // the hosts file may change

const std::vector<IpAddress> loopback{
    {IpAddress::Family::v4, {127, 0, 0, 1}                                  },
    {IpAddress::Family::v6, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}
};

std::vector<DnsRecord> records_of(std::span<const IpAddress> addresses, RecordType type) {
    std::vector<DnsRecord> records;
    for (const auto& ip : addresses) {
        auto own = ip.is_v6() ? RecordType::aaaa : RecordType::a;
        if (own == type) records.push_back({.type = type, .ttl = local_ttl, .ip = ip});
    }
    return records;
}

/// "_sip._udp.example.com" is a service of example.com.
std::string host_of(std::string_view name) {
    while (name.starts_with('_') && name.find('.') != name.npos) name.remove_prefix(name.find('.') + 1);
    return std::string(name);
}

bool is_localhost(std::string_view host) { return host == "localhost" || host.ends_with(".localhost"); }

void answer_later(Core& core, QueryId query, std::vector<DnsRecord> records, std::error_code error) {
    core.post([query, records = std::move(records), error](Core& c) { c.report_resolved(query, records, error); });
}

}  // namespace

Resolver::Resolver(Core& core) : core_(core.weak_from_this()), hosts_(core.options().resolver.hosts_file) {}

void Resolver::resolve(QueryId query, std::string_view name, RecordType type) {
    auto core = core_.lock();
    if (!core) return;
    auto canonical = canonical_name(name);
    if (auto known = known_here(canonical, type)) return answer_later(*core, query, *std::move(known), {});
    bool askable = !canonical.empty() && canonical.size() <= longest_name && canonical.find('\0') == canonical.npos;
    if (!askable) return answer_later(*core, query, {}, Errc::resolve_failed);
    if (pending_ == core->options().resolver.queries) return answer_later(*core, query, {}, Errc::overloaded);
    if (!servers_) servers_ = std::make_shared<NameServers>(core->executor(), core->options().resolver);
    ask(query, canonical, type);
}

std::optional<std::vector<DnsRecord>> Resolver::known_here(const std::string& name, RecordType type) {
    if (auto ip = IpAddress::parse(name)) return records_of(std::span(&*ip, 1), type);
    auto host = host_of(name);
    if (is_localhost(host)) return records_of(loopback, type);
    if (const auto* addresses = hosts_.find(host)) return records_of(*addresses, type);
    return std::nullopt;
}

void Resolver::ask(QueryId query, const std::string& name, RecordType type) {
    ++pending_;
    servers_->ask(name, code_of(type),
                  [weak = weak_from_this(), query, name, type](int status, std::string_view octets) {
                      if (auto self = weak.lock()) self->answered(query, name, type, status, octets);
                  });
}

// A name that does not exist is an answer, not a failure: it has no records, and a SOA record says for how long.
void Resolver::answered(QueryId query, const std::string& name, RecordType type, int status, std::string_view octets) {
    --pending_;
    auto core = core_.lock();
    if (!core || status == ARES_ECANCELLED) return;
    bool is_answer = status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND;
    auto answer = read_dns_answer(octets, name, type);
    if (!is_answer || !answer || answer->truncated) return answer_later(*core, query, {}, Errc::resolve_failed);
    auto records = std::move(answer->records);
    if (answer->negative_ttl) records.push_back({.type = RecordType::soa, .ttl = *answer->negative_ttl});
    answer_later(*core, query, std::move(records), {});
}

void Resolver::stop() {
    if (servers_) servers_->stop();
}

}  // namespace siptxn::net
