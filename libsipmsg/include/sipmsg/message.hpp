// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/via.hpp>
#include <sipmsg/header_lines.hpp>
#include <sipmsg/message_view.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sipmsg {

/// A message that owns its octets and can be edited. What is not touched goes out octet for octet as it came.
/// Edits keep the index right; views taken before an edit are invalid after it. Names and values given by a program are
/// checked: CR, LF and NUL (and an ill-formed name) throw std::invalid_argument, more than 65535 header lines
/// std::length_error, before anything changes.
/// A value type: copies are deep. Share one between layers as MessagePtr, which is immutable.
class Message {
public:
    /// Takes octets that must be one whole message.
    [[nodiscard]] static Result<Message> parse(std::string octets, const ParseOptions& options = {});
    /// A deep copy of what a view sees.
    explicit Message(const MessageView& view);
    /// The same as received by a server: with `top_via` in the place of the topmost Via value (RFC 3261 §18.2.1). When
    /// there is none, it is a mere copy.
    Message(const MessageView& view, std::string_view top_via);

    Message(const Message& other);
    Message(Message&& other) noexcept;
    Message& operator=(const Message& other);
    Message& operator=(Message&& other) noexcept;
    ~Message() = default;

    /// "INVITE sip:bob@example.com SIP/2.0" and `Content-Length: 0`; every other header is the caller's.
    [[nodiscard]] static Message request(std::string_view method, std::string_view uri);
    /// A response as RFC 3261 §8.2.6 builds it: every Via, From, To, Call-ID, CSeq copied; Timestamp too in a 100;
    /// Record-Route too in a 101..299 to a request that may make a dialog. `to_tag` is added when To has none and
    /// status is not 100. An empty phrase becomes the registered one. `room`: octets that are to be added, so that they
    /// need no memory of their own. Throws std::invalid_argument for a status that is not 100 to 699 and a tag that is
    /// no token.
    [[nodiscard]] static Message response(const MessageView& request, int status, std::string_view to_tag = {},
                                          std::string_view phrase = {}, std::size_t room = 0);

    [[nodiscard]] const MessageView& view() const noexcept { return view_; }
    [[nodiscard]] const std::string& octets() const& noexcept { return octets_; }
    /// For who needs the message no more.
    [[nodiscard]] std::string octets() && noexcept {
        view_ = {};
        return std::move(octets_);
    }

    // Reading, as MessageView does.
    [[nodiscard]] bool is_request() const noexcept { return view_.is_request(); }
    [[nodiscard]] bool is_response() const noexcept { return view_.is_response(); }
    [[nodiscard]] Method method() const noexcept { return view_.method(); }
    [[nodiscard]] std::string_view method_text() const noexcept { return view_.method_text(); }
    [[nodiscard]] std::string_view request_uri_text() const noexcept { return view_.request_uri_text(); }
    [[nodiscard]] Result<Uri> request_uri() const { return view_.request_uri(); }
    [[nodiscard]] int status() const noexcept { return view_.status(); }
    [[nodiscard]] std::string_view reason() const noexcept { return view_.reason(); }
    [[nodiscard]] std::string_view body() const noexcept { return view_.body(); }
    [[nodiscard]] bool has(Header id) const noexcept { return view_.has(id); }
    [[nodiscard]] std::optional<std::string_view> raw(Header id) const noexcept { return view_.raw(id); }
    [[nodiscard]] std::optional<std::string_view> raw(std::string_view name) const noexcept { return view_.raw(name); }
    template <class T>
    [[nodiscard]] Result<T> top() const {
        return view_.top<T>();
    }
    template <class T>
    [[nodiscard]] Items<T> all() const {
        return view_.all<T>();
    }

    // Editing. `append` adds a line behind the last one, but in front of a Content-Length that stands last; `prepend`
    // adds one before the first line of the same header, or else before all headers.
    void append(Header id, std::string_view value);
    void append(std::string_view name, std::string_view value);
    /// Names with their values, in that order; none when one is refused. They must not point into this message.
    void append(std::span<const std::pair<std::string, std::string>> lines);
    void append(const HeaderLines& lines);
    void prepend(Header id, std::string_view value);
    void prepend(std::string_view name, std::string_view value);
    /// Replaces the first line's value and drops further lines of that header; appends when there is none.
    void set(Header id, std::string_view value);
    void set(std::string_view name, std::string_view value);
    /// Drops every line of that header; the number dropped.
    std::size_t remove(Header id);
    std::size_t remove(std::string_view name);

    void push_via(std::string_view value) { prepend(Header::via, value); }
    /// Drops the topmost Via value, and its line when it was alone. False when there is none.
    bool pop_via();
    /// Replaces the topmost Via value, leaving the others of its line.
    bool replace_top_via(std::string_view value);
    bool pop_route();
    /// Any text of visible ASCII characters, as it will stand there. Throws std::invalid_argument for other text, and
    /// for a response.
    void set_request_uri(std::string_view uri);
    /// Max-Forwards minus one; 70 when absent. False, and nothing changed, when it is 0 or unreadable. RFC 3261 §16.6
    /// step 3.
    bool decrement_max_forwards();
    /// Sets Content-Type and Content-Length; an empty `content_type` removes that header. Content-Length always stands
    /// there afterwards: a stream needs it (RFC 3261 §18.3).
    void set_body(std::string_view content_type, std::string_view body);

private:
    Message() = default;
    void rebase() noexcept;
    void splice(std::size_t offset, std::size_t length, std::string_view text);
    void note_splice(std::size_t offset, std::size_t length, std::size_t size) noexcept;
    [[nodiscard]] std::string_view outside(std::string_view text, std::string& room) const;
    [[nodiscard]] std::size_t line_begin(std::size_t index) const noexcept;
    [[nodiscard]] std::size_t index_of(Header id, std::string_view name, std::size_t from) const noexcept;
    void set_line(Header id, std::string_view name, std::string_view value);
    void append_line(Header id, std::string_view name, std::string_view value);
    [[nodiscard]] std::size_t append_index() const noexcept;
    void check_room(std::size_t lines, std::string_view name) const;
    void insert_line(std::size_t index, Header id, std::string_view name, std::string_view value);
    void erase_line(std::size_t index);
    void touched(Header id) noexcept;
    void replace_value(std::size_t index, std::size_t offset, std::size_t length, std::string_view text);
    void note_value(std::size_t index, std::size_t offset, std::size_t length, std::size_t size) noexcept;
    template <class T>
    bool pop_first();

    std::string octets_;
    MessageView view_;
};

/// How layers share a message: immutable, its octets parsed once.
using MessagePtr = std::shared_ptr<const Message>;

}  // namespace sipmsg
