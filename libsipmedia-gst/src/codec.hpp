// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/options.hpp>
#include <sipmedia/statistics.hpp>

#include <span>
#include <string>
#include <string_view>

namespace sipmedia {

/// What the engine knows of a codec. Another codec is another row of the table in codec.cpp.
struct Codec {
    MediaKind kind;
    std::string_view name;      ///< encoding name as GStreamer writes it, upper case
    std::string_view sdp_name;  ///< encoding name as its RFC writes it
    unsigned clock_rate;        ///< hertz
    std::string_view format;    ///< further fields of the RTP caps
    std::string_view raw;       ///< from the source's raw media to what the encoder takes
    std::string_view encoder;   ///< launch line; the bit rate follows as `rate_property`
    std::string_view rate_property;
    std::string_view payloader;
    std::string_view decoder;  ///< from RTP to raw media; the decoding element is named "decoder"
};

[[nodiscard]] std::span<const Codec> codecs();

/// By encoding name, any case; null when we have none such.
[[nodiscard]] const Codec* find_codec(MediaKind kind, std::string_view name);

/// The codec that we offer for a kind.
[[nodiscard]] const Codec& preferred_codec(MediaKind kind);

/// One codec as it was agreed for an m-line.
struct AgreedCodec {
    const Codec* codec = nullptr;
    unsigned payload = 0;
    std::uint32_t ssrc = 0;  ///< of what we send
};

/// RTP caps for webrtcbin's codec preferences.
[[nodiscard]] std::string rtp_caps(const AgreedCodec& agreed);
/// Source, a valve named "gate" (closed), encoder, payloader.
[[nodiscard]] std::string send_launch(const AgreedCodec& agreed, const WebRtcOptions& options);
/// Depayloader, decoder, sink.
[[nodiscard]] std::string receive_launch(const Codec& codec, const WebRtcOptions& options);

}  // namespace sipmedia
