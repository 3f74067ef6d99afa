// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/wire.hpp>

#include <asio/ip/tcp.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace siptxn::net {

class Core;

/// Names to addresses by the system's resolver, which runs on a thread of Asio's own and also reads the hosts file. A
/// and AAAA only; other types are Errc::unsupported.
class Resolver : public std::enable_shared_from_this<Resolver> {
public:
    explicit Resolver(Core& core);
    void resolve(QueryId query, std::string_view name, RecordType type);
    void stop();

private:
    void answered(QueryId query, RecordType type, std::error_code error,
                  const asio::ip::tcp::resolver::results_type& results);

    std::weak_ptr<Core> core_;
    asio::ip::tcp::resolver resolver_;
    std::size_t pending_ = 0;
    std::size_t most_pending_;
};

}  // namespace siptxn::net
