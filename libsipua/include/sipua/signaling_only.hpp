// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/session_description_handler.hpp>

#include <string>
#include <vector>

namespace sipua {

/// A codec as SDP names it.
struct CodecOption {
    std::string kind = "audio";
    std::string name;
    int payload = 0;  ///< in our offers; answers use the peer's number
    int clock_rate = 8000;
    int channels = 1;
    std::string parameters;  ///< a=fmtp
};

struct SignalingOnlyOptions {
    /// Empty: PCMU, PCMA and telephone-event.
    std::vector<CodecOption> codecs;
    std::string address;  ///< in `c=`; empty: the address signaling leaves from
    int port = 9;         ///< in `m=` (9 is discard); media is never opened
};

/// A session description handler that negotiates by RFC 3264 and moves no media: for load tests, gateways and servers
/// that keep media elsewhere. Order of media lines and the peer's payload numbers are kept, directions mirrored, what
/// is unknown refused with port 0.
[[nodiscard]] SessionDescriptionHandlerFactory signaling_only(SignalingOnlyOptions options = {});

}  // namespace sipua
