// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/rtp.hpp>
#include <sipmedia/webrtc.hpp>

#include <sipmsg/sdp/sdp.hpp>

#include <cstdint>
#include <vector>

namespace sipmedia {

/// What protects the media of a session.
enum class Security : std::uint8_t {
    none,  ///< RTP/AVP
    sdes,  ///< RTP/SAVP, keys in the description (RFC 4568)
    dtls,  ///< WebRTC: ICE and DTLS-SRTP (RFC 5763)
};

/// What an offer asks for, by its first m-line that is not refused.
[[nodiscard]] Security security_of(const sipmsg::sdp::SessionDescription& offer);

/// Media for every kind of peer. An aggregate: set what differs.
struct MediaOptions {
    WebRtcOptions webrtc;
    RtpOptions rtp;  ///< its `sdes` is not looked at
    Security offer = Security::dtls;
    std::vector<Security> accept = {Security::dtls, Security::sdes, Security::none};  ///< other offers get 488
};

/// The handler that fits: our offers are as `options.offer` says, and an offer of the peer is answered by what it asks
/// for. What a session began with it keeps.
///
/// One for each account: `UserAgentOptions::media`; for a single call: `InviterOptions::media`. Throws what webrtc()
/// and rtp() throw.
[[nodiscard]] sipua::SessionDescriptionHandlerFactory media(MediaOptions options = {});

}  // namespace sipmedia
