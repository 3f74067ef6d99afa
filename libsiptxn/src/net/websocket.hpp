// SPDX-License-Identifier: MIT
#pragma once

#include "net/connection.hpp"
#include "net/websocket_frames.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace siptxn::net {

/// SIP over WebSocket (RFC 7118): the HTTP upgrade, then one message a WebSocket message.
class WebSocketConnection final : public Connection {
public:
    WebSocketConnection(Core& core, ConnectionSeed seed);

private:
    void established(Core& core) override;
    void arrived(Core& core, std::string_view octets) override;
    void transmit(const Octets& message) override;
    void say_goodbye() override;

    void shake_hands(Core& core, std::string_view octets);
    void answer(Core& core, std::string_view rest);
    void check_answer(Core& core, std::string_view rest);
    void begin_frames(Core& core, std::string_view rest);
    void take_frames(Core& core, std::string_view octets);
    void write_frames();
    void watch_message();

    RandomSource random_;
    WebSocketFrames::Bounds bounds_;
    std::size_t head_limit_;
    Duration message_timeout_;
    bool waiting_ = false;  ///< for the rest of a message
    std::string path_;
    std::string key_;   ///< of our request
    std::string head_;  ///< as much of the peer's as has come
    std::optional<WebSocketFrames> frames_;
};

}  // namespace siptxn::net
