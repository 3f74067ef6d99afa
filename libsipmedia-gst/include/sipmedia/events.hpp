// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/statistics.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace sipua {
class Session;
class SessionDescriptionHandler;
}  // namespace sipua

namespace sipmedia {

/// Of the candidates of one media path (W3C WebRTC, RTCIceGatheringState).
enum class GatheringState : std::uint8_t { fresh, gathering, complete };

/// Of the connectivity checks of one media path (W3C WebRTC, RTCIceConnectionState; RFC 8445 §6.1.3).
enum class IceState : std::uint8_t { fresh, checking, connected, completed, failed, disconnected, closed };

/// What the peer sends on one m-line. The same m-line is the same track for the whole session.
struct Track {
    std::size_t mline = 0;  ///< from 0, as in the descriptions
    MediaKind kind = MediaKind::audio;

    friend bool operator==(const Track&, const Track&) = default;
};

/// An address of ours where the peer may reach us.
struct LocalCandidate {
    std::size_t mline = 0;  ///< from 0, as in the descriptions
    std::string value;      ///< of a=candidate (RFC 8839 §5.1)

    friend bool operator==(const LocalCandidate&, const LocalCandidate&) = default;
};

/// What happens to the media of a session while it lasts. Every member is optional; all are called on the agent's
/// executor, never from inside an operation of the handler, and never after its close(). The session may end, and the
/// delegate be replaced, inside any of them.
struct MediaDelegate {
    /// A state that has just been left again may be passed over. A fresh media path begins anew.
    std::move_only_function<void(GatheringState)> on_gathering_state;
    std::move_only_function<void(IceState)> on_ice_state;
    /// Each once, before GatheringState::complete, whether it goes with the description or follows it. SIP.js:
    /// onicecandidate.
    std::move_only_function<void(const LocalCandidate&)> on_candidate;
    /// Both sides have agreed that the peer sends on this m-line: first, after hold, or because the line is new.
    std::move_only_function<void(const Track&)> on_track_added;
    /// The peer does not send there any more: it holds, we hold, or the line was refused (RFC 3264 §8.2, §8.4).
    std::move_only_function<void(const Track&)> on_track_removed;
    /// Nothing came of a track for WebRtcOptions::media_timeout though the peer may send, and then something did again.
    /// The call goes on. W3C: mute and unmute of a received track.
    std::move_only_function<void(const Track&)> on_media_lost;
    std::move_only_function<void(const Track&)> on_media_returned;
};

/// Sets the delegate of a session whose media is webrtc() or rtp(), which tells of tracks alone, in the place of the
/// one before; what has happened already is not told again. False, and nothing is set, when the session's media is
/// another. On the agent's executor.
bool watch_media(sipua::SessionDescriptionHandler* handler, MediaDelegate delegate);
bool watch_media(const sipua::Session& session, MediaDelegate delegate);

/// The description that is being made goes with the candidates found so far, when WebRtcOptions::gather_timeout is too
/// long: after the first that will do, say, in MediaDelegate::on_candidate. False, and nothing is done, when none is
/// being made, or none is found yet. On the agent's executor. SIP.js: iceGatheringComplete().
bool stop_gathering(sipua::SessionDescriptionHandler* handler);
bool stop_gathering(const sipua::Session& session);

}  // namespace sipmedia
