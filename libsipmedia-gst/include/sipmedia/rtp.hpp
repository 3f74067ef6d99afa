// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/options.hpp>

#include <sipua/session_description_handler.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sipmedia {

/// One audio stream over RTP, for phones, trunks and gateways that know no WebRTC. An aggregate: set what differs.
struct RtpOptions {
    AudioSource audio = silence();
    Sink audio_sink = fake_sink();

    /// By preference; "opus", "G722", "PCMU", "PCMA". Those whose GStreamer elements are not installed are left out;
    /// G.722 needs gstreamer1.0-libav.
    std::vector<std::string> codecs = {"opus", "G722", "PCMU", "PCMA"};
    /// RTP/SAVP with keys in the description (RFC 4568): offered, and the only thing taken. For use where the signaling
    /// itself is protected (TLS), since who reads it has the keys.
    bool sdes = false;

    /// Where we receive. Empty: where the session's signaling runs, else the first interface.
    std::string local_address;
    PortRange ports;  ///< an even one and the odd one above it are taken for each session
    /// RTCP on the RTP port where the peer agrees (a=rtcp-mux, RFC 5761); else, and without it, on the port above.
    bool rtcp_mux = true;
    std::chrono::milliseconds latency{60};  ///< size of the jitter buffer
    /// Send to where the peer's packets come from, once the first has come (with SRTP: has been authenticated), even
    /// when its description says otherwise. For peers behind a NAT.
    bool symmetric = true;
    /// As WebRtcOptions::media_timeout. A peer that sends nothing while it is silent counts as lost, too.
    std::chrono::milliseconds media_timeout{5000};
    std::chrono::milliseconds rtcp_interval{5000};  ///< at least that long between two RTCP packets (RFC 3550 §6.2)
    std::uint32_t opus_bitrate = 32'000;            ///< bits per second
    unsigned opus_complexity = 5;                   ///< as WebRtcOptions::opus_complexity
};

/// The GStreamer elements that `options` need and that are not installed; empty when all is well. Any thread.
[[nodiscard]] std::vector<std::string> missing_elements(const RtpOptions& options);

/// Classic RTP media for a user agent: RTP/AVP, or RTP/SAVP with SDES keys; RTCP; hold, resume and re-INVITEs that move
/// the stream or change its codec.
///
/// Throws std::system_error (Errc::missing_plugin) when GStreamer elements are not installed, std::invalid_argument
/// when `codecs` has a name that is not known, or none that is installed, and for a complexity that Opus has not.
[[nodiscard]] sipua::SessionDescriptionHandlerFactory rtp(RtpOptions options = {});

}  // namespace sipmedia
