// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/limits.hpp>
#include <sipmsg/message_view.hpp>

#include <optional>
#include <string_view>

namespace sipmsg {

/// A fragment of a message (message/sipfrag, RFC 3420): a start line or none, any header lines, a body or none. A view
/// into the text it was parsed from, which must outlive it.
class Sipfrag {
public:
    /// Each line that is there must be whole, the body as long as a Content-Length says. As in a message, values are
    /// parsed when asked for. Errors are those of parse(const MessageView&...): offsets count from the start of `text`.
    [[nodiscard]] static Result<Sipfrag> parse(std::string_view text, const ParseOptions& options = {});

    /// A request line or a status line begins the fragment. When false, is_request() and is_response() are false too.
    [[nodiscard]] bool has_start_line() const noexcept { return has_start_line_; }
    [[nodiscard]] bool is_request() const noexcept { return has_start_line_ && view_.is_request(); }
    [[nodiscard]] bool is_response() const noexcept { return has_start_line_ && view_.is_response(); }
    /// What the NOTIFY of a REFER tells (RFC 3515 §2.4.5); nullopt unless there is a status line.
    [[nodiscard]] std::optional<int> status() const noexcept {
        return is_response() ? std::optional(view_.status()) : std::nullopt;
    }
    /// The parts, read as those of a message. Without a start line its method is `other` and its texts are empty.
    [[nodiscard]] const MessageView& view() const noexcept { return view_; }

private:
    MessageView view_;
    bool has_start_line_ = false;
};

}  // namespace sipmsg
