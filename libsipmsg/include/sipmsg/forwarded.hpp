// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/message_view.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sipmsg {

/// A received message and the edits with which a proxy sends it on (RFC 3261 §16.6, §16.7): nothing is copied before
/// the octets are wanted, untouched ones go out as they came, and nothing is allocated. The message, and every text
/// that is given, must outlive this object. Edits are noted in any order; the last prepended value stands topmost.
/// Texts are checked as Message checks them: CR, LF and NUL throw std::invalid_argument and change nothing; more than
/// `max_edits` edits throw std::length_error.
class ForwardedMessage {
public:
    static constexpr std::size_t max_edits = 16;
    /// Pieces of a message with that many edits: what gather() needs room for.
    static constexpr std::size_t max_pieces = max_edits * 5 + 1;

    explicit ForwardedMessage(const MessageView& received) noexcept  // NOLINT(cppcoreguidelines-pro-type-member-init)
        : received_(received) {}
    ForwardedMessage(const ForwardedMessage&) = delete;
    ForwardedMessage& operator=(const ForwardedMessage&) = delete;

    void push_via(std::string_view value) { prepend(Header::via, value); }
    void push_record_route(std::string_view value) { prepend(Header::record_route, value); }
    /// A line before the first one of the same header, or else before all headers.
    void prepend(Header id, std::string_view value);
    /// A line behind the last header line.
    void append(Header id, std::string_view value);
    /// Drops the topmost value that was received and still stands, and its line when no other is left in it. False when
    /// there is none, or when it is ill-formed.
    bool pop_via();
    bool pop_route();
    /// Drops a line; `field` is one of the received message's fields().
    void remove(const HeaderField& field);
    /// Throws std::invalid_argument for a response.
    void set_request_uri(std::string_view uri);
    /// Max-Forwards minus one; 70 when absent. False, and nothing changed, when it is 0 or unreadable, or was
    /// decremented here before.
    [[nodiscard]] bool decrement_max_forwards();

    /// The message as a gather list: pieces of what was received and of what was given, in order, written to `room`,
    /// which has max_pieces places; their count. They are valid until the next edit.
    std::size_t gather(std::span<std::string_view, max_pieces> room) const noexcept;
    /// Octets of the whole message.
    [[nodiscard]] std::size_t size() const noexcept;
    void append_to(std::string& out) const;

private:
    /// What stands in place of the received octets from `begin` to `end`: a line of that header, or `value` alone when
    /// it is Header::none.
    struct Edit {
        std::uint32_t begin;
        std::uint32_t end;
        const char* value;
        std::uint32_t value_size;
        Header id;
    };
    /// How far the values of one header have been popped.
    struct Popped {
        const HeaderField* field = nullptr;  ///< the line it is in
        std::uint32_t edit_begin = 0;        ///< of the edit that drops them; 0: none yet
        std::uint32_t end = 0;               ///< behind the last one that was popped
    };
    enum class Place : std::uint8_t { first, last };

    void add(std::uint32_t begin, std::uint32_t end, Header id, std::string_view value, Place among_equals);
    [[nodiscard]] std::uint32_t behind_line(const HeaderField& field) const noexcept;
    [[nodiscard]] std::uint32_t blank_line() const noexcept;
    template <class T>
    bool pop(Popped& popped);
    template <class Emit>
    void walk(Emit&& emit) const noexcept;

    const MessageView& received_;
    std::array<Edit, max_edits> edits_;  ///< the first `count_`, in the order of their places
    std::size_t count_ = 0;
    Popped via_;
    Popped route_;
    std::array<char, 4> hops_{};
    bool decremented_ = false;
};

}  // namespace sipmsg
