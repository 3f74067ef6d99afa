// SPDX-License-Identifier: MIT
#include <siptxn/sim/zone.hpp>

#include <siptxn/dns_message.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace siptxn::sim {
namespace {

RecordType type_of(const IpAddress& ip) { return ip.is_v6() ? RecordType::aaaa : RecordType::a; }

}  // namespace

void Zone::add(std::string_view name, DnsRecord record) { records_[canonical_name(name)].push_back(std::move(record)); }

void Zone::add_address(std::string_view name, const IpAddress& ip, std::uint32_t ttl) {
    add(name, DnsRecord{.type = type_of(ip), .ttl = ttl, .ip = ip});
}

void Zone::add_srv(std::string_view name, std::uint16_t priority, std::uint16_t weight, std::uint16_t port,
                   std::string_view target, std::uint32_t ttl) {
    add(name, DnsRecord{.type = RecordType::srv,
                        .ttl = ttl,
                        .priority = priority,
                        .weight = weight,
                        .port = port,
                        .target = std::string(target)});
}

void Zone::add_naptr(std::string_view name, std::uint16_t order, std::uint16_t preference, std::string_view flags,
                     std::string_view service, std::string_view replacement, std::uint32_t ttl) {
    add(name, DnsRecord{.type = RecordType::naptr,
                        .ttl = ttl,
                        .priority = order,
                        .weight = preference,
                        .target = std::string(replacement),
                        .service = std::string(service),
                        .flags = std::string(flags)});
}

void Zone::remove(std::string_view name) { records_.erase(canonical_name(name)); }

void Zone::set_fault(std::string_view name, Fault fault) { faults_[canonical_name(name)] = fault; }

std::vector<DnsRecord> Zone::find(std::string_view name, RecordType type) const {
    std::vector<DnsRecord> found;
    if (auto ip = IpAddress::parse(name)) {
        if (type_of(*ip) == type) found.push_back(DnsRecord{.type = type, .ip = *ip});
        return found;
    }
    auto entry = records_.find(canonical_name(name));
    if (entry == records_.end()) return found;
    std::ranges::copy_if(entry->second, std::back_inserter(found), [&](const auto& r) { return r.type == type; });
    return found;
}

Zone::Fault Zone::fault(std::string_view name) const {
    auto entry = faults_.find(canonical_name(name));
    return entry == faults_.end() ? Fault::none : entry->second;
}

}  // namespace siptxn::sim
