// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/endpoint.hpp>
#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

inline const siptxn::SocketAddress any_loopback{
    siptxn::IpAddress{siptxn::IpAddress::Family::v4, {127, 0, 0, 1}},
    0
};

/// Runs handlers until something has happened; how long that takes does not matter, only that it happens at all.
struct Loop {
    bool until(auto happened) {
        auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!happened()) {
            if (context.run_one_until(patience) == 0) return happened();
        }
        return true;
    }
    std::shared_ptr<siptxn::net::SocketWire> wire(std::vector<siptxn::Transport> transports,
                                                  siptxn::net::WireOptions options = {}) {
        for (auto transport : transports) options.listen.push_back({transport, any_loopback});
        return siptxn::net::make_wire(context.get_executor(), options).value();
    }
    std::shared_ptr<siptxn::Endpoint> endpoint(std::vector<siptxn::Transport> transports,
                                               siptxn::net::WireOptions options = {}) {
        auto clock = std::make_shared<siptxn::net::AsioClock>(context.get_executor());
        siptxn::LayerOptions layer;
        layer.limits.connect_timeout = std::chrono::seconds(20);  // a slow machine is no fault
        return siptxn::Endpoint::create(wire(transports, std::move(options)), clock, siptxn::net::system_random(),
                                        layer);
    }

    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
};

inline asio::ip::tcp::endpoint tcp_endpoint(const siptxn::SocketAddress& address) {
    return {asio::ip::make_address(to_string(address.ip)), address.port};
}

/// What comes in on a stream, until it ends or this is gone. `kept` is held as long as a read is under way.
struct Incoming {
    template <class Stream>
    void read(Stream& stream, std::shared_ptr<void> kept = nullptr) {
        stream.async_read_some(asio::buffer(*buffer),
                               [this, &stream, kept, held = buffer, alive = std::weak_ptr(alive)](std::error_code error,
                                                                                                  std::size_t size) {
                                   if (alive.expired()) return;
                                   received.append(held->data(), size);
                                   if (error) {
                                       end = error;
                                       return;
                                   }
                                   read(stream, kept);
                               });
    }

    std::string received;
    std::optional<std::error_code> end;
    std::shared_ptr<std::array<char, 16'384>> buffer = std::make_shared<std::array<char, 16'384>>();
    std::shared_ptr<int> alive = std::make_shared<int>();
};

/// A peer that knows no SIP: octets out, octets in.
struct RawPeer : Incoming {
    RawPeer(Loop& l, const siptxn::SocketAddress& to) : loop(l), socket(l.context) {
        socket.connect(tcp_endpoint(to));
        read(socket);
    }
    RawPeer(Loop& l, asio::ip::tcp::socket accepted) : loop(l), socket(std::move(accepted)) { read(socket); }
    void write(std::string_view octets) { asio::write(socket, asio::buffer(octets)); }
    bool gets(std::string_view text) {
        return loop.until([&] { return received.find(text) != received.npos || end; }) &&
               received.find(text) != received.npos;
    }
    bool ends() {
        return loop.until([&] { return end.has_value(); });
    }

    Loop& loop;
    asio::ip::tcp::socket socket;
};

/// Listens for one connection, and has it.
struct RawServer {
    explicit RawServer(Loop& l) : loop(l), acceptor(l.context, tcp_endpoint(any_loopback)) {
        acceptor.async_accept([this](std::error_code error, asio::ip::tcp::socket socket) {
            if (!error) peer.emplace(loop, std::move(socket));
        });
    }
    siptxn::SocketAddress address() const { return {any_loopback.ip, acceptor.local_endpoint().port()}; }

    Loop& loop;
    asio::ip::tcp::acceptor acceptor;
    std::optional<RawPeer> peer;
};

/// A port nobody listens on: it was free a moment ago.
inline std::uint16_t unused_port(Loop& loop) { return RawServer(loop).address().port; }

inline std::string uri_of(const siptxn::Listener& listener) {
    return "sip:bob@" + to_string(listener.local) + ";transport=" + std::string(to_string(listener.transport));
}
