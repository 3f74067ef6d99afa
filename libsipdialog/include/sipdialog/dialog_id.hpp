// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/message_view.hpp>

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace sipdialog {

/// What names a dialog at one of its ends: the peer's has the tags exchanged. RFC 3261 §12. Compared octet by octet.
struct DialogId {
    std::string call_id;
    std::string local_tag;
    std::string remote_tag;  ///< empty for a peer that gives none (RFC 3261 §12.1.1)

    /// Of a request we received: our tag stands in To. nullopt when To has no tag, or a header of the id is missing or
    /// broken.
    [[nodiscard]] static std::optional<DialogId> of_request(const sipmsg::MessageView& received);
    /// Of a response we received: our tag stands in From.
    [[nodiscard]] static std::optional<DialogId> of_response(const sipmsg::MessageView& received);

    friend auto operator<=>(const DialogId&, const DialogId&) = default;
};

}  // namespace sipdialog

template <>
struct std::hash<sipdialog::DialogId> {
    std::size_t operator()(const sipdialog::DialogId& id) const noexcept;
};
