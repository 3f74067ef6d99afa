// SPDX-License-Identifier: MIT
#pragma once

#include "chars.hpp"

#include <sipmsg/message_view.hpp>

namespace sipmsg {

namespace detail {
struct Scan;
}

/// Fills a MessageView: the Ragel machine reads the head, C++ decides about the body.
class MessageParser {
public:
    MessageParser(MessageView& view, const ParseOptions& options) noexcept : view_(view), options_(options) {
        view_.values_limit_ = options.limits.values;
    }

    /// As a new view, but with the room it has.
    static void reset(MessageView& view) noexcept {
        view.status_ = 0;
        view.method_ = Method::other;
        view.body_ = {};
        view.notes_ = {};
        view.fields_.clear();
    }

    /// Start line, header lines and the blank line. The fields found before a fault stay in the view.
    [[nodiscard]] std::optional<ParseError> head(std::string_view text);
    /// The announced body length; nullopt when no Content-Length stands in the head.
    [[nodiscard]] Result<std::optional<std::uint32_t>> content_length() const;
    /// Takes the body behind a head that was read from `text`.
    void body(std::string_view text, std::uint32_t length) noexcept;
    [[nodiscard]] bool keep_whole_lines() noexcept;
    /// Octets of the head; valid after head().
    [[nodiscard]] std::uint32_t head_size() const noexcept { return view_.body_.offset; }

    /// For machines that read a head by themselves: what they say is about `text`.
    void begin(std::string_view text) noexcept { view_.octets_ = text; }

    // What the machine says, in pointers into the text.
    void method(const char* from, const char* to) noexcept;
    void second(const char* from, const char* to) noexcept { view_.second_ = range(from, to); }
    void response(const char* from, const char* to) noexcept;
    [[nodiscard]] bool accept_version(const char* from, const char* to) noexcept;
    [[nodiscard]] bool accept_status(const char* from, const char* to) noexcept;
    void start_line_read() noexcept { start_line_read_ = true; }
    [[nodiscard]] bool bare_lf() const noexcept { return options_.lenient.bare_lf; }
    [[nodiscard]] bool start_line_space() const noexcept { return options_.lenient.start_line_space; }
    [[nodiscard]] bool push(const char* name, const char* name_end);
    [[nodiscard]] const char* begin() const noexcept { return view_.octets_.data(); }
    /// Room for whole lines; each that is filled is told by take().
    [[nodiscard]] std::span<HeaderField> room() { return view_.fields_.room(options_.limits.headers); }
    void take(Header id) noexcept { view_.fields_.take(id); }
    void folded() noexcept { field_->folded = true; }
    void end_line(const char* from, const char* to) noexcept;
    void end(const char* p) noexcept { view_.body_.offset = at(p); }

private:
    [[nodiscard]] std::uint32_t at(const char* p) const noexcept {
        return static_cast<std::uint32_t>(p - view_.octets_.data());
    }
    [[nodiscard]] Range range(const char* from, const char* to) const noexcept {
        return {at(from), static_cast<std::uint32_t>(to - from)};
    }

    MessageView& view_;
    const ParseOptions& options_;
    HeaderField* field_ = nullptr;  ///< the one being read
    bool start_line_read_ = false;
};

/// A line of the current value ends; folds bring more. Each octet is looked at once, however many lines are blank.
inline void MessageParser::end_line(const char* from, const char* to) noexcept {
    if (from < to && to[-1] == '\r') --to;
    while (from < to && detail::is_lws(*from)) ++from;
    while (from < to && detail::is_lws(to[-1])) --to;
    if (field_->value_length == 0) field_->value_offset = at(from);
    if (from < to) field_->value_length = at(to) - field_->value_offset;
}

}  // namespace sipmsg
