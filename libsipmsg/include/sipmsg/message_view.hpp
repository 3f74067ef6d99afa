// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/limits.hpp>
#include <sipmsg/method.hpp>
#include <sipmsg/uri.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg {

/// A stretch of the message: octets from its start.
struct Range {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
};

/// One header line: where its name and its value stand. The value is trimmed and may contain folds.
struct HeaderField {
    Range name;
    Range value;
    Header id = Header::other;
    bool folded = false;
};

/// Items of one header type, comma-joined and repeated lines alike, in order. Each is a Result; iteration stops
/// behind the first broken one. Made by MessageView::all<T>().
template <class T>
class Items;

/// A parsed message as positions in the caller's octets, which must outlive it. Typed values are parsed when asked
/// for. Copying copies the index, not the octets. Parsing allocates nothing up to 48 header lines.
class MessageView {
public:
    [[nodiscard]] bool is_request() const noexcept { return status_ == 0; }
    [[nodiscard]] bool is_response() const noexcept { return status_ != 0; }
    [[nodiscard]] Method method() const noexcept { return method_; }  ///< `other` in a response
    [[nodiscard]] std::string_view method_text() const noexcept { return at(first_); }
    [[nodiscard]] std::string_view request_uri_text() const noexcept { return at(second_); }
    [[nodiscard]] Result<Uri> request_uri() const { return Uri::parse(request_uri_text()); }
    [[nodiscard]] int status() const noexcept { return status_; }  ///< 0 in a request
    [[nodiscard]] std::string_view reason() const noexcept { return at(second_); }

    [[nodiscard]] std::span<const HeaderField> fields() const noexcept;
    [[nodiscard]] std::string_view name(const HeaderField& field) const noexcept { return at(field.name); }
    [[nodiscard]] std::string_view value(const HeaderField& field) const noexcept { return at(field.value); }

    /// The first line of that header, or nullptr.
    [[nodiscard]] const HeaderField* find(Header id) const noexcept;
    /// By name: compact and full forms are one.
    [[nodiscard]] const HeaderField* find(std::string_view name) const noexcept;
    /// The first line's value as written; nullopt when absent.
    [[nodiscard]] std::optional<std::string_view> raw(Header id) const noexcept;
    [[nodiscard]] std::optional<std::string_view> raw(std::string_view name) const noexcept;
    [[nodiscard]] bool has(Header id) const noexcept { return find(id) != nullptr; }
    [[nodiscard]] std::size_t count(Header id) const noexcept;  ///< lines, not items

    /// The first item of a typed header; `missing` when there is none.
    template <class T>
    [[nodiscard]] Result<T> top() const;
    template <class T>
    [[nodiscard]] Items<T> all() const;

    [[nodiscard]] std::string_view body() const noexcept { return at(body_); }
    /// Start line to the last octet of the body. What a datagram carried behind Content-Length is not part of it.
    [[nodiscard]] std::string_view octets() const noexcept { return octets_; }
    /// Octets behind the message in the datagram it was parsed from.
    [[nodiscard]] std::uint32_t excess() const noexcept { return excess_; }
    /// Start line, headers and the blank line, in octets.
    [[nodiscard]] std::uint32_t head_size() const noexcept { return body_.offset; }

private:
    friend class Message;
    friend class MessageParser;
    template <class T>
    friend class Items;
    [[nodiscard]] std::string_view at(Range r) const noexcept { return octets_.substr(r.offset, r.length); }

    /// From an offset in the value to one in the message.
    static void locate(ParseError& error, const HeaderField& field) noexcept {
        error.header = field.id;
        error.offset += field.value.offset;
    }

    static constexpr std::size_t inline_fields = 48;
    std::string_view octets_;
    Range first_;   ///< method, or the version of a response
    Range second_;  ///< request URI, or the reason phrase
    Range body_;
    std::uint32_t excess_ = 0;
    std::uint16_t status_ = 0;
    std::uint16_t field_count_ = 0;
    std::uint16_t values_limit_ = Limits{}.values;
    Method method_ = Method::other;
    /// Room that is not initialized: only the first `used` fields are there, and only they are copied.
    struct InlineFields {
        union {
            HeaderField fields[inline_fields];
        };
        std::size_t used = 0;
        InlineFields() noexcept {}  // NOLINT(modernize-use-equals-default): a defaulted one would be deleted
        InlineFields(const InlineFields& other) noexcept : used(other.used) { std::copy_n(other.fields, used, fields); }
        InlineFields& operator=(const InlineFields& other) noexcept {
            used = other.used;
            std::copy_n(other.fields, used, fields);
            return *this;
        }
        ~InlineFields() = default;
    };
    InlineFields inline_;
    std::vector<HeaderField> overflow_;  ///< all fields, once there are more than inline_fields
};

/// Parses one datagram. What every element needs is checked here: the start line, the shape of each header line,
/// Content-Length against the octets (a datagram shorter than it is `incomplete`, RFC 3261 §18.3). Typed values are
/// checked when asked for: see validate().
[[nodiscard]] Result<MessageView> parse(std::string_view datagram, const ParseOptions& options = {});

/// The first fault that keeps a message from being handled at all: Via, From, To, Call-ID, CSeq (each present, once
/// where it must, well formed; CSeq's method equal to the request's), Max-Forwards and Content-Length when present. RFC
/// 3261 §8.1.1, §16.3.
[[nodiscard]] std::optional<ParseError> check_mandatory(const MessageView& message);

/// Every header line through its own machine: the first fault of each line, in order. Unknown headers must be text.
/// A header that may stand once and stands again is a `duplicate`.
[[nodiscard]] std::vector<ParseError> check_all(const MessageView& message);

/// One header line by itself, as check_all() does it; offsets count from `value`.
[[nodiscard]] std::optional<ParseError> check_header(std::string_view name, std::string_view value);

/// What can be read of a datagram that parse() refuses: the start line, of any SIP version, and the header lines in
/// front of the first fault. For answering 400 or 505 and for logging; the body is empty. An error when not even the
/// start line is readable.
[[nodiscard]] Result<MessageView> salvage(std::string_view datagram, const ParseOptions& options = {});

/// The value as one line: a fold becomes one SP (RFC 3261 §7.3.1).
[[nodiscard]] std::string unfold(std::string_view value);

}  // namespace sipmsg

#include <sipmsg/items.hpp>
