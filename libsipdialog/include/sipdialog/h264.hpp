// SPDX-License-Identifier: MIT
#pragma once

// H.264 in descriptions: what makes two of its formats the same, and what to answer to an offered one (RFC 6184 §8).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipdialog {

/// RFC 6184 §8.1, Table 5. `unknown`: none of them.
enum class H264Profile : std::uint8_t {
    unknown,
    constrained_baseline,
    baseline,
    main,
    extended,
    high,
    high_10,
    high_422,
    high_444,
    high_10_intra,
    high_422_intra,
    high_444_intra,
    cavlc_444_intra,
};

/// The parameters of a format that its other side must know.
struct H264Format {
    unsigned packetization_mode = 0;  ///< 0: one NAL unit a packet; 1: fragments and aggregates; 2: interleaved
    std::uint32_t profile_level_id = 0x42'00'0a;  ///< profile_idc, profile-iop, level_idc
    bool level_asymmetry_allowed = false;         ///< each side may have a level of its own

    [[nodiscard]] H264Profile profile() const noexcept;
    /// Ten times the level: 31 is 3.1. Level 1b is 9 or 11, as written.
    [[nodiscard]] unsigned level_idc() const noexcept { return profile_level_id & 0xff; }

    friend bool operator==(const H264Format&, const H264Format&) = default;
};

/// The parameters of an a=fmtp, defaults where it says nothing. Nothing when a value is malformed. RFC 6184 §8.1.
[[nodiscard]] std::optional<H264Format> read_h264(std::string_view fmtp) noexcept;
/// "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", as browsers write it.
[[nodiscard]] std::string to_string(const H264Format& format);

/// Same profile, whatever octets say it, and same packetization mode; levels may differ. Of unknown profiles the octets
/// are compared. RFC 6184 §8.2.2.
[[nodiscard]] bool is_same_configuration(const H264Format& a, const H264Format& b) noexcept;

/// The same of two a=fmtp; false when one is malformed.
[[nodiscard]] bool is_same_h264(std::string_view a, std::string_view b) noexcept;

/// What answers an offered format of the same configuration as ours: the offered profile, and our level where each side
/// may have its own, else the lower of both. RFC 6184 §8.2.2.
[[nodiscard]] H264Format answered(const H264Format& offered, const H264Format& ours) noexcept;

}  // namespace sipdialog
