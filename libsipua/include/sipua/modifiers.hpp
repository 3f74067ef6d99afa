// SPDX-License-Identifier: MIT
#pragma once

// Changes to descriptions on their way between a session and its media. The functions are pure.

#include <sipdialog/output.hpp>

#include <sipmsg/sdp/sdp.hpp>

#include <expected>
#include <functional>
#include <system_error>
#include <vector>

namespace sipua {

/// SIP.js: SessionDescriptionHandlerModifier. libsipmedia-gst has those that SIP.js comes with
/// (sipmedia/modifiers.hpp).
using SessionDescriptionHandlerModifier =
    std::function<sipmsg::sdp::SessionDescription(sipmsg::sdp::SessionDescription)>;

/// Which changes are made, from left to right. What is changed here the media does not know of: a local modifier may
/// leave out what we can do, never promise more.
struct Modifiers {
    std::vector<SessionDescriptionHandlerModifier> local = {};   ///< to what we send, after the handler made it
    std::vector<SessionDescriptionHandlerModifier> remote = {};  ///< to what we received, before the handler sees it
};

/// The body, changed by each in turn; as it came when there are none. Errc::not_acceptable for a body that is no SDP,
/// std::errc::bad_message when no m-line is left, Errc::media_failed or its own code for what a modifier throws.
[[nodiscard]] std::expected<sipdialog::Body, std::error_code> modify(
    sipdialog::Body body, const std::vector<SessionDescriptionHandlerModifier>& modifiers);

}  // namespace sipua
