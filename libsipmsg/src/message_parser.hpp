// SPDX-License-Identifier: MIT
#pragma once

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
    [[nodiscard]] bool push(Range name) noexcept(false);
    [[nodiscard]] HeaderField& last() noexcept;
    [[nodiscard]] bool accept_version(std::string_view text) noexcept;
    [[nodiscard]] bool accept_status(std::string_view digits) noexcept;
    void end_line(std::uint32_t begin, std::uint32_t end) noexcept;

    MessageView& view_;
    const ParseOptions& options_;
    bool start_line_read_ = false;
};

}  // namespace sipmsg
