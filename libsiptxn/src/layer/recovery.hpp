// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/message.hpp>

#include <optional>
#include <string_view>

namespace siptxn {

/// What can still be read of a request the parser refused: its method, Via, From, To, Call-ID and CSeq, in a message
/// that a response can be built from (RFC 3261 §8.2.6.2). Nullopt when it was no SIP request, or any of them is
/// missing. Linear in the first 64 KB.
[[nodiscard]] std::optional<sipmsg::Message> recover(std::string_view octets);

/// Whether a response to the request can be addressed and recognized: a sound top Via, and the rest at least there.
[[nodiscard]] bool is_answerable(const sipmsg::MessageView& request);

}  // namespace siptxn
