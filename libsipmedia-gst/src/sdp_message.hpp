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

/// Null when the text is not SDP, or has no m-line.
[[nodiscard]] SdpPtr parse_description(std::string_view text);
[[nodiscard]] std::string text_of(const GstSDPMessage& message);

/// webrtcbin 1.22 hashes the private key along with a certificate that was given to it, so it writes a wrong
/// fingerprint: this puts in the right one.
void set_fingerprints(GstSDPMessage& message, const std::string& sha256);
/// Adds telephone events to an m-line that has none: an answer of webrtcbin 1.22 has one codec and no more.
void add_events(GstSDPMessage& message, std::size_t mline, const EventFormat& events);
/// What the m-line says of a payload type, in place of what it said; empty: nothing.
void set_fmtp(GstSDPMessage& message, std::size_t mline, unsigned payload, const std::string& fmtp);
/// Says in the data channel's m-line, if there is one, how long a message we take (RFC 8841 §6).
void set_max_message_size(GstSDPMessage& message, unsigned octets);
/// Says how often we wish that ICE sends a check (RFC 8839 §5.5).
void set_ice_pacing(GstSDPMessage& message, std::chrono::milliseconds interval);
/// Port 0, and out of the BUNDLE group (RFC 9143 §7.3.3).
void refuse_line(GstSDPMessage& message, std::size_t mline);
/// Whether there is a BUNDLE group of more than one line.
[[nodiscard]] bool shares_transport(const GstSDPMessage& message);
[[nodiscard]] std::vector<LocalCandidate> candidates_of(const GstSDPMessage& message);

}  // namespace sipmedia
