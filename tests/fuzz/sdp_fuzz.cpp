// SPDX-License-Identifier: MIT
// A session description: what is printed reads as the same value, and so does each attribute that has a type.
#include "require.hpp"

#include <sipmsg/sdp/ice.hpp>
#include <sipmsg/sdp/precondition.hpp>
#include <sipmsg/sdp/rtcp.hpp>
#include <sipmsg/sdp/rtp.hpp>
#include <sipmsg/sdp/security.hpp>
#include <sipmsg/sdp/streams.hpp>
#include <sipmsg/sdp/time.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

namespace sdp = sipmsg::sdp;

template <class T>
void check_typed(std::string_view text) {
    const auto value = T::parse(text);
    if (!value) return;
    const std::string printed = to_string(*value);
    const auto again = T::parse(printed);
    fuzz::require(again.has_value() && to_string(*again) == printed);
}

template <class... Types>
void check_each(std::string_view text) {
    (check_typed<Types>(text), ...);
}

/// A value is read as every type there is, whatever its name: more paths for the same octets.
void check_attributes(const sdp::Attributes& list) {
    for (const auto& attribute : list)
        check_each<sdp::Candidate, sdp::RemoteCandidates, sdp::Fingerprint, sdp::Crypto, sdp::Group, sdp::Msid,
                   sdp::Ssrc, sdp::SsrcGroup, sdp::Rid, sdp::Simulcast, sdp::Rtcp, sdp::RtcpFeedback, sdp::ExtMap,
                   sdp::CurrentStatus, sdp::DesiredStatus, sdp::ConfirmStatus>(attribute.text());
}

void check_times(const sdp::SessionDescription& description) {
    for (const auto& time : description.times) {
        (void)sdp::is_active(time, 4'000'000'000);
        (void)sdp::is_active(time, time.start);
        for (const auto& repeat : time.repeats) check_typed<sdp::Repeat>(repeat);
        if (!time.zone) continue;
        const auto zone = sdp::zone_adjustments(*time.zone);
        if (zone) fuzz::require(sdp::zone_adjustments(to_string(*zone)) == zone);
    }
}

void check_media(const sdp::SessionDescription& description, const sdp::MediaDescription& media) {
    (void)sdp::direction(description, media);
    (void)sdp::rtpmaps(media);
    (void)sdp::ptime(media);
    (void)sdp::maxptime(media);
    (void)sdp::setup(description, media);
    (void)sdp::ice_credentials(description, media);
    (void)sdp::ice_options(description, media);
    for (const auto& fingerprint : sdp::fingerprints(description, media)) fuzz::require(!fingerprint.octets().empty());
    if (!media.connection) return;
    (void)media.connection->ttl();
    (void)media.connection->count();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto description = sipmsg::sdp::parse({reinterpret_cast<const char*>(data), size});
    if (!description) {
        fuzz::require(description.error().offset <= size);
        return 0;
    }
    const std::string printed = sipmsg::sdp::to_string(*description);
    // Printing adds the lines that were missing, so what stood at a limit may pass it.
    const sipmsg::sdp::SdpLimits roomy{.octets = 1'048'576,
                                       .line_octets = 65'536,
                                       .lines = 65'536,
                                       .media_lines = 64,
                                       .formats = 128,
                                       .attributes = 1024,
                                       .candidates = 1024,
                                       .other_lines = 128};
    const auto again = sipmsg::sdp::parse(printed, roomy);
    fuzz::require(again.has_value() && sipmsg::sdp::to_string(*again) == printed);
    check_attributes(description->attributes);
    check_times(*description);
    for (const auto& media : description->media) {
        check_attributes(media.attributes);
        check_media(*description, media);
    }
    return 0;
}
