// SPDX-License-Identifier: MIT
#include "net/udp.hpp"

#include "net/address.hpp"
#include "net/core.hpp"
#include "net/datagram_io.hpp"

#include <asio/ip/v6_only.hpp>
#include <asio/socket_base.hpp>

namespace siptxn::net {
namespace {

using asio::ip::udp;

constexpr int datagrams_in_a_row = 64;  // then others have their turn
constexpr int errors_in_a_row = 64;

bool is_full(std::error_code error) {
    return error == std::errc::operation_would_block || error == std::errc::resource_unavailable_try_again ||
           error == std::errc::no_buffer_space;
}

}  // namespace

UdpSocket::UdpSocket(Core& core, FlowId id) : core_(core.weak_from_this()), id_(id), socket_(core.executor()) {}

SocketAddress UdpSocket::bind(const SocketAddress& local, std::error_code& error) {
    auto endpoint = to_endpoint<udp::endpoint>(local);
    if (socket_.open(endpoint.protocol(), error)) return local;
    if (local.ip.is_v6()) socket_.set_option(asio::ip::v6_only(true), error);
    enable_datagram_details(socket_.native_handle(), local.ip.family, error);
    if (error || socket_.bind(endpoint, error)) return local;
    socket_.non_blocking(true, error);
    std::error_code ignored;  // the system gives what it allows
    auto size = static_cast<int>(core_.lock()->options().datagram_buffer);
    socket_.set_option(asio::socket_base::receive_buffer_size(size), ignored);
    socket_.set_option(asio::socket_base::send_buffer_size(size), ignored);
    return local_ = from_endpoint(socket_.local_endpoint(error));
}

void UdpSocket::receive() {
    socket_.async_wait(udp::socket::wait_read, [self = shared_from_this()](std::error_code error) {
        if (!error) self->readable();
    });
}

void UdpSocket::readable() {
    auto core = core_.lock();
    if (!core) return;
    read_errors(*core);
    for (int i = 0; i < datagrams_in_a_row && socket_.is_open(); ++i) {
        if (!read_one(*core)) break;
    }
    if (socket_.is_open()) receive();
}

// An error that is queued also fails the next read or write of this socket, whomever that is for: such failures are
// skipped.
bool UdpSocket::read_one(Core& core) {
    auto buffer = core.receive_buffer();
    std::error_code error;
    auto datagram = receive_datagram(socket_.native_handle(), buffer, error);
    if (!datagram) {
        if (is_full(error)) return false;
        read_errors(core);
        return true;
    }
    if (datagram->truncated) return true;
    Flow flow{
        id_, Transport::udp, {datagram->local.value_or(local_.ip), local_.port},
          datagram->remote
    };
    core.report_octets(flow, {buffer.data(), datagram->size});
    return true;
}

void UdpSocket::read_errors(Core& core) {
    for (int i = 0; i < errors_in_a_row && socket_.is_open(); ++i) {
        auto failed = receive_datagram_error(socket_.native_handle());
        if (!failed) return;
        // The path's size is the system's business: it fragments from now on.
        if (!failed->error || failed->error == std::errc::message_size) continue;
        core.report_failed({id_, Transport::udp, local_, failed->remote}, Errc::connect_failed);
    }
}

void UdpSocket::send(const Flow& flow, std::string_view octets) {
    auto core = core_.lock();
    if (!core || !socket_.is_open()) return;
    std::optional<IpAddress> source;
    if (local_.ip.is_unspecified() && !flow.local.ip.is_unspecified()) source = flow.local.ip;
    std::error_code error;
    for (int attempt = 0; attempt < 2; ++attempt) {
        error.clear();
        send_datagram(socket_.native_handle(), source, flow.remote, octets, error);
        if (error != std::errc::connection_refused && error != std::errc::host_unreachable)
            break;  // else: an older datagram's
    }
    if (error && !is_full(error)) report_send_error(*core, flow, error);  // full: as good as lost on the way
}

void UdpSocket::report_send_error(Core& core, const Flow& flow, std::error_code error) {
    Flow failed{id_, Transport::udp, flow.local, flow.remote};
    core.fail_later(failed, error == std::errc::message_size ? Errc::too_large : Errc::connect_failed);
}

void UdpSocket::stop() {
    std::error_code ignored;
    socket_.close(ignored);
}

}  // namespace siptxn::net
