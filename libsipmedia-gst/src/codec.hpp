// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/options.hpp>
#include <sipmedia/statistics.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipmedia {

/// What the engine knows of a codec. Another codec is another row of the table in codec.cpp.
struct Codec {
    MediaKind kind;
    std::string_view name;                   ///< encoding name as GStreamer writes it, upper case
    std::string_view sdp_name;               ///< encoding name as its RFC writes it
    std::optional<unsigned> static_payload;  ///< of RFC 3551 Table 4
    unsigned clock_rate;                     ///< hertz, of RTP timestamps
    unsigned sdp_channels;                   ///< what rtpmap says
    std::string_view sdp_fmtp;               ///< our parameters
    unsigned pcm_rate;         ///< hertz of the mono 16-bit samples that encoder and decoder see; 0: not audio
    std::string_view format;   ///< further fields of the RTP caps
    std::string_view encoder;  ///< launch line; the bit rate follows as `rate_property`
    std::string_view rate_property;
    std::string_view complexity_property;
    std::string_view payloader;
    bool payloader_paces;      ///< the payloader, not the encoder, sets the packet time
    std::string_view decoder;  ///< from RTP to raw media; the decoding element is named "decoder"
    bool decodes_as_encoded;   ///< what comes out has the form that the encoder takes, whatever came in
};

[[nodiscard]] std::span<const Codec> codecs();
/// The GStreamer elements that a codec needs.
[[nodiscard]] std::vector<std::string> elements_of(const Codec& codec);

/// By encoding name, any case; null when we have none such, or when its elements are not installed.
[[nodiscard]] const Codec* find_codec(MediaKind kind, std::string_view name);

/// The same, installed or not.
[[nodiscard]] bool is_known_codec(MediaKind kind, std::string_view name);

/// Throws std::invalid_argument for a complexity that Opus has not.
void check_opus(unsigned complexity);

/// Throws std::invalid_argument for a list of audio codecs with a name that is not known, or none that is installed.
void check_codecs(const std::vector<std::string>& names);

/// The codec that we offer for a kind.
[[nodiscard]] const Codec& preferred_codec(MediaKind kind);

/// Telephone events as the peer numbers them. Their clock is that of the sound they stand for (RFC 4733 §2.1); some
/// peers have no other than 8000 beside Opus.
struct EventFormat {
    unsigned payload = 0;
    unsigned clock_rate = 0;
};

/// One codec as it was agreed for an m-line.
struct AgreedCodec {
    const Codec* codec = nullptr;
    unsigned payload = 0;
    std::uint32_t ssrc = 0;  ///< of what we send
    std::optional<EventFormat> events = {};
};

/// What is put before and into an encoder.
struct SendSource {
    std::string launch;
    std::uint32_t bitrate = 0;  ///< bits per second; 0: the encoder's own
    unsigned complexity = 5;    ///< how hard an encoder that lets one choose tries, 0 to 10
    unsigned packet_time = 20;  ///< milliseconds, where the payloader sets it
};

/// RTP caps for webrtcbin's codec preferences.
[[nodiscard]] std::string rtp_caps(const AgreedCodec& agreed);
/// The same for the telephone events that go with it.
[[nodiscard]] std::string event_caps(unsigned clock_rate, unsigned payload, std::uint32_t ssrc);
/// Source, a valve named "gate" (closed), encoder, payloader.
[[nodiscard]] std::string send_launch(const AgreedCodec& agreed, const SendSource& source);
/// Depayloader, decoder, for sound an element named "raw" behind which it has the form for programs, sink.
[[nodiscard]] std::string receive_launch(const Codec& codec, const std::string& sink);

}  // namespace sipmedia
