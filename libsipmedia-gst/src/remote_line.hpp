// SPDX-License-Identifier: MIT
#pragma once

#include "certificate.hpp"
#include "codec.hpp"

#include <sipmedia/sdp_adapter.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sipmedia {

/// What the engine wants to know of one m-line of the peer's description.
struct RemoteLine {
    std::optional<MediaKind> kind;               ///< nothing: neither audio nor video
    bool is_data = false;                        ///< data channels (RFC 8841 §4)
    const Codec* codec = nullptr;                ///< the peer's first that we have
    ChosenCodec chosen = {};                     ///< as the peer numbers and describes it
    bool accepted = false;                       ///< false: port 0
    std::vector<Fingerprint> fingerprints = {};  ///< of the m-line, else of the session (RFC 8122 §5)

    [[nodiscard]] bool is_usable() const { return accepted && (codec || is_data) && !fingerprints.empty(); }
};

/// `options`: the codecs that may be taken.
[[nodiscard]] std::vector<RemoteLine> remote_lines(const SessionDescription& remote, const WebRtcOptions& options,
                                                   bool is_answer);

}  // namespace sipmedia
