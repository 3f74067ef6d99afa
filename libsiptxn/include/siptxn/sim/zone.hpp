// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/wire.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace siptxn::sim {

/// What the name servers of a simulated network know. Names are compared without case and without a trailing dot.
class Zone {
public:
    void add(std::string_view name, DnsRecord record);
    /// An A or AAAA record, by the address's family.
    void add_address(std::string_view name, const IpAddress& ip, std::uint32_t ttl = 300);
    void add_srv(std::string_view name, std::uint16_t priority, std::uint16_t weight, std::uint16_t port,
                 std::string_view target, std::uint32_t ttl = 300);
    void add_naptr(std::string_view name, std::uint16_t order, std::uint16_t preference, std::string_view flags,
                   std::string_view service, std::string_view replacement, std::uint32_t ttl = 300);
    void remove(std::string_view name);

    enum class Fault { none, fails, silent };
    /// From now on queries for that name fail, or are never answered.
    void set_fault(std::string_view name, Fault fault);

    /// The records of that type in the order they were added; numeric names answer for themselves.
    [[nodiscard]] std::vector<DnsRecord> find(std::string_view name, RecordType type) const;
    [[nodiscard]] Fault fault(std::string_view name) const;

private:
    std::map<std::string, std::vector<DnsRecord>> records_;
    std::map<std::string, Fault> faults_;
};

}  // namespace siptxn::sim
