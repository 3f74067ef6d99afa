// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace bench {

/// The Via that forwarded requests get.
inline constexpr std::string_view own_via = "SIP/2.0/UDP proxy2.example.com:5060;branch=z9hG4bK9b43c2ff8.1;rport";

/// What is wrong with a message that a proxy passed on; empty when it differs from the received one just so: in a
/// request own_via stands on top of the Vias, Max-Forwards is one less and the first Route is gone; in a response the
/// first Via is gone. RFC 3261 §16.6, §16.7, §16.12.
[[nodiscard]] std::string wrongly_forwarded(std::string_view received, std::string_view forwarded);

}  // namespace bench
