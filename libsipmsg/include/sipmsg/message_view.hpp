// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/field_list.hpp>
#include <sipmsg/limits.hpp>
#include <sipmsg/method.hpp>
#include <sipmsg/padding.hpp>
#include <sipmsg/params.hpp>
#include <sipmsg/uri.hpp>

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

/// What says which dialog a message belongs to, and where in it (RFC 3261 §12): views into the message.
struct DialogFields {
    std::string_view call_id;
    std::optional<std::string_view> from_tag;
    std::optional<std::string_view> to_tag;
    std::uint32_t cseq = 0;  ///< the number
};

struct Essentials;

namespace detail {

/// The DialogFields of a message that has been checked. Tags count from where the value of their header begins.
struct DialogNotes {
    static constexpr std::uint32_t nothing = 0xFFFF'FFFF;  ///< as the number: look yourself

    Notes<2> tags;  ///< From, To
    std::uint32_t cseq = nothing;
};

}  // namespace detail

/// Items of one header type, comma-joined and repeated lines alike, in order. Each is a Result; iteration stops
/// behind the first broken one. Made by MessageView::all<T>().
template <class T>
class Items;

/// A parsed message as positions in the caller's octets, which must outlive it. Typed values are parsed when asked
/// for. Copying copies the index, not the octets. Parsing allocates nothing up to 24 header lines, and nothing beyond
/// them into a view that held as many before.
class MessageView {
public:
    MessageView() noexcept {}  // NOLINT(modernize-use-equals-default): a defaulted one would fill the room for lines
    [[nodiscard]] bool is_request() const noexcept { return status_ == 0; }
    [[nodiscard]] bool is_response() const noexcept { return status_ != 0; }
    [[nodiscard]] Method method() const noexcept { return method_; }  ///< `other` in a response
    [[nodiscard]] std::string_view method_text() const noexcept { return at(first_); }
    [[nodiscard]] std::string_view request_uri_text() const noexcept { return at(second_); }
    [[nodiscard]] Result<Uri> request_uri() const { return Uri::parse(request_uri_text(), behind(request_uri_text())); }
    [[nodiscard]] int status() const noexcept { return status_; }  ///< 0 in a request
    [[nodiscard]] std::string_view reason() const noexcept { return at(second_); }

    [[nodiscard]] std::span<const HeaderField> fields() const noexcept { return fields_.span(); }
    [[nodiscard]] std::string_view name(const HeaderField& field) const noexcept {
        return at({field.name_offset, field.name_length});
    }
    [[nodiscard]] std::string_view value(const HeaderField& field) const noexcept {
        return at({field.value_offset, field.value_length});
    }

    /// The first line of that header, or nullptr.
    [[nodiscard]] const HeaderField* find(Header id) const noexcept { return fields_.first(id); }
    /// The next line of the same header, or nullptr. `field` is one of fields().
    [[nodiscard]] const HeaderField* next(const HeaderField& field) const noexcept { return fields_.next(field); }
    /// By name: compact and full forms are one.
    [[nodiscard]] const HeaderField* find(std::string_view name) const noexcept;
    /// The first line's value as written; nullopt when absent.
    [[nodiscard]] std::optional<std::string_view> raw(Header id) const noexcept;
    [[nodiscard]] std::optional<std::string_view> raw(std::string_view name) const noexcept;
    [[nodiscard]] bool has(Header id) const noexcept { return find(id) != nullptr; }
    /// In more than one line.
    [[nodiscard]] bool is_repeated(Header id) const noexcept { return fields_.is_repeated(id); }
    [[nodiscard]] std::size_t count(Header id) const noexcept;  ///< lines, not items

    /// The first item of a typed header; `missing` when there is none.
    template <class T>
    [[nodiscard]] Result<T> top() const;
    template <class T>
    [[nodiscard]] Items<T> all() const;

    /// The first fault when one of the four headers is missing or malformed. Parsed, unless note() has spared it.
    [[nodiscard]] Result<DialogFields> dialog_fields() const;
    /// What read_essentials() has read of this message: dialog_fields() need not parse it again. Copies know it too,
    /// until one of these headers is edited.
    void note(const Essentials& read) noexcept;

    [[nodiscard]] std::string_view body() const noexcept { return at(body_); }
    /// Start line to the last octet of the body. What a datagram carried behind Content-Length is not part of it.
    [[nodiscard]] std::string_view octets() const noexcept { return octets_; }
    /// Octets behind the message in the datagram it was parsed from.
    [[nodiscard]] std::uint32_t excess() const noexcept { return excess_; }
    /// Start line, headers and the blank line, in octets.
    [[nodiscard]] std::uint32_t head_size() const noexcept { return body_.offset; }
    /// How many octets may be read behind a part of octets().
    [[nodiscard]] Padding behind(std::string_view part) const noexcept {
        const auto* const end = octets_.data() + octets_.size() + padding_;
        return {static_cast<std::uint32_t>(end - (part.data() + part.size()))};
    }

private:
    friend class Message;
    friend class MessageParser;
    template <class T>
    friend class Items;
    [[nodiscard]] std::string_view at(Range r) const noexcept { return {octets_.data() + r.offset, r.length}; }

    template <class T>
    [[nodiscard]] Result<T> parse_top(const HeaderField& field) const;

    std::string_view octets_;
    Range first_;   ///< method, or the version of a response
    Range second_;  ///< request URI, or the reason phrase
    Range body_;
    std::uint32_t excess_ = 0;
    std::uint32_t padding_ = 0;  ///< octets that may be read behind octets_
    std::uint16_t status_ = 0;
    std::uint16_t values_limit_ = Limits{}.values;
    Method method_ = Method::other;
    detail::DialogNotes notes_;
    detail::FieldList fields_;
};

/// Parses one datagram. What every element needs is checked here: the start line, the shape of each header line,
/// Content-Length against the octets (a datagram shorter than it is `incomplete`, RFC 3261 §18.3). Typed values are
/// checked when asked for: see validate().
[[nodiscard]] Result<MessageView> parse(std::string_view datagram, const ParseOptions& options = {});

/// The same into a view that is there already, and keeps what it has allocated: a program that parses in a loop
/// allocates nothing, however many lines a message has. After an error the view is unspecified.
[[nodiscard]] std::optional<ParseError> parse_into(MessageView& view, std::string_view datagram,
                                                   const ParseOptions& options = {});

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

/// The value as one line, which Message's editing functions take: a fold becomes one SP (RFC 3261 §7.3.1), and so does a
/// NUL, which may be received in a quoted pair, but is never written (RFC 4475 §3.1.1.2).
[[nodiscard]] std::string unfold(std::string_view value);

}  // namespace sipmsg

#include <sipmsg/items.hpp>
