// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/session.hpp>

#include <asio/awaitable.hpp>

#include <functional>
#include <string>
#include <system_error>
#include <vector>

namespace sipstrata {

/// What the flags of a verb say of its media.
struct MediaFlags {
    std::string media;  ///< "none", "sound", "test"; empty: "test" when something below is set
    std::string srtp;   ///< "none", "sdes", "dtls"; empty: what fits
    std::vector<std::string> codecs;
    std::vector<std::string> video_codecs;
    unsigned tone = 0;   ///< hertz; 0: 440
    std::string play;    ///< a sound file, instead of the tone
    std::string record;  ///< a wav, webm or matroska file
    std::string dtmf;    ///< tones to send when a call stands
    bool data = false;   ///< a data channel

    [[nodiscard]] bool moves_media() const;
};

/// The signalling-only handler, or test sources on these addresses (IP literals). Throws std::invalid_argument when
/// this program was built without media, GStreamer elements are missing, or a codec is not known.
[[nodiscard]] sipua::SessionDescriptionHandlerFactory make_media(const MediaFlags& flags,
                                                                 std::vector<std::string> addresses = {"127.0.0.1"});

/// Ends a recording, and says why it could not be written, if so.
using FinishTape = std::move_only_function<asio::awaitable<std::error_code>()>;

/// Records the call until the result is called or goes; nothing when `file` is empty, or without media in this program.
/// The first call goes to "call.wav", a later one to "call.2.wav" and so on. Throws std::system_error when it cannot be
/// made.
[[nodiscard]] FinishTape record_call(const sipua::Session& call, asio::any_io_executor executor,
                                     const std::string& file);

/// Plays `file` into the call from now on, then silence; nothing when it is empty, or without media in this program.
/// Throws std::system_error when it cannot be played.
void play_into_call(const sipua::Session& call, asio::any_io_executor executor, const std::string& file);

/// With the next fresh media path a picture is offered, and taken. False where there is none to show.
bool add_picture(const sipua::Session& call);

/// "audio opus: 250 packets sent, 248 received, ..." one line a stream.
[[nodiscard]] std::string media_report(const sipua::MediaStatistics& statistics, const std::string& prefix);

}  // namespace sipstrata
