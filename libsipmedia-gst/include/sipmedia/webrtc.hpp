// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/engine.hpp>
#include <sipmedia/options.hpp>

#include <sipua/session_description_handler.hpp>

#include <functional>
#include <memory>

namespace sipmedia {

/// WebRTC media for a user agent: ICE, DTLS-SRTP, Opus, and VP8 when `options.video` is set; offers and answers in
/// either order, hold, resume and session refreshes. Each session gets an engine of its own (`GstEngine`).
///
///     sipua::UserAgent ua(executor, {.uri = "sip:alice@example.com", .media = sipmedia::webrtc({.audio =
///     sipmedia::test_tone(440)})});
///
/// Without `options.local_addresses` a session whose signaling runs on loopback gathers on that address; else on every
/// interface but loopback.
///
/// Throws std::system_error (Errc::missing_plugin, with their names) when GStreamer elements are not installed, and
/// std::invalid_argument as rtp() does. Takes up to a second in the first call of a process.
[[nodiscard]] sipua::SessionDescriptionHandlerFactory webrtc(WebRtcOptions options = {});

/// Makes the engine of one session, with events for its handler.
using EngineFactory =
    std::function<std::unique_ptr<MediaEngine>(const sipua::SessionContext& context, EngineEvents events)>;

/// The same negotiation over another engine. The factory is called when the session first needs media, on the agent's
/// executor; what it throws fails that session with 500.
[[nodiscard]] sipua::SessionDescriptionHandlerFactory webrtc(EngineFactory factory);

}  // namespace sipmedia
