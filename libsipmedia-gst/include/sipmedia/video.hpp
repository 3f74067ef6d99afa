// SPDX-License-Identifier: MIT
#pragma once

namespace sipua {
class Session;
class SessionDescriptionHandler;
}  // namespace sipua

namespace sipmedia {

/// Video in a session that began without it (WebRtcOptions::video_on_request). It is offered, and taken when offered,
/// with the next fresh media path (RFC 3264 §8.1):
///
///     sipmedia::add_video(call);
///     co_await call.restart_media();  // the peer may refuse the video: sound goes on
///
/// It cannot be taken away again. False when the session's media is not webrtc(), or there is nothing to show.
/// On the agent's executor.
bool add_video(sipua::SessionDescriptionHandler* handler);
bool add_video(const sipua::Session& session);

}  // namespace sipmedia
