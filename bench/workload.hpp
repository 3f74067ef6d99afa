// SPDX-License-Identifier: MIT
#pragma once

#include "peers/packet.hpp"

#include <string_view>
#include <vector>

namespace bench {

/// What is looped over: the seven messages of corpus/, each by itself, and `mix`, 512 varied ones of the same shapes.
inline constexpr std::string_view workloads[] = {"mix",        "a_options",       "b_invite",      "c_200ok",
                                                 "d_register", "e_webrtc_invite", "f_notify_pidf", "g_heavy"};

/// The messages of one workload, in a fixed order. Throws std::runtime_error when there are none.
[[nodiscard]] std::vector<Packet> messages_of(std::string_view workload);

}  // namespace bench
