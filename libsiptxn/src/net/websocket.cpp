// SPDX-License-Identifier: MIT
#include "net/websocket.hpp"

#include "net/core.hpp"
#include "net/http_upgrade.hpp"

#include <siptxn/net/random.hpp>

#include <utility>

namespace siptxn::net {
namespace {

constexpr std::size_t pings_at_once = 64;
constexpr std::size_t padding = 64;  // readable behind what on_octets() is given

std::string host_of(const std::string& name, const Flow& flow) {
    const auto ip = name.empty() ? flow.remote.ip : IpAddress::parse(name);
    auto host = ip ? to_host(*ip) : name;
    if (flow.remote.port != default_port(flow.transport)) host.append(":").append(std::to_string(flow.remote.port));
    return host;
}

Octets shared(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

}  // namespace

WebSocketConnection::WebSocketConnection(Core& core, ConnectionSeed seed)
    : Connection(core, std::move(seed)),
      random_(system_random()),
      bounds_{core.options().limits.stream_octets, core.options().fragments, pings_at_once},
      head_limit_(core.options().handshake_octets),
      message_timeout_(core.options().limits.head_timeout),
      path_(core.options().websocket_path) {}

void WebSocketConnection::established(Core&) {
    if (accepted()) return;
    key_ = websocket_key(random_);
    write(shared(upgrade_request(host_of(server_name(), flow()), path_, key_)));
}

void WebSocketConnection::arrived(Core& core, std::string_view octets) {
    is_handshaking() ? shake_hands(core, octets) : take_frames(core, octets);
}

void WebSocketConnection::shake_hands(Core& core, std::string_view octets) {
    head_.append(octets);
    auto size = http_head_size(head_);
    if (size == 0 && head_.size() <= head_limit_) return;
    if (size == 0 || size > head_limit_)
        size = head_.size();  // what there is will not be understood, and so be refused
    auto rest = head_.substr(size);
    head_.resize(size);
    accepted() ? answer(core, rest) : check_answer(core, rest);
}

void WebSocketConnection::answer(Core& core, std::string_view rest) {
    const auto head = std::exchange(head_, {});
    const auto& on_get = core.options().on_http_get;
    if (auto target = plain_get(head); on_get && !target.empty()) {
        auto response = on_get({flow(), target, head});
        write(shared(http_response(response.status, response.content_type, response.body)));
        return finish();
    }
    auto reply = answer_upgrade(head, core.options().websocket_origins);
    write(shared(reply ? *reply : reply.error()));
    reply ? begin_frames(core, rest) : finish();
}

void WebSocketConnection::check_answer(Core& core, std::string_view rest) {
    if (!is_upgraded(std::exchange(head_, {}), key_)) return fail(Errc::connect_failed);
    begin_frames(core, rest);
}

void WebSocketConnection::begin_frames(Core& core, std::string_view rest) {
    using Role = WebSocketFrames::Role;
    frames_.emplace(accepted() ? Role::server : Role::client, bounds_, random_);
    opened(core);
    if (!is_closed() && !rest.empty()) take_frames(core, rest);
}

// A message's user may close this connection, or end the wire: then the messages behind it are nobody's.
void WebSocketConnection::take_frames(Core& core, std::string_view octets) {
    frames_->feed(octets);
    write_frames();
    for (std::string message; is_open() && frames_->next(message);) {
        auto size = message.size();
        message.append(padding, '\0');
        Connection::arrived(core, std::string_view(message).substr(0, size));
    }
    if (is_open() && frames_->take_pong()) {
        std::string pong = "\r\n";  // as RFC 5626 §3.5.1 has it
        pong.append(padding, '\0');
        Connection::arrived(core, std::string_view(pong).substr(0, 2));
    }
    watch_message();
    if (!is_open() || !frames_->is_over()) return;
    finish_and_report(core, frames_->peer_closed() ? Errc::closed : Errc::malformed);
}

// Whoever begins a message ends it in time, as on a stream (Limits::head_timeout).
void WebSocketConnection::watch_message() {
    if (!is_open() || frames_->is_in_message() == waiting_) return;
    waiting_ = !waiting_;
    waiting_ ? expect_within(message_timeout_) : expect_nothing();
}

// What the layer sends to keep a connection alive is a Ping here (RFC 7118 §6), and its Pong the answer.
void WebSocketConnection::transmit(const Octets& message) {
    *message == "\r\n\r\n" ? frames_->ping() : frames_->send(*message);
    write_frames();
}

void WebSocketConnection::say_goodbye() {
    frames_->close(WSLAY_CODE_NORMAL_CLOSURE);
    write_frames();
}

void WebSocketConnection::write_frames() { write(shared(frames_->take_output())); }

}  // namespace siptxn::net
