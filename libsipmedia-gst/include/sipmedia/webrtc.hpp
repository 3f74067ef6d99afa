// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/engine.hpp>
#include <sipmedia/options.hpp>

#include <sipua/session_description_handler.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace sipmedia {

/// WebRTC media for a user agent: ICE, DTLS-SRTP, Opus, and VP8 or H.264 when `options.video` is set; offers and answers in
/// either order, hold, resume and session refreshes. Each session gets an engine of its own (`GstEngine`).
///
///     sipua::UserAgent ua(executor, {.uri = "sip:alice@example.com", .media = sipmedia::webrtc({.audio =
///     sipmedia::test_tone(440)})});
///
/// Without `options.local_addresses` a session whose signaling runs on loopback gathers on that address; else on every
/// interface but loopback.
///
/// Throws std::system_error (Errc::missing_plugin, with their names) when GStreamer elements are not installed, and
/// std::invalid_argument as rtp() does, for options with neither sound, video nor data, for a data channel whose
/// parameters contradict each other, and for an interval of ICE's checks that is out of range. Takes up to a second in
/// the first call of a process.
[[nodiscard]] sipua::SessionDescriptionHandlerFactory webrtc(WebRtcOptions options = {});

/// The m-lines that an engine may have besides that for sound, and what they share.
struct EngineLines {
    bool video = true;
    bool data = true;         ///< a data channel, as the options say
    bool offers_data = true;  ///< offers it: the options say so, or the session has one
    bool bundled = false;     ///< one transport for all of its offer, as the session has it (RFC 9143 §7.2)
};

/// Makes an engine of one session, with events for its handler: for the first exchange, and for each with a fresh media
/// path.
using EngineFactory = std::function<std::unique_ptr<MediaEngine>(const sipua::SessionContext& context,
                                                                 EngineLines lines, EngineEvents events)>;

/// When a session has video.
enum class VideoUse : std::uint8_t {
    never,
    on_request,  ///< once add_video() was called for it
    from_start,
};

/// The same negotiation over another engine. The factory is called when the session first needs media, on the agent's
/// executor; what it throws fails that session with 500. `data`: sessions have such a data channel. `audio`: its engines
/// have sound.
[[nodiscard]] sipua::SessionDescriptionHandlerFactory webrtc(EngineFactory factory,
                                                             VideoUse video = VideoUse::from_start,
                                                             std::optional<DataChannelOptions> data = std::nullopt,
                                                             bool audio = true);

}  // namespace sipmedia
