// SPDX-License-Identifier: MIT
#pragma once

#include "json_values.hpp"

namespace sipstrata {

/// A start line to hang one header below.
inline constexpr std::string_view header_prefix = "OPTIONS sip:example.com SIP/2.0\r\n";

/// The items of a header whose line has been checked, by its typed machine; the text alone when there is none.
[[nodiscard]] Json header_items(const sipmsg::MessageView& message, const sipmsg::HeaderField& field);

}  // namespace sipstrata
