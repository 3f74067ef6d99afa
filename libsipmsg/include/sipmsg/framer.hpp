// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/limits.hpp>
#include <sipmsg/message_view.hpp>
#include <sipmsg/padded_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace sipmsg {

/// What a framer does when a message on its stream is damaged.
enum class OnDamage : std::uint8_t {
    /// The stream is over: next() repeats the error. What RFC 3261 §18.3 leaves a server that does not know where the
    /// next message begins.
    close,
    /// The damaged message is dropped when its end is certain: its head has a blank line, only whole lines, and
    /// Content-Length in it says one number within the limits. Otherwise as `close`.
    skip,
    /// As `skip`; where the end is not certain, Content-Length being the fault included, everything up to the next line
    /// that reads as a start line is dropped. That line may stand in a body: whoever wrote it chooses the next message.
    resynchronise,
};

/// Cuts a byte stream into messages (RFC 3261 §18.3, §7.5). Feed what arrived, then call next() until it says
/// NeedMore. Any split of the octets gives the same items. Time is linear in the octets, also when they come one by
/// one; memory is bounded by the limits: nothing is reserved because a header announced it.
class StreamFramer {
public:
    explicit StreamFramer(const ParseOptions& options = {}, OnDamage on_damage = OnDamage::close)
        : options_(options), on_damage_(on_damage) {
        options_.padding = PaddedBuffer::padding;
    }

    struct NeedMore {};
    /// A CRLF between messages; RFC 5626 §4.4.1. The first half of a Ping looks the same: see take_pong().
    struct Pong {};
    struct Ping {};  ///< a second CRLF right behind a Pong: the peer wants one CRLF back (RFC 5626 §3.5.1)
    /// The stream is in step again after damage.
    struct Skipped {
        std::uint64_t octets = 0;  ///< dropped, from the first octet of the damaged message on
    };
    /// A message, `Ping`/`Pong`, `NeedMore`, or what is wrong: offsets count from the first octet of the damaged
    /// message. When the stream goes on after a ParseError (broken() is false), Skipped follows before anything else.
    /// The view is valid until the next call of any function of this object that is not const.
    using Next = std::variant<NeedMore, Ping, Pong, MessageView, ParseError, Skipped>;

    void feed(std::string_view octets);
    /// Room for at least `octets` to read into without a copy; commit() says how many arrived. `PaddedBuffer::padding`
    /// octets behind the data are always readable.
    [[nodiscard]] std::span<char> prepare(std::size_t octets);
    void commit(std::size_t octets) noexcept;
    [[nodiscard]] Next next();
    /// The Pong that came last answers a ping of ours (RFC 5626 §4.4.1), so the CRLF behind it begins a pair of its
    /// own. Without this the answers to two pings in a row would look like a Ping of the peer.
    void take_pong() noexcept { lone_crlf_ = false; }

    /// Octets held that are no whole message yet.
    [[nodiscard]] std::size_t pending() const noexcept { return buffer_.size(); }
    /// Octets reserved for them.
    [[nodiscard]] std::size_t reserved() const noexcept { return buffer_.capacity(); }
    /// The stream is given up: next() repeats the error, and what is fed is dropped.
    [[nodiscard]] bool broken() const noexcept { return broken_.has_value(); }
    /// After a ParseError and until the next call: the head it was found in, for answering with salvage(). Empty when
    /// the octets did not even look like a head.
    [[nodiscard]] std::string_view damaged() const noexcept { return damaged_; }

private:
    enum class Mode : std::uint8_t { framing, dropping, searching };

    Next fail(const ParseError& error, std::size_t head);
    Next damage(const ParseError& error, std::size_t head);
    Next resume();
    void drop(std::size_t octets) noexcept;
    Next drop_message();
    Next search();
    Next in_step() noexcept;
    std::optional<Next> keep_alive();
    Next head();
    Next measure(std::size_t head);
    Next deliver();

    ParseOptions options_;
    OnDamage on_damage_;
    PaddedBuffer buffer_;
    std::size_t scanned_ = 0;  ///< octets already searched for the blank line, or for the end of a line
    std::size_t needed_ = 0;   ///< size of the message being collected or dropped, once it is known
    std::uint64_t skipped_ = 0;
    Mode mode_ = Mode::framing;
    bool lone_crlf_ = false;  ///< the last thing read was a Pong, and nobody has taken it
    bool mid_line_ = false;   ///< searching: what is held does not begin at a line's beginning
    std::optional<ParseError> broken_;
    std::string_view damaged_;
};

}  // namespace sipmsg
