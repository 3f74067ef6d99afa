// SPDX-License-Identifier: MIT
#pragma once

#include "net/channel.hpp"

#include <siptxn/error.hpp>
#include <siptxn/time.hpp>
#include <siptxn/wire.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace siptxn::net {

class Core;

/// What a new connection is made from. An accepted one has its socket; one of ours opens it.
struct ConnectionSeed {
    Flow flow;
    bool accepted = false;
    std::string server_name;
    asio::ip::tcp::socket socket;
};

/// One connection over TCP or TLS: connecting, reading, a bounded queue of octets to write, closing. What its octets
/// become on the wire is the channel's. By itself it carries a byte stream (RFC 3261 §18); a protocol inside overrides
/// the four hooks. Handshaking is the channel's handshake, then the protocol's.
///
///     connecting --> handshaking --> open --> closing --> closed
///          \______________\__________\__________________^
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Core& core, ConnectionSeed seed);
    virtual ~Connection() = default;

    void connect();  ///< one of ours
    void start();    ///< an accepted one
    /// False when it is not open.
    bool send(Octets message);
    /// Reads no more until `held` is false again.
    void hold(bool held);
    /// What is queued goes out first; the peer's end is waited for, not longer than `linger`.
    void close();
    /// Now, without an event.
    void abort();
    /// For others' sake: one that is closing, or that a peer has not finished the handshakes of.
    void give_up();
    [[nodiscard]] std::optional<CertificateNames> peer_names() const { return channel_->peer_names(); }

protected:
    // Hooks. Those that take the core may end in a callback: the last thing they do, or followed by a look at
    // is_closed().
    virtual void established(Core& core) { opened(core); }
    virtual void arrived(Core& core, std::string_view octets);
    virtual void transmit(const Octets& message) { write(message); }
    virtual void say_goodbye() {}

    void opened(Core& core);
    /// While open: the end with timeout, unless this or expect_nothing() is called before.
    void expect_within(Duration time) { set_deadline(time, Errc::timeout); }
    void expect_nothing() { deadline_.cancel(); }
    void write(Octets octets);
    /// The end, reported when the user knows this connection.
    void fail(std::error_code error);
    /// As fail(), but from the executor's loop.
    void fail_soon(std::error_code error);
    /// Writes what is queued, then waits for the peer's end.
    void finish();
    /// As finish(), for an end that is the peer's: the user is told.
    void finish_and_report(Core& core, std::error_code error);
    [[nodiscard]] bool is_open() const { return state_ == State::open; }
    [[nodiscard]] bool is_handshaking() const { return state_ == State::handshaking; }
    [[nodiscard]] bool is_closed() const { return state_ == State::closed; }
    [[nodiscard]] const Flow& flow() const { return flow_; }
    [[nodiscard]] bool accepted() const { return accepted_; }
    [[nodiscard]] const std::string& server_name() const { return server_name_; }

private:
    enum class State : std::uint8_t { connecting, handshaking, open, closing, closed };

    void prepare_socket(const Core& core, std::error_code& error);
    void connected();
    void secure();
    void wait_for_channel(void (Connection::*then)());
    void wait(asio::ip::tcp::socket::wait_type what, void (Connection::*then)());
    void readable();
    void read_on();
    void take(Core& core, std::string_view octets);
    void wait_writable();
    void writable();
    void flush();
    void discard_written(std::size_t size);
    void shut();
    void set_deadline(Duration time, Errc error);

    std::weak_ptr<Core> core_;
    Flow flow_;
    bool accepted_;
    std::string server_name_;
    asio::ip::tcp::socket socket_;
    std::unique_ptr<Channel> channel_;
    asio::steady_timer deadline_;
    State state_ = State::connecting;
    bool writing_ = false;    ///< waiting until the socket takes more
    bool held_ = false;       ///< not to be read further
    bool parked_ = false;     ///< nothing waits to read on
    bool gathering_ = false;  ///< what is written goes together, in a moment
    std::deque<Octets> queue_;
    std::size_t queued_ = 0;  ///< octets in queue_, and what keeping each piece costs
    std::size_t written_of_first_ = 0;
    std::size_t queue_limit_;
    Duration linger_;
};

}  // namespace siptxn::net
