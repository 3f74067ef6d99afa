// SPDX-License-Identifier: MIT
#include <sipmsg/framer.hpp>

#include "chars.hpp"
#include "damaged_head.hpp"
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
    damaged_ = {};
    if (!broken_) buffer_.append(octets);
}

std::span<char> StreamFramer::prepare(std::size_t octets) {
    damaged_ = {};
    return buffer_.prepare(octets);
}

void StreamFramer::commit(std::size_t octets) noexcept {
    if (!broken_) buffer_.commit(octets);
}

StreamFramer::Next StreamFramer::next() {
    damaged_ = {};
    if (broken_) {
        buffer_.release(0);
        return *broken_;
    }
    if (mode_ != Mode::framing) return resume();
    if (needed_ != 0) return deliver();
    if (pending() == 0) {
        buffer_.release(options_.limits.idle_octets);
        return NeedMore{};
    }
    if (auto crlf = keep_alive()) return *crlf;
    return head();
}

/// CRLF between messages. Each is told at once, as a ping's first half is a pong to whoever sees no more yet; the
/// second of a pair completes the ping. So a pong is never held back, a ping never lost, and no split changes anything.
std::optional<StreamFramer::Next> StreamFramer::keep_alive() {
    const auto rest = buffer_.view();
    const bool bare = rest.front() == '\n' && options_.lenient.bare_lf;
    if (rest.front() != '\r' && !bare) return std::nullopt;
    if (!bare && rest.size() == 1) return NeedMore{};
    if (!bare && rest[1] != '\n') return damage({ParseErrc::syntax, Header::none, 1, "LF behind CR"}, 0);
    buffer_.consume(bare ? 1 : 2);
    lone_crlf_ = !lone_crlf_;
    if (lone_crlf_) return Pong{};
    return Ping{};
}

/// Collects a head until its blank line is there.
StreamFramer::Next StreamFramer::head() {
    const auto rest = buffer_.view();
    // TLS, STUN or noise: no start line begins so, and no more of it is wanted.
    if (!detail::is(rest.front(), detail::is_token))
        return damage({ParseErrc::syntax, Header::none, 0, "a start line"}, 0);
    const auto end = head_end(rest, scanned_, options_.lenient.bare_lf);
    const bool whole = end != std::string_view::npos;
    const std::size_t limit = options_.limits.head_octets;
    if ((whole ? end : rest.size()) > limit)
        return damage({ParseErrc::too_large, Header::none, options_.limits.head_octets, "a shorter head"}, limit);
    if (whole) return measure(end);
    scanned_ = rest.size() < 3 ? 0 : rest.size() - 3;
    return NeedMore{};
}

/// The head is whole: find out how much belongs to it.
StreamFramer::Next StreamFramer::measure(std::size_t head) {
    const auto rest = buffer_.view();
    Next message{std::in_place_type<MessageView>};
    MessageParser parser(std::get<MessageView>(message), options_);
    if (auto error = parser.head(rest)) return damage(*error, head);
    const auto length = parser.content_length();
    if (!length) return damage(length.error(), head);
    if (!*length && !options_.lenient.missing_content_length)  // RFC 3261 §18.3: on a stream it must be there
        return damage({ParseErrc::missing, Header::content_length, parser.head_size(), "Content-Length"}, head);
    needed_ = std::size_t{parser.head_size()} + length->value_or(0);
    scanned_ = 0;
    if (rest.size() < needed_) return NeedMore{};
    parser.body(rest.substr(0, needed_), length->value_or(0));
    buffer_.consume(needed_);
    needed_ = 0;
    lone_crlf_ = false;
    return message;
}

/// A head that was measured before its body was there is read a second time, and never a third.
StreamFramer::Next StreamFramer::deliver() {
    if (pending() < needed_) return NeedMore{};
    needed_ = 0;
    return measure(0);
}

StreamFramer::Next StreamFramer::fail(const ParseError& error, std::size_t head) {
    damaged_ = buffer_.view().substr(0, head);
    broken_ = error;
    buffer_.consume(pending());
    return error;
}

/// `head` octets of the damaged message can be shown: up to its blank line, when there is one within the limit.
StreamFramer::Next StreamFramer::damage(const ParseError& error, std::size_t head) {
    if (on_damage_ == OnDamage::close) return fail(error, head);
    const bool search = on_damage_ == OnDamage::resynchronise;
    const bool whole = head != 0 && error.code != ParseErrc::too_large;
    const auto text = buffer_.view().substr(0, head);
    std::optional<std::size_t> size;
    if (search && whole) size = detail::later_start_line(text, options_);
    if (!size && whole) size = detail::damaged_message_size(text, options_);
    if (!size && !search) return fail(error, head);
    damaged_ = text;
    scanned_ = 0;
    skipped_ = 0;
    mid_line_ = true;  // the line the damaged message begins with is not the one that is looked for
    needed_ = size.value_or(0);
    mode_ = size ? Mode::dropping : Mode::searching;
    return error;
}

StreamFramer::Next StreamFramer::resume() { return mode_ == Mode::dropping ? drop_message() : search(); }

StreamFramer::Next StreamFramer::drop_message() {
    const auto octets = std::min(needed_, pending());
    needed_ -= octets;
    drop(octets);
    return needed_ == 0 ? in_step() : NeedMore{};
}

void StreamFramer::drop(std::size_t octets) noexcept {
    buffer_.consume(octets);
    skipped_ += octets;
    scanned_ = 0;
}

/// Line by line to one that reads as a start line. No line is looked at twice, and none longer than a head is kept.
StreamFramer::Next StreamFramer::search() {
    while (skipped_ <= options_.limits.skipped_octets) {
        const auto rest = buffer_.view();
        const auto end = rest.find('\n', scanned_);
        if (end == std::string_view::npos) {
            scanned_ = rest.size();
            mid_line_ = mid_line_ || rest.size() > options_.limits.head_octets;
            if (mid_line_) drop(rest.size() - (rest.ends_with('\r') ? 1 : 0));  // CR may belong to a line end
            break;
        }
        const auto line = rest.substr(0, end + 1);
        if (!mid_line_ && detail::reads_as_start_line(line, options_)) return in_step();
        mid_line_ = !options_.lenient.bare_lf && !line.ends_with("\r\n");
        drop(line.size());
    }
    if (skipped_ <= options_.limits.skipped_octets) return NeedMore{};
    return fail({ParseErrc::too_large, Header::none, options_.limits.skipped_octets, "a start line by now"}, 0);
}

StreamFramer::Next StreamFramer::in_step() noexcept {
    mode_ = Mode::framing;
    scanned_ = 0;
    lone_crlf_ = false;
    return Skipped{skipped_};
}

}  // namespace sipmsg
