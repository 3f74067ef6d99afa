// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/header/content.hpp>
#include <sipmsg/message_view.hpp>

#include <optional>
#include <string_view>

namespace sipmsg {

/// What a body is for: "session", "render", "icon", "alert" or another token. RFC 3261 §20.11.
struct Disposition {
    std::string_view type;
    Handling handling = Handling::required;

    /// From the values of Content-Disposition and Content-Type, either of which may be absent. Without the first, a
    /// session description is for the session and all else is to be rendered. The error is that of Content-Disposition.
    [[nodiscard]] static Result<Disposition> of(std::optional<std::string_view> content_disposition,
                                                std::optional<std::string_view> content_type);
    /// Of the message's body; offsets count in the message.
    [[nodiscard]] static Result<Disposition> of(const MessageView& message);
};

}  // namespace sipmsg
