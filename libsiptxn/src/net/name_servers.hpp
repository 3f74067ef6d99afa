// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/net/wire.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <ares.h>

namespace siptxn::net {

/// c-ares on Asio: its sockets and its clock are waited for here, and nothing runs on a thread of its own. The ids of
/// queries and their ports are c-ares's, by chance; it tries each server, and TCP for an answer that was cut.
class NameServers : public std::enable_shared_from_this<NameServers> {
public:
    NameServers(asio::any_io_executor executor, const ResolverOptions& options);
    ~NameServers();
    NameServers(const NameServers&) = delete;
    NameServers& operator=(const NameServers&) = delete;

    /// `status` is one of c-ares; `octets` the answer as it came, or empty.
    using Done = std::move_only_function<void(int status, std::string_view octets)>;
    /// `type` as RFC 1035 numbers it. `done` is called once, perhaps from inside this call, and must not end *this.
    void ask(const std::string& name, int type, Done done);
    /// Every query that waits is done, with ARES_ECANCELLED.
    void stop();

private:
    /// A socket of c-ares, and which of its sides are waited for.
    struct Watch {
        Watch(const asio::any_io_executor& executor, int socket) : descriptor(executor, socket) {}
        asio::posix::stream_descriptor descriptor;
        bool wants_read = false, wants_write = false;
        bool reads = false, writes = false;
        bool closed = false;
    };

    bool open(const ResolverOptions& options);
    static void socket_changed(void* self, ares_socket_t socket, int readable, int writable);
    static void answered(void* done, int status, int timeouts, unsigned char* octets, int size);
    void watch(ares_socket_t socket, bool readable, bool writable);
    void wait(const std::shared_ptr<Watch>& watch);
    void wait_for(const std::shared_ptr<Watch>& watch, asio::posix::stream_descriptor::wait_type side);
    void ready(Watch& watch, asio::posix::stream_descriptor::wait_type side);
    void arm();

    asio::any_io_executor executor_;
    asio::steady_timer timer_;
    ares_channel channel_ = nullptr;
    std::map<ares_socket_t, std::shared_ptr<Watch>> watches_;
};

}  // namespace siptxn::net
