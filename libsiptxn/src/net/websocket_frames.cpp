// SPDX-License-Identifier: MIT
#include "net/websocket_frames.hpp"

#include "net/utf8.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace siptxn::net {
namespace {

const std::uint8_t* octets_of(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

}  // namespace

WebSocketFrames::WebSocketFrames(Role role, const Bounds& bounds, RandomSource random)
    : bounds_(bounds), random_(std::move(random)) {
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = on_read;
    callbacks.send_callback = on_write;
    callbacks.genmask_callback = on_mask;
    callbacks.on_frame_recv_start_callback = on_frame;
    callbacks.on_frame_recv_chunk_callback = on_piece;
    callbacks.on_msg_recv_callback = on_message;
    wslay_event_context_ptr context = nullptr;
    auto init = role == Role::server ? wslay_event_context_server_init : wslay_event_context_client_init;
    if (init(&context, &callbacks, this) != 0) throw std::bad_alloc();
    context_.reset(context);
    // Messages are collected and measured here: wslay would reserve what a frame announces.
    wslay_event_config_set_no_buffering(context, 1);
    wslay_event_config_set_max_recv_msg_length(context, std::numeric_limits<std::int64_t>::max());
}

void WebSocketFrames::feed(std::string_view octets) {
    input_ = octets;
    while (!input_.empty() && !is_over()) {
        if (wslay_event_recv(context_.get()) != 0) broken_ = true;  // a Close without a code is queued already
    }
    input_ = {};
}

bool WebSocketFrames::next(std::string& message) {
    if (messages_.empty()) return false;
    message = std::move(messages_.front());
    messages_.pop_front();
    return true;
}

// Text when it may be: browsers hand text to scripts as strings, and SIP.js takes both (RFC 7118 §5.1).
void WebSocketFrames::send(std::string_view message) {
    wslay_event_msg frame{};
    frame.opcode = is_utf8(message) ? WSLAY_TEXT_FRAME : WSLAY_BINARY_FRAME;
    frame.msg = octets_of(message);
    frame.msg_length = message.size();
    if (wslay_event_queue_msg(context_.get(), &frame) == WSLAY_ERR_NOMEM) broken_ = true;
}

void WebSocketFrames::close(std::uint16_t code) { wslay_event_queue_close(context_.get(), code, nullptr, 0); }

void WebSocketFrames::ping() {
    wslay_event_msg frame{};
    frame.opcode = WSLAY_PING;
    if (wslay_event_queue_msg(context_.get(), &frame) == WSLAY_ERR_NOMEM) broken_ = true;
}

std::string WebSocketFrames::take_output() {
    controls_ = 0;
    while (wslay_event_want_write(context_.get())) {
        if (wslay_event_send(context_.get()) != 0) {
            broken_ = true;
            break;
        }
    }
    return std::exchange(output_, {});
}

bool WebSocketFrames::is_over() const { return broken_ || refused_ || !wslay_event_want_read(context_.get()); }

void WebSocketFrames::refuse(std::uint16_t code) {
    if (std::exchange(refused_, true)) return;
    partial_ = {};
    close(code);
}

ssize_t WebSocketFrames::on_read(wslay_event_context_ptr context, std::uint8_t* to, std::size_t size, int, void* user) {
    auto& input = self(user).input_;
    if (input.empty() || self(user).refused_) {
        wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    size = std::min(size, input.size());
    std::memcpy(to, input.data(), size);
    input.remove_prefix(size);
    return static_cast<ssize_t>(size);
}

ssize_t WebSocketFrames::on_write(wslay_event_context_ptr, const std::uint8_t* from, std::size_t size, int,
                                  void* user) {
    self(user).output_.append(reinterpret_cast<const char*>(from), size);
    return static_cast<ssize_t>(size);
}

int WebSocketFrames::on_mask(wslay_event_context_ptr, std::uint8_t* to, std::size_t size, void* user) {
    for (std::size_t done = 0; done < size;) {
        auto number = self(user).random_();
        auto part = std::min(size - done, sizeof number);
        std::memcpy(to + done, &number, part);
        done += part;
    }
    return 0;
}

void WebSocketFrames::on_frame(wslay_event_context_ptr, const wslay_event_on_frame_recv_start_arg* frame, void* user) {
    auto& s = self(user);
    s.in_data_frame_ = !wslay_is_ctrl_frame(frame->opcode);
    if (!s.in_data_frame_) {
        if (++s.controls_ > s.bounds_.control) s.refuse(WSLAY_CODE_POLICY_VIOLATION);
        return;
    }
    if (++s.fragments_ > s.bounds_.fragments) return s.refuse(WSLAY_CODE_POLICY_VIOLATION);
    // Compared before anything is added: the announced length may be 2^63.
    if (frame->payload_length > s.bounds_.message - s.partial_.size()) s.refuse(WSLAY_CODE_MESSAGE_TOO_BIG);
}

void WebSocketFrames::on_piece(wslay_event_context_ptr, const wslay_event_on_frame_recv_chunk_arg* piece, void* user) {
    auto& s = self(user);
    if (s.in_data_frame_ && !s.refused_)
        s.partial_.append(reinterpret_cast<const char*>(piece->data), piece->data_length);
}

void WebSocketFrames::on_message(wslay_event_context_ptr, const wslay_event_on_msg_recv_arg* message, void* user) {
    auto& s = self(user);
    s.pong_ = s.pong_ || message->opcode == WSLAY_PONG;
    if (wslay_is_ctrl_frame(message->opcode) || s.refused_) return;
    s.fragments_ = 0;
    s.messages_.push_back(std::exchange(s.partial_, {}));
}

}  // namespace siptxn::net
