// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sipmedia {

enum class MediaKind : std::uint8_t { audio, video };

/// Figures of one m-line since the engine began. Octets include the RTP header, not SRTP, UDP or IP.
struct LineStatistics {
    std::size_t mline = 0;
    MediaKind kind = MediaKind::audio;
    bool active = false;  ///< false: refused, or not negotiated yet
    std::string codec;    ///< as SDP writes it: "opus", "H264"; empty while not active

    std::uint64_t packets_sent = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t packets_received = 0;  ///< counted after the jitter buffer, only while the line may receive
    std::uint64_t bytes_received = 0;
    std::uint64_t frames_decoded = 0;  ///< audio buffers (of 20 ms, usually) or pictures

    std::optional<std::chrono::nanoseconds> jitter;      ///< interarrival jitter of what we receive (RFC 3550 §6.4.1)
    std::optional<std::chrono::nanoseconds> round_trip;  ///< from the peer's receiver reports; absent before the first
    std::optional<std::int64_t> packets_lost;            ///< of what we receive (RFC 3550 §6.4.1)

    /// What an engine before this one counted on the same line. What is measured, not counted, is the last one's.
    void add_counts(const LineStatistics& earlier) noexcept {
        packets_sent += earlier.packets_sent;
        bytes_sent += earlier.bytes_sent;
        packets_received += earlier.packets_received;
        bytes_received += earlier.bytes_received;
        frames_decoded += earlier.frames_decoded;
    }
};

struct MediaStatistics {
    std::vector<LineStatistics> lines;  ///< in the order of the m-lines

    /// Line by line; lines that are no more keep theirs.
    void add_counts(const MediaStatistics& earlier) {
        for (std::size_t i = 0; i < earlier.lines.size(); ++i) {
            if (i < lines.size())
                lines[i].add_counts(earlier.lines[i]);
            else
                lines.push_back(earlier.lines[i]);
        }
    }
};

}  // namespace sipmedia
