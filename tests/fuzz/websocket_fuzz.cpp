// SPDX-License-Identifier: MIT
// SIP over WebSocket from both ends: the heads of the handshake, then frames. However the octets are split, the same
// messages come out, and what we say ourselves is something that we would take. The first octet chooses side and split.
#include "require.hpp"

#include "net/http_upgrade.hpp"
#include "net/websocket_frames.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace siptxn;
using namespace siptxn::net;
using Role = WebSocketFrames::Role;

constexpr WebSocketFrames::Bounds bounds{.message = 4'096, .fragments = 8, .control = 8};
constexpr std::size_t longest_head = 2'048;  ///< looked at piece by piece
constexpr std::string_view blank_line = "\r\n\r\n";
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";

std::size_t lines_of(std::string_view text) {
    std::size_t count = 0;
    for (auto at = text.find("\r\n"); at != text.npos; at = text.find("\r\n", at + 2)) ++count;
    return count;
}

/// A server's part: what it answers has nothing of the peer's in it.
void answer(std::string_view head) {
    const std::vector<std::string> origins{"https://phone.example.com"};
    const auto open = answer_upgrade(head), limited = answer_upgrade(head, origins);
    const auto& text = open ? *open : open.error();
    fuzz::require(text.starts_with(open ? "HTTP/1.1 101 " : "HTTP/1.1 4") && text.ends_with(blank_line));
    fuzz::require(lines_of(text) <= 6 && http_head_size(text) == text.size());
    fuzz::require(open.has_value() || !limited.has_value());
    const auto target = plain_get(head);
    fuzz::require(target.find_first_of(" ") == target.npos);
    fuzz::require(target.empty() || !open);
    // Whoever asks as we do is let in, and takes the answer.
    const auto ours = answer_upgrade(upgrade_request("example.com", "/", key));
    fuzz::require(ours && is_upgraded(*ours, key));
}

/// A client's part: only who knows how to answer our key is believed.
void check_answer(std::string_view head) {
    fuzz::require(!is_upgraded(head, key) || head.find(websocket_accept(key)) != head.npos);
    fuzz::require(!is_upgraded(head, "AAAAAAAAAAAAAAAAAAAAAA==") || head.find("101") != head.npos);
}

/// One end, what came to it, and what it said.
struct End {
    explicit End(Role role) : frames(role, bounds, seeded_random(1)) {}

    void feed(std::string_view octets, std::size_t piece) {
        for (std::size_t at = 0; at < octets.size() && !frames.is_over(); at += piece) {
            frames.feed(octets.substr(at, piece));
            for (std::string message; frames.next(message);) messages.push_back(message);
        }
        said = frames.take_output();
    }
    [[nodiscard]] bool is_broken() const { return frames.is_over() && !frames.peer_closed(); }

    WebSocketFrames frames;
    std::vector<std::string> messages;
    std::string said;
};

void exchange(Role role, std::string_view octets, std::size_t piece) {
    End whole(role), split(role);
    whole.feed(octets, std::max<std::size_t>(octets.size(), 1));
    split.feed(octets, piece);
    fuzz::require(whole.messages == split.messages);
    // Which of two faults is named, and whether the text of a Close is one (wslay reads that by pieces), is as they
    // come.
    const bool faulty = whole.is_broken() || split.is_broken();
    fuzz::require(faulty || (whole.said == split.said && whole.frames.is_over() == split.frames.is_over()));
    for (const auto& message : whole.messages) fuzz::require(message.size() <= bounds.message);

    End peer(role == Role::server ? Role::client : Role::server);
    peer.feed(whole.said, piece);
    fuzz::require(!peer.frames.is_over() || peer.frames.peer_closed());
    if (whole.frames.is_over()) return;
    for (const auto& message : whole.messages) whole.frames.send(message);
    peer.feed(whole.frames.take_output(), piece);
    fuzz::require(peer.messages == whole.messages);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto role = (data[0] & 1) != 0 ? Role::client : Role::server;
    const std::size_t piece = std::max(1, data[0] >> 1);

    const auto head = http_head_size(octets);
    for (std::size_t at = piece; at < std::min(head, longest_head); at += piece)
        fuzz::require(http_head_size(octets.substr(0, at)) == 0);
    const auto handshake = octets.substr(0, head == 0 ? octets.size() : head);
    role == Role::server ? answer(handshake) : check_answer(handshake);
    exchange(role, octets, piece);
    if (head != 0) exchange(role, octets.substr(head), piece);
    return 0;
}
