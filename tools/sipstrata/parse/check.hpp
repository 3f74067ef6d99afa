// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/message_view.hpp>

#include <optional>
#include <string>

namespace sipstrata {

/// The first fault of a message: what it cannot be handled without (RFC 3261 §8.1.1, §16.3), its Request-URI, then
/// every known header through its own machine.
[[nodiscard]] std::optional<sipmsg::ParseError> first_fault(const sipmsg::MessageView& message);

/// "expected a host (Via, octet 87)"; never contains octets of the message.
[[nodiscard]] std::string describe(const sipmsg::ParseError& error);

}  // namespace sipstrata
