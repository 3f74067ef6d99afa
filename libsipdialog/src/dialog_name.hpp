// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/dialog_id.hpp>

#include <sipmsg/message_view.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace sipdialog {

/// A DialogId as it stands in a message or in a dialog: views into that.
struct DialogName {
    std::string_view call_id;
    std::string_view local_tag;
    std::string_view remote_tag;

    [[nodiscard]] static std::optional<DialogName> of_request(const sipmsg::MessageView& received);
    [[nodiscard]] static std::optional<DialogName> of_request(const sipmsg::Result<sipmsg::DialogFields>& received);
    [[nodiscard]] static std::optional<DialogName> of_response(const sipmsg::MessageView& received);
    [[nodiscard]] static DialogName of(const DialogId& id) noexcept {
        return {id.call_id, id.local_tag, id.remote_tag};
    }
    [[nodiscard]] DialogId id() const {
        return {std::string(call_id), std::string(local_tag), std::string(remote_tag)};
    }
    [[nodiscard]] std::size_t hash() const noexcept;

    friend bool operator==(const DialogName&, const DialogName&) = default;
};

}  // namespace sipdialog
