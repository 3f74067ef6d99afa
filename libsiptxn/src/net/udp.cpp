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

constexpr std::size_t batches_in_a_row = 4;  // then others have their turn
constexpr int errors_in_a_row = 64;

bool is_full(std::error_code error) {
    return error == std::errc::operation_would_block || error == std::errc::resource_unavailable_try_again ||
           error == std::errc::no_buffer_space;
}

}  // namespace

UdpSocket::UdpSocket(Core& core, FlowId id) : core_(core.weak_from_this()), id_(id), socket_(core.executor()) {}

SocketAddress UdpSocket::bind(const SocketAddress& local, bool share_port, std::error_code& error) {
    auto endpoint = to_endpoint<udp::endpoint>(local);
    if (socket_.open(endpoint.protocol(), error)) return local;
    if (local.ip.is_v6()) socket_.set_option(asio::ip::v6_only(true), error);
    enable_datagram_errors(socket_.native_handle(), local.ip.family, error);
    if (!error && local.ip.is_unspecified()) enable_local_addresses(socket_.native_handle(), local.ip.family, error);
    if (!error && share_port) enable_shared_port(socket_.native_handle(), error);
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

// What is sent meanwhile leaves together, behind each batch. A user that throws must not silence the socket.
void UdpSocket::readable() {
    auto core = core_.lock();
    if (!core) return;
    struct Afterwards {
        UdpSocket& socket;
        Core& core;
        ~Afterwards() {
            socket.gathering_ = false;
            socket.flush(core);
            if (socket.socket_.is_open()) socket.receive();
        }
    } afterwards{*this, *core};
    gathering_ = true;
    for (std::size_t i = 0; i < batches_in_a_row && read_batch(*core); ++i) {
    }
}

// An error that is queued also fails the next read or write of this socket, whomever that is for. A batch that is not
// full was all there is, and the next wait begins where it ended.
bool UdpSocket::read_batch(Core& core) {
    std::error_code error;
    auto& batch = core.incoming();
    const auto count = batch.receive(socket_.native_handle(), error);
    if (error) read_errors(core);
    for (std::size_t i = 0; i < count && socket_.is_open(); ++i) report(core, batch, i);
    flush(core);
    return socket_.is_open() && (error ? !is_full(error) : count == datagrams_at_once);
}

void UdpSocket::report(Core& core, const IncomingBatch& batch, std::size_t index) {
    auto datagram = batch.details(index);
    if (datagram.truncated) return;
    SocketAddress local{datagram.local.value_or(local_.ip), local_.port};
    core.report_octets({id_, Transport::udp, local, datagram.remote}, batch.octets(index));
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

void UdpSocket::send(const Flow& flow, Octets octets) {
    auto core = core_.lock();
    if (!core || !socket_.is_open()) return;
    std::optional<IpAddress> source;
    if (local_.ip.is_unspecified() && !flow.local.ip.is_unspecified()) source = flow.local.ip;
    if (!gathering_) return send_one(*core, {flow, source, std::move(octets)});
    outgoing_.add({flow, source, std::move(octets)});
    if (outgoing_.full()) flush(*core);
}

void UdpSocket::flush(Core& core) {
    while (!outgoing_.empty() && socket_.is_open()) {
        std::error_code error;
        outgoing_.send(socket_.native_handle(), error);
        if (error) send_one(core, outgoing_.take_first());
    }
}

// The first attempt may report an older datagram's failure.
void UdpSocket::send_one(Core& core, const OutgoingBatch::Datagram& datagram) {
    std::error_code error;
    for (int attempt = 0; attempt < 2; ++attempt) {
        error.clear();
        send_datagram(socket_.native_handle(), datagram.source, datagram.flow.remote, *datagram.octets, error);
        if (error != std::errc::connection_refused && error != std::errc::host_unreachable) break;
    }
    if (error && !is_full(error)) report_send_error(core, datagram.flow, error);  // full: as good as lost on the way
}

void UdpSocket::report_send_error(Core& core, const Flow& flow, std::error_code error) {
    Flow failed{id_, Transport::udp, flow.local, flow.remote};
    core.fail_later(failed, error == std::errc::message_size ? Errc::too_large : Errc::connect_failed);
}

void UdpSocket::stop() {
    if (auto core = core_.lock()) flush(*core);
    std::error_code ignored;
    socket_.close(ignored);
}

}  // namespace siptxn::net
