// SPDX-License-Identifier: MIT
#include <sipmsg/framer.hpp>

#include "chars.hpp"
#include "message_parser.hpp"

#include <algorithm>

namespace sipmsg {

namespace {

/// Behind the first blank line at or behind `from`, or npos. `from` may stand anywhere.
std::size_t head_end(std::string_view text, std::size_t from, bool bare_lf) noexcept {
    std::size_t i = from;
    while ((i = text.find('\n', i)) != std::string_view::npos) {
        const auto next = text.substr(i + 1, 2);
        if (next == "\r\n") return i + 3;
        if (bare_lf && next.starts_with('\n')) return i + 2;
        ++i;
    }
    return std::string_view::npos;
}

}  // namespace

void StreamFramer::feed(std::string_view octets) {
    if (broken_) return;
    if (begin_ > 0 && begin_ >= buffer_.size() / 2) {
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    buffer_.append(octets);
}

std::size_t StreamFramer::pending() const noexcept { return buffer_.size() - begin_; }

StreamFramer::Next StreamFramer::fail(const ParseError& error) {
    broken_ = error;
    buffer_ = {};
    begin_ = 0;
    return error;
}

/// CRLF between messages. The second of a pair makes a Ping, also when the first was reported as a Pong because
/// no more had arrived: a ping is never lost and a pong never held back.
std::optional<StreamFramer::Next> StreamFramer::keep_alive() {
    const auto rest = std::string_view(buffer_).substr(begin_);
    if (needed_ != 0 || rest.empty()) return std::nullopt;
    if (rest.front() == '\n' && options_.lenient.bare_lf) {
        ++begin_;
        return keep_alive_of(false);
    }
    if (rest.front() != '\r') return std::nullopt;
    if (rest.size() == 1) return NeedMore{};
    if (rest[1] != '\n') return fail({ParseErrc::syntax, Header::none, 1, "LF behind CR"});
    const bool pair = rest.starts_with("\r\n\r\n");
    begin_ += pair ? 4 : 2;
    return keep_alive_of(pair);
}

StreamFramer::Next StreamFramer::keep_alive_of(bool pair) noexcept {
    const bool ping = pair || lone_crlf_;
    lone_crlf_ = !ping;
    if (ping) return Ping{};
    return Pong{};
}

StreamFramer::Next StreamFramer::next() {
    if (broken_) return *broken_;
    if (auto crlf = keep_alive()) return *crlf;
    const auto rest = std::string_view(buffer_).substr(begin_);
    if (needed_ == 0) {
        if (rest.empty()) return NeedMore{};
        // TLS, STUN or noise: no start line begins so, and no more of it is wanted.
        if (!detail::is(rest.front(), detail::is_token))
            return fail({ParseErrc::syntax, Header::none, 0, "a start line"});
        const auto end = head_end(rest, scanned_, options_.lenient.bare_lf);
        const std::size_t head = end == std::string_view::npos ? rest.size() : end;
        if (head > options_.limits.head_octets)
            return fail({ParseErrc::too_large, Header::none, options_.limits.head_octets, "a shorter head"});
        if (end == std::string_view::npos) {
            scanned_ = rest.size() < 3 ? 0 : rest.size() - 3;
            return NeedMore{};
        }
        return measure(rest);
    }
    return deliver(rest);
}

/// The head is whole: find out how much belongs to it.
StreamFramer::Next StreamFramer::measure(std::string_view rest) {
    Next message{std::in_place_type<MessageView>};
    MessageParser parser(std::get<MessageView>(message), options_);
    if (auto error = parser.head(rest)) return fail(*error);
    const auto length = parser.content_length();
    if (!length) return fail(length.error());
    if (!*length)  // RFC 3261 §18.3: on a stream it must be there
        return fail({ParseErrc::missing, Header::content_length, parser.head_size(), "Content-Length"});
    needed_ = parser.head_size() + **length;
    if (rest.size() < needed_) return NeedMore{};
    finish(parser, rest);
    return message;
}

StreamFramer::Next StreamFramer::deliver(std::string_view rest) {
    if (rest.size() < needed_) return NeedMore{};
    Next message{std::in_place_type<MessageView>};
    MessageParser parser(std::get<MessageView>(message), options_);
    if (auto error = parser.head(rest)) return fail(*error);
    finish(parser, rest);
    return message;
}

void StreamFramer::finish(MessageParser& parser, std::string_view rest) noexcept {
    parser.body(rest.substr(0, needed_), needed_ - parser.head_size());
    begin_ += needed_;
    needed_ = 0;
    scanned_ = 0;
    lone_crlf_ = false;
}

}  // namespace sipmsg
