// SPDX-License-Identifier: MIT
#pragma once

#include "chars.hpp"

#include <sipmsg/message_view.hpp>

namespace sipmsg {

/// Fills a MessageView: the Ragel machine reads the head, C++ decides about the body.
class MessageParser {
public:
    MessageParser(MessageView& view, const ParseOptions& options) noexcept : view_(view), options_(options) {
        view_.values_limit_ = options.limits.values;
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

private:
    [[nodiscard]] bool push(Range name, Header id);
    [[nodiscard]] const char* plain_lines(const char* p, const char* end);
    [[nodiscard]] bool accept_version(std::string_view text) noexcept;
    [[nodiscard]] bool accept_status(std::string_view digits) noexcept;
    void end_line(std::uint32_t begin, std::uint32_t end) noexcept;

    MessageView& view_;
    const ParseOptions& options_;
    HeaderField* field_ = nullptr;  ///< the one being read
    std::uint32_t length_lines_ = 0;
    bool start_line_read_ = false;
};

/// A new field; false when there are too many.
inline bool MessageParser::push(Range name, Header id) {
    const std::size_t count = view_.field_count_;
    if (count == options_.limits.headers) return false;
    ++view_.field_count_;
    if (count < MessageView::inline_fields) {
        field_ = view_.inline_.fields + count;
        view_.inline_.used = count + 1;
    } else {
        if (count == MessageView::inline_fields)
            view_.overflow_.assign(view_.inline_.fields, view_.inline_.fields + count);
        field_ = &view_.overflow_.emplace_back();
    }
    *field_ = {.name = name, .value = {}, .id = id, .folded = false};
    length_lines_ += id == Header::content_length ? 1 : 0;
    return true;
}

/// A line of the current value ends; folds bring more. Each octet is looked at once, however many lines are blank.
inline void MessageParser::end_line(std::uint32_t begin, std::uint32_t end) noexcept {
    auto& value = field_->value;
    const char* const octets = view_.octets_.data();
    if (begin < end && octets[end - 1] == '\r') --end;
    while (begin < end && detail::is_lws(octets[begin])) ++begin;
    while (begin < end && detail::is_lws(octets[end - 1])) --end;
    if (value.length == 0) value.offset = begin;
    if (begin < end) value.length = end - value.offset;
}

}  // namespace sipmsg
