// SPDX-License-Identifier: MIT
#include "net/connection.hpp"

#include "net/address.hpp"
#include "net/core.hpp"
#include "net/tls_channel.hpp"

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>

#include <array>
#include <utility>

namespace siptxn::net {
namespace {

using asio::ip::tcp;

constexpr int reads_in_a_row = 16;  // then others have their turn
constexpr std::size_t gathered = 64;
constexpr std::size_t cost_of_piece = 64;        // of keeping it, beside its octets
constexpr std::size_t gathered_octets = 65'536;  // and no more wait for the end of what is being read

std::unique_ptr<Channel> make_channel(Core& core, const ConnectionSeed& seed, tcp::socket& socket) {
    if (!is_secure(seed.flow.transport)) return std::make_unique<Channel>(socket);
    return std::make_unique<TlsChannel>(socket, core.tls(), seed.flow, seed.accepted, seed.server_name);
}

/// What a channel reports: the system's codes, or ours when it knows better.
std::error_code own_error(std::error_code error) {
    if (error == asio::error::eof) return Errc::closed;
    return error.category() == category() ? error : Errc::transport;
}

/// An end before the beginning is a failure to connect.
std::error_code while_opening(std::error_code error) {
    return error == Errc::closed || error == Errc::transport ? Errc::connect_failed : error;
}

}  // namespace

Connection::Connection(Core& core, ConnectionSeed seed)
    : core_(core.weak_from_this()),
      flow_(seed.flow),
      accepted_(seed.accepted),
      server_name_(seed.server_name),
      socket_(std::move(seed.socket)),
      channel_(make_channel(core, seed, socket_)),
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
    if (accepted_) core->note_handshake(flow_.id);
    set_deadline(core->options().handshake_timeout, Errc::connect_timeout);
    secure();
}

void Connection::secure() {
    auto core = core_.lock();
    if (!core) return;
    std::error_code error;
    channel_->shake_hands(error);
    if (must_wait(error)) return wait_for_channel(&Connection::secure);
    if (error) return fail(error);
    established(*core);
    readable();
}

void Connection::opened(Core& core) {
    state_ = State::open;
    core.note_open(flow_.id);
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

void Connection::abort() {
    if (gathering_ && !writing_) flush();  // a user that ends the wire from inside an event has said this before
    shut();
}

void Connection::give_up() { state_ == State::closing ? shut() : fail(Errc::overloaded); }

// Our end first; what the peer still says is read and dropped, for closing a socket with unread octets resets the
// connection and may take from the peer what we sent last.
void Connection::finish() {
    if (state_ == State::closing || state_ == State::closed) return;
    state_ = State::closing;
    if (auto core = core_.lock()) core->note_closing(flow_.id);
    set_deadline(linger_, Errc::closed);
    if (std::exchange(parked_, false)) read_on();
    if (!writing_) flush();
}

void Connection::finish_and_report(Core& core, std::error_code error) {
    finish();
    core.report_failed(flow_, error);
}

// From the loop: whoever lets go may be inside an event.
void Connection::hold(bool held) {
    held_ = held;
    if (!held && std::exchange(parked_, false)) read_on();
}

void Connection::read_on() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->readable(); });
}

void Connection::wait_for_channel(void (Connection::*then)()) {
    wait(channel_->waits_to_write() ? tcp::socket::wait_write : tcp::socket::wait_read, then);
}

void Connection::wait(tcp::socket::wait_type what, void (Connection::*then)()) {
    socket_.async_wait(what, [self = shared_from_this(), then](std::error_code error) {
        if (!error && self->state_ != State::closed) (self.get()->*then)();
    });
}

void Connection::readable() {
    auto core = core_.lock();
    for (int i = 0; core && i < reads_in_a_row; ++i) {
        if (state_ == State::closed) return;
        if (held_ && state_ != State::closing) {
            parked_ = true;
            return;
        }
        auto buffer = core->receive_buffer();
        std::error_code error;
        auto size = channel_->read(buffer, error);
        if (must_wait(error)) return wait_for_channel(&Connection::readable);
        if (error) return fail(own_error(error));
        if (state_ != State::closing) take(*core, {buffer.data(), size});
    }
    read_on();  // not a wait: the channel may hold what its socket no longer shows
}

// What is written meanwhile leaves together.
void Connection::take(Core& core, std::string_view octets) {
    struct Afterwards {
        Connection& connection;
        ~Afterwards() {
            connection.gathering_ = false;
            if (!connection.writing_ && !connection.queue_.empty()) connection.flush();
        }
    } afterwards{*this};
    gathering_ = true;
    arrived(core, octets);
}

void Connection::write(Octets octets) {
    if (octets->empty() || state_ == State::closed) return;
    const auto cost = octets->size() + cost_of_piece;
    if (!queue_.empty() && queued_ + cost > queue_limit_) return fail_soon(Errc::overloaded);
    queued_ += cost;
    queue_.push_back(std::move(octets));
    if (!writing_ && (!gathering_ || queued_ > gathered_octets)) flush();
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
        auto size = channel_->write(std::span(pieces).first(count), error);
        if (must_wait(error)) return wait_writable();
        if (error) return fail_soon(own_error(error));
        if (state_ == State::closing) set_deadline(linger_, Errc::closed);  // a slow peer is not an absent one
        discard_written(size);
    }
    if (state_ != State::closing) return;
    std::error_code error;
    channel_->shutdown(error);
    if (must_wait(error)) wait_writable();
}

void Connection::discard_written(std::size_t size) {
    queued_ -= size;
    written_of_first_ += size;
    while (!queue_.empty() && written_of_first_ >= queue_.front()->size()) {
        written_of_first_ -= queue_.front()->size();
        queued_ -= cost_of_piece;
        queue_.pop_front();
    }
}

void Connection::wait_writable() {
    writing_ = true;
    wait(tcp::socket::wait_write, &Connection::writable);
}

void Connection::writable() {
    writing_ = false;
    flush();
}

// Who was never told of a connection is not told of its end.
void Connection::fail(std::error_code error) {
    if (state_ == State::closed) return;
    bool was_open = state_ == State::open;
    bool was_handshaking = state_ == State::handshaking;
    bool known = was_open || (state_ != State::closing && !accepted_);
    auto self = shared_from_this();
    shut();
    auto core = core_.lock();
    if (!core) return;
    if (!was_open && !accepted_) error = while_opening(error);
    if (was_handshaking && is_secure(flow_.transport))
        core->note_tls_failure({flow_, accepted_, error, channel_->reason()});
    if (known) core->report_failed(flow_, error);
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
