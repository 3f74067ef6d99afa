// SPDX-License-Identifier: MIT
#include "net/connection.hpp"

#include "net/address.hpp"
#include "net/core.hpp"

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>

#include <array>
#include <utility>

namespace siptxn::net {
namespace {

using asio::ip::tcp;

constexpr int reads_in_a_row = 16;  // then others have their turn
constexpr std::size_t gathered = 16;

}  // namespace

Connection::Connection(Core& core, ConnectionSeed seed)
    : core_(core.weak_from_this()),
      flow_(seed.flow),
      accepted_(seed.accepted),
      server_name_(std::move(seed.server_name)),
      socket_(std::move(seed.socket)),
      deadline_(core.executor()),
      queue_limit_(core.options().send_queue),
      linger_(core.options().linger) {}

void Connection::connect() {
    auto core = core_.lock();
    std::error_code error;
    prepare_socket(*core, error);
    if (error) return fail_soon(Errc::connect_failed);
    set_deadline(core->options().limits.connect_timeout, Errc::connect_timeout);
    socket_.async_connect(to_endpoint<tcp::endpoint>(flow_.remote),
                          [self = shared_from_this()](std::error_code result) {
                              if (self->state_ != State::connecting) return;
                              result ? self->fail(Errc::connect_failed) : self->connected();
                          });
}

void Connection::prepare_socket(const Core& core, std::error_code& error) {
    auto remote = to_endpoint<tcp::endpoint>(flow_.remote);
    if (socket_.open(remote.protocol(), error)) return;
    if (auto source = core.source_for(flow_.remote.ip)) socket_.bind(tcp::endpoint(to_asio(*source), 0), error);
}

void Connection::start() { connected(); }

void Connection::connected() {
    auto core = core_.lock();
    if (!core) return shut();
    std::error_code error;
    socket_.set_option(tcp::no_delay(true), error);
    socket_.non_blocking(true, error);
    if (!error) flow_.local = from_endpoint(socket_.local_endpoint(error));
    if (error) return fail(Errc::connect_failed);
    state_ = State::handshaking;
    set_deadline(core->options().handshake_timeout, Errc::connect_timeout);
    established(*core);
    wait_readable();
}

void Connection::opened(Core& core) {
    state_ = State::open;
    deadline_.cancel();
    core.report_opened(flow_, accepted_);
}

void Connection::arrived(Core& core, std::string_view octets) { core.report_octets(flow_, octets); }

bool Connection::send(Octets message) {
    if (state_ != State::open) return false;
    transmit(message);
    return true;
}

void Connection::close() {
    if (state_ != State::open) {
        if (state_ != State::closing) shut();
        return;
    }
    say_goodbye();
    finish();
}

void Connection::abort() { shut(); }

// Our end first; what the peer still says is read and dropped, for closing a socket with unread octets resets the
// connection and may take from the peer what we sent last.
void Connection::finish() {
    if (state_ == State::closing || state_ == State::closed) return;
    state_ = State::closing;
    set_deadline(linger_, Errc::closed);
    if (!writing_) flush();
}

void Connection::finish_and_report(Core& core, std::error_code error) {
    finish();
    core.report_failed(flow_, error);
}

void Connection::wait_readable() {
    if (state_ == State::closed) return;
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](std::error_code error) {
        if (!error) self->readable();
    });
}

void Connection::readable() {
    auto core = core_.lock();
    for (int i = 0; core && i < reads_in_a_row; ++i) {
        if (state_ == State::closed) return;
        auto buffer = core->receive_buffer();
        std::error_code error;
        auto size = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), error);
        if (error == asio::error::would_block || error == asio::error::interrupted) break;
        if (error) return fail(error == asio::error::eof ? Errc::closed : Errc::transport);
        if (state_ != State::closing) arrived(*core, {buffer.data(), size});
    }
    wait_readable();
}

void Connection::write(Octets octets) {
    if (octets->empty() || state_ == State::closed) return;
    if (!queue_.empty() && queued_ + octets->size() > queue_limit_) return fail_soon(Errc::overloaded);
    queued_ += octets->size();
    queue_.push_back(std::move(octets));
    if (!writing_) flush();
}

void Connection::flush() {
    while (!queue_.empty()) {
        std::array<asio::const_buffer, gathered> pieces;
        std::size_t count = 0;
        for (auto& octets : queue_) {
            pieces[count] = asio::buffer(*octets);
            if (++count == gathered) break;
        }
        pieces[0] += written_of_first_;
        std::error_code error;
        auto size = socket_.write_some(pieces, error);
        if (error == asio::error::would_block || error == asio::error::interrupted) return wait_writable();
        if (error) return fail_soon(Errc::transport);
        if (state_ == State::closing) set_deadline(linger_, Errc::closed);  // a slow peer is not an absent one
        queued_ -= size;
        written_of_first_ += size;
        while (!queue_.empty() && written_of_first_ >= queue_.front()->size()) {
            written_of_first_ -= queue_.front()->size();
            queue_.pop_front();
        }
    }
    std::error_code ignored;
    if (state_ == State::closing) socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void Connection::wait_writable() {
    writing_ = true;
    socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](std::error_code error) {
        self->writing_ = false;
        if (!error && self->state_ != State::closed) self->flush();
    });
}

// Who was never told of a connection is not told of its end; whatever keeps one of ours from opening is a failure to
// connect.
void Connection::fail(std::error_code error) {
    if (state_ == State::closed) return;
    bool was_open = state_ == State::open;
    bool known = was_open || (state_ != State::closing && !accepted_);
    auto self = shared_from_this();
    shut();
    if (!known) return;
    if (!was_open && error != Errc::connect_timeout) error = Errc::connect_failed;
    if (auto core = core_.lock()) core->report_failed(flow_, error);
}

void Connection::fail_soon(std::error_code error) {
    asio::post(socket_.get_executor(), [self = shared_from_this(), error] { self->fail(error); });
}

void Connection::shut() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    deadline_.cancel();
    std::error_code ignored;
    socket_.close(ignored);
    queue_.clear();
    if (auto core = core_.lock()) core->remove(flow_.id);
}

void Connection::set_deadline(Duration time, Errc error) {
    deadline_.expires_after(time);
    deadline_.async_wait([weak = weak_from_this(), error](std::error_code cancelled) {
        auto self = weak.lock();
        if (self && !cancelled) self->fail(error);
    });
}

}  // namespace siptxn::net
