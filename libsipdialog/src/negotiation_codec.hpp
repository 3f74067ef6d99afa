// SPDX-License-Identifier: MIT
#pragma once

// Which encodings are the same, and which of our capabilities serve which m-lines. Internal to negotiation.

#include <sipdialog/negotiation.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace sipdialog::detail {

/// An entry of an m-line with its parameters. Views into the description.
struct Format {
    sipmsg::sdp::RtpMap map;
    std::string_view fmtp;
};
[[nodiscard]] std::vector<Format> formats_of(const sipmsg::sdp::MediaDescription& media);

/// The value of "name=value" in a list separated by semicolons; names compare without case.
[[nodiscard]] std::string_view parameter(std::string_view fmtp, std::string_view name,
                                         std::string_view by_default) noexcept;

/// telephone-event, comfort noise, redundancy: of no use without an encoding beside it.
[[nodiscard]] bool is_auxiliary(std::string_view encoding) noexcept;
[[nodiscard]] bool is_telephone_event(std::string_view encoding) noexcept;

/// Same name, clock rate and channels, and equal in the parameters that are part of the format (RFC 3264 §6.1).
[[nodiscard]] bool is_same_format(const Format& a, const Format& b) noexcept;
[[nodiscard]] const Format* find_format(std::span<const Format> list, const Format& wanted) noexcept;

/// A codec of ours that was found in an offer, under the offer's number.
struct Match {
    const Codec* codec;
    std::uint8_t payload;
};
/// By the offer's order or by ours; auxiliary ones only beside an encoding of their clock rate. Empty: nothing in
/// common.
[[nodiscard]] std::vector<Match> common_codecs(const sipmsg::sdp::MediaDescription& offered,
                                               const MediaCapability& capability, bool own_order);

/// The codecs of a capability under the numbers of our offers, all different.
[[nodiscard]] std::vector<Match> numbered(const MediaCapability& capability);

/// What serves an m-line, or why nothing does. The reason of a line that wants no media is empty.
struct Service {
    const MediaCapability* capability = nullptr;
    std::vector<Match> codecs;
    Refusal refusal = {};
};
/// One entry an m-line. A capability serves one line at most; the first that fits is taken.
[[nodiscard]] std::vector<Service> assign(const SessionDescription& description, const MediaCapabilities& ours);

/// A line of ours for a capability, with these codecs under these numbers.
[[nodiscard]] sipmsg::sdp::MediaDescription media_line(const MediaCapability& capability, std::string_view protocol,
                                                       std::span<const Match> codecs, Direction direction);
/// A description of ours without media.
[[nodiscard]] SessionDescription frame(const MediaCapabilities& ours, const sipmsg::sdp::Origin& origin);

}  // namespace sipdialog::detail
