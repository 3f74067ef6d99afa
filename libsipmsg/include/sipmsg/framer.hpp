// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/limits.hpp>
#include <sipmsg/message_view.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sipmsg {

class MessageParser;

/// Cuts a byte stream into messages (RFC 3261 §18.3, §7.5). Feed what arrived, then call next() until it says
/// need_more. Any split of the octets gives the same messages. Memory is bounded by the limits: nothing is reserved
/// because a header announced it. After an error the stream cannot be trusted: next() repeats the error.
class StreamFramer {
public:
    explicit StreamFramer(const ParseOptions& options = {}) : options_(options) {}

    struct NeedMore {};
    struct Ping {};  ///< CRLF CRLF between messages: the peer wants a Pong (RFC 5626 §3.5.1)
    struct Pong {};  ///< a single CRLF between messages; a ping cut in two is reported as Pong, then Ping
    /// A message, or `Ping`/`Pong`, or `NeedMore`, or why the stream is broken. The view is valid until the next call
    /// of any function of this object.
    using Next = std::variant<NeedMore, Ping, Pong, MessageView, ParseError>;

    void feed(std::string_view octets);
    [[nodiscard]] Next next();
    /// Octets held that are no whole message yet.
    [[nodiscard]] std::size_t pending() const noexcept;

private:
    Next fail(const ParseError& error);
    std::optional<Next> keep_alive();
    Next keep_alive_of(bool pair) noexcept;
    Next measure(std::string_view rest);
    Next deliver(std::string_view rest);
    void finish(MessageParser& parser, std::string_view rest) noexcept;

    ParseOptions options_;
    std::string buffer_;
    std::size_t begin_ = 0;     ///< first octet not consumed
    std::size_t scanned_ = 0;   ///< octets already searched for the blank line
    std::uint32_t needed_ = 0;  ///< size of the message being collected, once its head is known
    bool lone_crlf_ = false;    ///< the last thing read was a Pong
    std::optional<ParseError> broken_;
};

}  // namespace sipmsg
