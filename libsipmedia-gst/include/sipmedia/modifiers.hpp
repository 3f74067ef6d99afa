// SPDX-License-Identifier: MIT
#pragma once

// SIP.js's stock modifiers, for a session (sipua::Modifiers) or for all of some media. The functions are pure.

#include <sipmsg/sdp/sdp.hpp>
#include <sipua/modifiers.hpp>
#include <sipua/session_description_handler.hpp>

#include <string>

namespace sipmedia {

using Modifier = sipua::SessionDescriptionHandlerModifier;
using sipua::Modifiers;

/// The same media with every description changed, as sipua::modify() does it; an error there fails the exchange.
[[nodiscard]] sipua::SessionDescriptionHandlerFactory modified(sipua::SessionDescriptionHandlerFactory media,
                                                               Modifiers modifiers);

/// Candidates over TCP go. SIP.js: stripTcpCandidates.
[[nodiscard]] sipmsg::sdp::SessionDescription strip_tcp_candidates(sipmsg::sdp::SessionDescription description);
/// An encoding goes, with its rtpmap, fmtp and rtcp-fb; an m-line with no other is refused. Names compare without case.
[[nodiscard]] Modifier strip_rtp_payload(std::string encoding);
[[nodiscard]] sipmsg::sdp::SessionDescription strip_telephone_event(sipmsg::sdp::SessionDescription description);
[[nodiscard]] sipmsg::sdp::SessionDescription strip_g722(sipmsg::sdp::SessionDescription description);
/// Video m-lines go, from a BUNDLE group too. For offers: an answer keeps its m-lines (RFC 3264 §6).
[[nodiscard]] sipmsg::sdp::SessionDescription strip_video(sipmsg::sdp::SessionDescription description);
/// a=imageattr goes. SIP.js: cleanJitsiSdpImageattr.
[[nodiscard]] sipmsg::sdp::SessionDescription strip_image_attributes(sipmsg::sdp::SessionDescription description);
/// Every m-line without one gets a mid that no other has. SIP.js: addMidLines.
[[nodiscard]] sipmsg::sdp::SessionDescription add_mid_lines(sipmsg::sdp::SessionDescription description);
/// What receives no longer does: sendrecv becomes sendonly, recvonly inactive. SIP.js: holdModifier.
[[nodiscard]] sipmsg::sdp::SessionDescription hold_modifier(sipmsg::sdp::SessionDescription description);

}  // namespace sipmedia
