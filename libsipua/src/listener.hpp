// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/wire.hpp>

#include <string_view>

namespace sipua {

/// "udp:127.0.0.1:5060", as StackOptions::listen has it. Throws std::invalid_argument when it cannot be read.
[[nodiscard]] siptxn::Listener parse_listener(std::string_view text);

}  // namespace sipua
