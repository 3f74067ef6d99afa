// SPDX-License-Identifier: MIT
#pragma once

#include "net/hosts_file.hpp"

#include <siptxn/wire.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace siptxn::net {

class Core;
class NameServers;

/// Names to records. What this host knows itself comes first: numeric names, localhost (RFC 6761 §6.3), the hosts file,
/// whose names are looked up nowhere else and have addresses only. All others are the name servers'.
class Resolver : public std::enable_shared_from_this<Resolver> {
public:
    explicit Resolver(Core& core);
    void resolve(QueryId query, std::string_view name, RecordType type);
    void stop();

private:
    [[nodiscard]] std::optional<std::vector<DnsRecord>> known_here(const std::string& name, RecordType type);
    void ask(QueryId query, const std::string& name, RecordType type);
    void answered(QueryId query, const std::string& name, RecordType type, int status, std::string_view octets);

    std::weak_ptr<Core> core_;
    HostsFile hosts_;
    std::shared_ptr<NameServers> servers_;  ///< from the first question on
    std::size_t pending_ = 0;
};

}  // namespace siptxn::net
