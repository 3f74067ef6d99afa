// SPDX-License-Identifier: MIT
#pragma once

#include "certificate.hpp"
#include "codec.hpp"
#include "gst_ptr.hpp"

#include <sipmedia/events.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmedia {

/// What the engine wants to know of one m-line of the peer's description.
struct RemoteLine {
    std::optional<MediaKind> kind;  ///< nothing: neither audio nor video
    bool is_data = false;           ///< data channels (RFC 8841 §4)
    const Codec* codec = nullptr;   ///< the peer's first that we have
    unsigned payload = 0;           ///< its payload type, as the peer numbers it
    std::optional<EventFormat> events;
    bool accepted = false;                  ///< false: port 0
    std::vector<Fingerprint> fingerprints;  ///< of the m-line, else of the session (RFC 8122 §5)

    [[nodiscard]] bool is_usable() const { return accepted && (codec || is_data) && !fingerprints.empty(); }
};

/// Null when the text is not SDP, or has no m-line.
[[nodiscard]] SdpPtr parse_description(std::string_view text);
[[nodiscard]] std::string text_of(const GstSDPMessage& message);
/// `audio`: the codecs that may be taken.
[[nodiscard]] std::vector<RemoteLine> remote_lines(const GstSDPMessage& message, const std::vector<std::string>& audio);

/// webrtcbin 1.22 hashes the private key along with a certificate that was given to it, so it writes a wrong
/// fingerprint: this puts in the right one.
void set_fingerprints(GstSDPMessage& message, const std::string& sha256);
/// Adds telephone events to an m-line that has none: an answer of webrtcbin 1.22 has one codec and no more.
void add_events(GstSDPMessage& message, std::size_t mline, const EventFormat& events);
/// Says in the data channel's m-line, if there is one, how long a message we take (RFC 8841 §6).
void set_max_message_size(GstSDPMessage& message, unsigned octets);
/// Says how often we wish that ICE sends a check (RFC 8839 §5.5).
void set_ice_pacing(GstSDPMessage& message, std::chrono::milliseconds interval);
/// Port 0, and out of the BUNDLE group (RFC 9143 §7.3.3).
void refuse_line(GstSDPMessage& message, std::size_t mline);
[[nodiscard]] std::vector<LocalCandidate> candidates_of(const GstSDPMessage& message);

}  // namespace sipmedia
