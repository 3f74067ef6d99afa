// SPDX-License-Identifier: MIT
#include "net/resolver.hpp"

#include "net/address.hpp"
#include "net/core.hpp"

#include <asio/error.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace siptxn::net {
namespace {

using asio::ip::tcp;

constexpr std::size_t longest_name = 253;  // RFC 1035 §2.3.4, without the root's dot
constexpr std::uint32_t unknown_ttl = 60;  // the system's resolver tells none
constexpr std::size_t most_records = 32;

std::optional<DnsRecord> numeric(std::string_view name) {
    auto ip = IpAddress::parse(name);
    if (!ip) return std::nullopt;
    return DnsRecord{.type = ip->is_v6() ? RecordType::aaaa : RecordType::a, .ttl = unknown_ttl, .ip = *ip};
}

void answer_later(Core& core, QueryId query, std::vector<DnsRecord> records, std::error_code error) {
    core.post([query, records = std::move(records), error](Core& c) { c.report_resolved(query, records, error); });
}

bool is_no_such_name(std::error_code error) {
    return error == asio::error::host_not_found || error == asio::error::no_data;
}

}  // namespace

Resolver::Resolver(Core& core)
    : core_(core.weak_from_this()), resolver_(core.executor()), most_pending_(core.options().queries) {}

void Resolver::resolve(QueryId query, std::string_view name, RecordType type) {
    auto core = core_.lock();
    if (!core) return;
    if (auto own = numeric(name)) {
        std::vector<DnsRecord> records;
        if (own->type == type) records.push_back(*own);
        return answer_later(*core, query, std::move(records), {});
    }
    if (type != RecordType::a && type != RecordType::aaaa) return answer_later(*core, query, {}, Errc::unsupported);
    if (name.empty() || name.size() > longest_name || name.find('\0') != name.npos) {
        return answer_later(*core, query, {}, Errc::resolve_failed);
    }
    if (pending_ == most_pending_) return answer_later(*core, query, {}, Errc::overloaded);
    ++pending_;
    auto family = type == RecordType::a ? tcp::v4() : tcp::v6();
    resolver_.async_resolve(family, std::string(name), "", tcp::resolver::flags(),
                            [self = shared_from_this(), query, type](std::error_code error, const auto& results) {
                                self->answered(query, type, error, results);
                            });
}

// A name that does not exist is an answer, not a failure: it has no records.
void Resolver::answered(QueryId query, RecordType type, std::error_code error,
                        const tcp::resolver::results_type& results) {
    --pending_;
    auto core = core_.lock();
    if (!core) return;
    if (error && !is_no_such_name(error)) return core->report_resolved(query, {}, Errc::resolve_failed);
    std::vector<DnsRecord> records;
    for (const auto& entry : results) {
        auto ip = from_asio(entry.endpoint().address());
        bool repeated = std::ranges::any_of(records, [&](const auto& r) { return r.ip == ip; });
        if (!repeated && records.size() < most_records) records.push_back({.type = type, .ttl = unknown_ttl, .ip = ip});
    }
    core->report_resolved(query, records, {});
}

void Resolver::stop() { resolver_.cancel(); }

}  // namespace siptxn::net
