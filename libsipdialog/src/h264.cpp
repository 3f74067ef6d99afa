// SPDX-License-Identifier: MIT
#include <sipdialog/h264.hpp>

#include "negotiation_codec.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace sipdialog {
namespace {

/// A row of RFC 6184 Table 5: the bits of profile-iop that count, and what they are.
struct ProfileRow {
    std::uint8_t profile_idc;
    std::uint8_t mask;
    std::uint8_t bits;
    H264Profile profile;
};
constexpr auto profile_table = std::to_array<ProfileRow>({
    {0x42, 0b0100'1111, 0b0100'0000, H264Profile::constrained_baseline}, // x1xx0000
    {0x4d, 0b1000'1111, 0b1000'0000, H264Profile::constrained_baseline}, // 1xxx0000
    {0x58, 0b1100'1111, 0b1100'0000, H264Profile::constrained_baseline}, // 11xx0000
    {0x42, 0b0100'1111, 0b0000'0000, H264Profile::baseline            }, // x0xx0000
    {0x58, 0b1100'1111, 0b1000'0000, H264Profile::baseline            }, // 10xx0000
    {0x4d, 0b1010'1111, 0b0000'0000, H264Profile::main                }, // 0x0x0000
    {0x58, 0b1100'1111, 0b0000'0000, H264Profile::extended            }, // 00xx0000
    {0x64, 0b1111'1111, 0b0000'0000, H264Profile::high                },
    {0x6e, 0b1111'1111, 0b0000'0000, H264Profile::high_10             },
    {0x7a, 0b1111'1111, 0b0000'0000, H264Profile::high_422            },
    {0xf4, 0b1111'1111, 0b0000'0000, H264Profile::high_444            },
    {0x6e, 0b1111'1111, 0b0001'0000, H264Profile::high_10_intra       },
    {0x7a, 0b1111'1111, 0b0001'0000, H264Profile::high_422_intra      },
    {0xf4, 0b1111'1111, 0b0001'0000, H264Profile::high_444_intra      },
    {0x2c, 0b1111'1111, 0b0001'0000, H264Profile::cavlc_444_intra     },
});

std::optional<std::uint32_t> number(std::string_view text, int base) noexcept {
    std::uint32_t value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, base);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
}

}  // namespace

H264Profile H264Format::profile() const noexcept {
    const auto idc = profile_level_id >> 16, iop = profile_level_id >> 8 & 0xff;
    const auto row = std::ranges::find_if(profile_table, [&](const ProfileRow& each) {
        return each.profile_idc == idc && (iop & each.mask) == each.bits;
    });
    return row == profile_table.end() ? H264Profile::unknown : row->profile;
}

std::optional<H264Format> read_h264(std::string_view fmtp) noexcept {
    constexpr std::size_t id_digits = 6;
    const auto mode = number(detail::parameter(fmtp, "packetization-mode", "0"), 10);
    const auto id_text = detail::parameter(fmtp, "profile-level-id", "42000a");
    const auto id = number(id_text, 16);
    if (!mode || *mode > 2 || !id || id_text.size() != id_digits) return std::nullopt;
    return H264Format{.packetization_mode = *mode,
                      .profile_level_id = *id,
                      .level_asymmetry_allowed = detail::parameter(fmtp, "level-asymmetry-allowed", "0") == "1"};
}

std::string to_string(const H264Format& format) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = format.level_asymmetry_allowed ? "level-asymmetry-allowed=1;" : "";
    text += "packetization-mode=" + std::to_string(format.packetization_mode) + ";profile-level-id=";
    for (int shift = 20; shift >= 0; shift -= 4) text += digits[format.profile_level_id >> shift & 0xf];
    return text;
}

bool is_same_configuration(const H264Format& a, const H264Format& b) noexcept {
    const bool known = a.profile() != H264Profile::unknown;
    const bool same = known ? a.profile() == b.profile() : a.profile_level_id >> 8 == b.profile_level_id >> 8;
    return same && a.packetization_mode == b.packetization_mode;
}

bool is_same_h264(std::string_view a, std::string_view b) noexcept {
    const auto format_a = read_h264(a), format_b = read_h264(b);
    return format_a && format_b && is_same_configuration(*format_a, *format_b);
}

H264Format answered(const H264Format& offered, const H264Format& ours) noexcept {
    H264Format answer = offered;
    answer.level_asymmetry_allowed = offered.level_asymmetry_allowed && ours.level_asymmetry_allowed;
    const bool own_level = answer.level_asymmetry_allowed || ours.level_idc() < offered.level_idc();
    if (own_level) answer.profile_level_id = (offered.profile_level_id & 0xff'ff'00) | ours.level_idc();
    return answer;
}

}  // namespace sipdialog
