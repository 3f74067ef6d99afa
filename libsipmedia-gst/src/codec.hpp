// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/dtmf.hpp>
#include <sipmedia/options.hpp>
#include <sipmedia/statistics.hpp>

#include <sipdialog/negotiation.hpp>

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
    std::uint8_t WebRtcOptions::*payload;    ///< in WebRTC offers, without that one
    unsigned clock_rate;                     ///< hertz, of RTP timestamps
    unsigned sdp_channels;                   ///< what rtpmap says
    std::string_view sdp_fmtp;               ///< our parameters, in offers
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

/// Throws std::invalid_argument for a list of codecs with a name that is not known, or none that is installed.
void check_codecs(MediaKind kind, const std::vector<std::string>& names);

/// Those of a list that are installed, in its order.
[[nodiscard]] std::vector<const Codec*> installed_codecs(MediaKind kind, const std::vector<std::string>& names);

/// The elements that are missing for a list of codecs: of the first, when none is there.
[[nodiscard]] std::vector<std::string> missing_for(MediaKind kind, const std::vector<std::string>& names);

/// As descriptions write it.
[[nodiscard]] sipdialog::Codec described(const Codec& codec);
/// Our parameters in the answer to an offer with these.
[[nodiscard]] std::string answered_fmtp(const Codec& codec, std::string_view offered);

/// One codec as it was agreed for an m-line.
struct AgreedCodec {
    const Codec* codec = nullptr;
    unsigned payload = 0;
    std::uint32_t ssrc = 0;  ///< of what we send
    std::optional<EventFormat> events = {};
    std::string fmtp = {};  ///< what our description says of it
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
