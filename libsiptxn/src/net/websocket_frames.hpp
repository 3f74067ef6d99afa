// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/identifiers.hpp>

#include <wslay/wslay.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace siptxn::net {

/// RFC 6455 §5 to §7 over octets: feed what came, take whole messages, send what take_output() gives. Pings are
/// answered and faults turned into Close frames by itself. Memory is bounded: nothing is reserved because a frame
/// announced it.
class WebSocketFrames {
public:
    enum class Role { client, server };
    struct Bounds {
        std::size_t message;    ///< octets; above it 1009
        std::size_t fragments;  ///< frames of one message; above it 1008
        std::size_t control;    ///< Ping frames answered between two outputs; above it 1008
    };
    WebSocketFrames(Role role, const Bounds& bounds, RandomSource random);

    void feed(std::string_view octets);
    /// The next whole message; false when there is none.
    bool next(std::string& message);
    void send(std::string_view message);
    void close(std::uint16_t code);
    /// Asks the peer for a sign of life (RFC 6455 §5.5.2).
    void ping();
    /// Whether a Pong has come since this was asked last.
    [[nodiscard]] bool take_pong() { return std::exchange(pong_, false); }
    /// A message has begun and is not all there.
    [[nodiscard]] bool is_in_message() const { return fragments_ > 0; }
    [[nodiscard]] std::string take_output();
    /// Nothing more will be read: the peer closed, or broke a rule.
    [[nodiscard]] bool is_over() const;
    /// A Close frame has come.
    [[nodiscard]] bool peer_closed() const { return wslay_event_get_close_received(context_.get()); }

private:
    struct Free {
        void operator()(wslay_event_context* context) const { wslay_event_context_free(context); }
    };
    static WebSocketFrames& self(void* user) { return *static_cast<WebSocketFrames*>(user); }
    static ssize_t on_read(wslay_event_context_ptr context, std::uint8_t* to, std::size_t size, int flags, void* user);
    static ssize_t on_write(wslay_event_context_ptr context, const std::uint8_t* from, std::size_t size, int flags,
                            void* user);
    static int on_mask(wslay_event_context_ptr context, std::uint8_t* to, std::size_t size, void* user);
    static void on_frame(wslay_event_context_ptr context, const wslay_event_on_frame_recv_start_arg* frame, void* user);
    static void on_piece(wslay_event_context_ptr context, const wslay_event_on_frame_recv_chunk_arg* piece, void* user);
    static void on_message(wslay_event_context_ptr context, const wslay_event_on_msg_recv_arg* message, void* user);
    void refuse(std::uint16_t code);

    Bounds bounds_;
    RandomSource random_;
    std::string_view input_;
    std::string output_;
    std::string partial_;
    std::size_t fragments_ = 0;
    std::size_t controls_ = 0;
    bool in_data_frame_ = false;
    bool refused_ = false;
    bool broken_ = false;
    bool pong_ = false;
    std::deque<std::string> messages_;
    std::unique_ptr<wslay_event_context, Free> context_;
};

}  // namespace siptxn::net
