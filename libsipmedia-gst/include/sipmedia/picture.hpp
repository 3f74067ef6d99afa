// SPDX-License-Identifier: MIT
#pragma once

// The pictures that come from the peer of one session, decoded, while it goes on.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace sipua {
class Session;
class SessionDescriptionHandler;
}  // namespace sipua

namespace sipmedia {

/// One picture as I420: luma, then both parts of colour with half as many rows and columns, rounded up. What it points
/// to lives while the call lasts that gives it.
struct Picture {
    struct Plane {
        const std::uint8_t* rows = nullptr;
        std::size_t stride = 0;  ///< octets from one row to the next
    };
    unsigned width = 0;  ///< pixels; may change from picture to picture
    unsigned height = 0;
    std::array<Plane, 3> planes;  ///< Y, U, V
};

/// Where pictures go. Called by a streaming thread of the call: never waits.
class PictureSink {
public:
    virtual ~PictureSink() = default;
    virtual void write(const Picture& picture) = 0;
    /// The session is over: nothing else comes. By the session's executor.
    virtual void ended() {}
};

/// The pictures of one session. Any thread. It stays the same when the session negotiates again.
class SessionPicture {
public:
    virtual ~SessionPicture() = default;

    /// What the peer shows goes there too, besides WebRtcOptions::video_sink. Each sink once.
    virtual void add_seen(std::shared_ptr<PictureSink> sink) = 0;
    virtual void remove(const std::shared_ptr<PictureSink>& sink) = 0;
};

/// Null when the session can have no pictures: its options have none, or it is one of rtp(), or has no media yet.
/// Valid as long as somebody holds it.
[[nodiscard]] std::shared_ptr<SessionPicture> picture_of(sipua::SessionDescriptionHandler* handler);
[[nodiscard]] std::shared_ptr<SessionPicture> picture_of(const sipua::Session& session);

}  // namespace sipmedia
