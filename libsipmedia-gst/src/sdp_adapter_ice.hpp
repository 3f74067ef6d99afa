// SPDX-License-Identifier: MIT
#pragma once

// The parts of ICE, DTLS and BUNDLE in a description that the adapter reads. Internal.

#include <sipmsg/sdp/sdp.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmedia::detail {

using sipmsg::sdp::MediaDescription;
using sipmsg::sdp::SessionDescription;

/// What the adapter wants of an a=candidate line (RFC 8839 §5.1). Views into it.
struct Candidate {
    std::uint32_t component = 0;
    std::string_view transport;
    std::uint32_t priority = 0;
    std::string_view address;
    std::uint16_t port = 0;
};
[[nodiscard]] std::optional<Candidate> parse_candidate(std::string_view value) noexcept;
/// UDP, component 1, and an IP address (not a name, which would be resolved).
[[nodiscard]] bool is_usable(const Candidate& candidate);
/// The usable candidate of the highest priority.
[[nodiscard]] std::optional<Candidate> best_candidate(const MediaDescription& media);

[[nodiscard]] std::optional<std::string_view> mid_of(const MediaDescription& media) noexcept;

/// Same for every line that shares a transport (RFC 9143 §7.1.3), and may be written in the first of them alone.
inline constexpr auto transport_names =
    std::to_array<std::string_view>({"ice-ufrag", "ice-pwd", "setup", "fingerprint", "rtcp-mux"});

/// The mids of the first a=group:BUNDLE (RFC 9143 §7); empty when there is none.
[[nodiscard]] std::vector<std::string> bundle(const SessionDescription& description);
/// Replaces it; an empty list removes it.
void set_bundle(SessionDescription& description, const std::vector<std::string>& mids);
/// Takes the mids of refused lines out of it.
void prune_bundle(SessionDescription& description);
[[nodiscard]] bool is_bundled(const std::vector<std::string>& mids, const MediaDescription& media);

/// The line has no direction, as one for data channels must not.
void remove_direction(MediaDescription& media);

/// One line that says no: port 0, its formats, c=, its mid, a=inactive.
[[nodiscard]] MediaDescription refused_line(const MediaDescription& media);

/// "SHA-256 AB:CD" -> "sha-256 AB:CD"; the sha-256 one when there are several, "" when there is none.
[[nodiscard]] std::string fingerprint_of(const SessionDescription& description, const MediaDescription& media);

}  // namespace sipmedia::detail
