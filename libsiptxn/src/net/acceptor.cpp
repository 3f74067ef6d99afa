// SPDX-License-Identifier: MIT
#include "net/acceptor.hpp"

#include "net/address.hpp"
#include "net/core.hpp"
#include "net/datagram_io.hpp"
#include "net/system_error.hpp"
#include "net/transports.hpp"

#include <asio/error.hpp>
#include <asio/ip/v6_only.hpp>

#include <utility>

namespace siptxn::net {
namespace {

using asio::ip::tcp;

// Out of descriptors or memory: accept() would fail again at once, for ever.
constexpr auto out_of_resources_pause = 200ms;

bool is_out_of_resources(std::error_code asio_error) {
    auto error = to_standard(asio_error);
    return error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system ||
           error == std::errc::no_buffer_space || error == std::errc::not_enough_memory;
}

}  // namespace

Acceptor::Acceptor(Core& core, Transport transport)
    : core_(core.weak_from_this()), transport_(transport), acceptor_(core.executor()), pause_(core.executor()) {}

SocketAddress Acceptor::listen(const SocketAddress& local, bool share_port, std::error_code& error) {
    auto endpoint = to_endpoint<tcp::endpoint>(local);
    if (acceptor_.open(endpoint.protocol(), error)) return local;
    acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (local.ip.is_v6()) acceptor_.set_option(asio::ip::v6_only(true), error);
    if (share_port) {
        enable_shared_port(acceptor_.native_handle(), error);
        if (error) return local;
    }
    if (acceptor_.bind(endpoint, error)) return local;
    if (acceptor_.listen(tcp::acceptor::max_listen_connections, error)) return local;
    return from_endpoint(acceptor_.local_endpoint(error));
}

void Acceptor::accept() {
    acceptor_.async_accept([self = shared_from_this()](std::error_code error, tcp::socket socket) {
        self->accepted(error, std::move(socket));
    });
}

void Acceptor::accepted(std::error_code error, tcp::socket socket) {
    auto core = core_.lock();
    if (!core || !acceptor_.is_open()) return;
    if (is_out_of_resources(error)) return pause();
    if (!error && core->has_room()) take(*core, std::move(socket));
    if (acceptor_.is_open()) accept();
}

void Acceptor::take(Core& core, tcp::socket socket) {
    std::error_code error;
    auto remote = from_endpoint(socket.remote_endpoint(error));
    if (error) return;  // reset before it was accepted
    auto id = core.new_flow_id();
    auto connection = make_connection(core, {
                                                {id,                                                      transport_, {}, remote},
                                                true, {},
                                                std::move(socket)
    });
    core.add(id, connection);
    connection->start();
}

void Acceptor::pause() {
    pause_.expires_after(out_of_resources_pause);
    pause_.async_wait([self = shared_from_this()](std::error_code cancelled) {
        if (!cancelled && self->acceptor_.is_open()) self->accept();
    });
}

void Acceptor::stop() {
    std::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
}

}  // namespace siptxn::net
