// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sipmedia {

/// Where sound comes from: the first part of a GStreamer launch line that ends in raw audio. It must be live.
/// `AudioSource{"pulsesrc"}` is a microphone. The text comes from the application and is trusted.
struct AudioSource {
    std::string launch;
};

/// Where pictures come from: the first part of a launch line that ends in raw video. It must be live.
struct VideoSource {
    std::string launch;
};

/// Where decoded media goes: the last part of a launch line that takes raw audio or raw video.
struct Sink {
    std::string launch;
};

/// A sine tone of `hz` hertz, at a quarter of full scale.
[[nodiscard]] AudioSource test_tone(unsigned hz = 440);
/// Silence, in real time.
[[nodiscard]] AudioSource silence();
/// A moving test picture.
[[nodiscard]] VideoSource test_pattern(unsigned width = 320, unsigned height = 240, unsigned frames_per_second = 15);
/// Decodes and throws away; what was decoded shows in the statistics.
[[nodiscard]] Sink fake_sink();

/// How m-lines share transports in an offer that we make (RFC 9143). An answer follows its offer.
enum class Bundle : std::uint8_t {
    none,  ///< each m-line has a transport of its own: every peer understands it
    all,   ///< one transport for all; for peers known to be browsers
};

/// UDP ports for ICE, both ends included; 0 and 0 leave the choice to the system.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
};

/// A data channel (RFC 8831), and how ours is opened (RFC 8832 §5.1). What a peer opens is as the peer says.
struct DataChannelOptions {
    bool offer = true;          ///< in our first offers; false: only taken when the peer offers one
    std::string label = {};     ///< up to 65535 octets of UTF-8. Not a secret: it leaves before the peer is known
    std::string protocol = {};  ///< what is spoken in it, the same
    bool ordered = true;
    /// Give up after so many retransmissions, or so long; one of them at most. Without them nothing is lost.
    std::optional<std::uint16_t> max_retransmits = std::nullopt;
    std::optional<std::chrono::milliseconds> max_lifetime = std::nullopt;
    /// Octets of messages that wait to be sent; 128 KiB at least. Then DataChannel::send() waits.
    std::size_t capacity = std::size_t{1} << 20;
};

/// What one WebRTC endpoint sends, plays and listens on. An aggregate: set what differs.
struct WebRtcOptions {
    std::optional<AudioSource> audio = silence();  ///< without it no sound is offered, and offered sound is refused
    Sink audio_sink = fake_sink();
    std::optional<VideoSource> video;  ///< without it no video is offered, and offered video is refused
    bool video_on_request = false;     ///< the same with it, until add_video() is called for the session
    Sink video_sink = fake_sink();
    std::optional<DataChannelOptions> data_channel;  ///< without it none is offered, and an offered one is refused

    /// Addresses to gather ICE candidates on, as text. Empty: every interface but loopback.
    std::vector<std::string> local_addresses;
    PortRange ports;
    std::string stun_server;                ///< "stun://host:port"; empty: none
    std::vector<std::string> turn_servers;  ///< "turn://user:password@host:port?transport=udp", percent-encoded
    /// Gathering ends then at the latest, with the candidates found so far.
    std::chrono::milliseconds gather_timeout{3000};
    /// ICE and DTLS must be up that long after both descriptions are known, or the engine fails.
    std::chrono::milliseconds connect_timeout{30000};
    /// How often ICE sends a check, as our descriptions wish it (a=ice-pacing, RFC 8839 §5.5): 5 to 1000 ms. With a
    /// peer that says the same, the longer holds; else libnice's 20 ms. 0: nothing is said.
    std::chrono::milliseconds ice_pacing{5};
    /// The media of an m-line that may be received counts as lost when no packet has come for so long; 0: never.
    std::chrono::milliseconds media_timeout{5000};
    std::chrono::milliseconds latency{60};  ///< size of the jitter buffer
    Bundle bundle = Bundle::none;

    /// By preference, as RtpOptions::codecs: the order of our offers; of an offer the first that is among them is
    /// taken.
    std::vector<std::string> codecs = {"opus", "PCMU", "PCMA"};
    /// The same for pictures. Those that are not installed are left out; one must be there.
    std::vector<std::string> video_codecs = {"VP8", "H264"};
    std::uint8_t opus_payload = 111;      ///< payload type of Opus in our offers
    std::uint8_t vp8_payload = 96;        ///< of VP8
    std::uint8_t h264_payload = 102;      ///< of H.264, which is offered in its constrained baseline profile
    std::uint32_t opus_bitrate = 32'000;  ///< bits per second
    /// How hard the Opus encoder tries, 0 to 10. From 7 on it also tells speech from music, which at this bit rate
    /// costs four times the time of 5 when somebody speaks.
    unsigned opus_complexity = 5;
    std::uint32_t video_bitrate = 300'000;  ///< bits per second
};

/// The GStreamer elements that `options` need and that are not installed; empty when all is well.
/// Initialises GStreamer on the first call (up to a second when its registry is cold). Any thread.
[[nodiscard]] std::vector<std::string> missing_elements(const WebRtcOptions& options);

}  // namespace sipmedia
