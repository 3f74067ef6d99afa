// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/endpoint.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace sipstrata {

/// What a ladder needs of one message. Texts are masked, but not yet made safe for a terminal.
struct TraceRecord {
    siptxn::TimePoint time;
    std::chrono::system_clock::time_point calendar;
    siptxn::SocketAddress source;
    siptxn::SocketAddress destination;
    siptxn::Transport transport = siptxn::Transport::udp;
    bool sent = false;  ///< seen by its sender; else by its receiver
    std::string start_line;
    std::string call_id;  ///< empty when the message is not SIP
    std::uint32_t cseq = 0;
    std::string cseq_method;
    bool has_description = false;  ///< a session description is its body
    std::size_t fingerprint = 0;   ///< equal for equal octets
};

[[nodiscard]] TraceRecord make_record(const siptxn::TraceMessage& message);

}  // namespace sipstrata
