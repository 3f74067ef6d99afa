// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/wire.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <memory>
#include <system_error>

namespace siptxn::net {

class Core;

/// A listening TCP socket.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
public:
    Acceptor(Core& core, Transport transport);

    /// Binds and listens; the address with the port the system chose.
    SocketAddress listen(const SocketAddress& local, bool share_port, std::error_code& error);
    void accept();
    void stop();

private:
    void accepted(std::error_code error, asio::ip::tcp::socket socket);
    void take(Core& core, asio::ip::tcp::socket socket);
    void pause();

    std::weak_ptr<Core> core_;
    Transport transport_;
    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer pause_;
};

}  // namespace siptxn::net
