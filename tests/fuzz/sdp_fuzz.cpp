// SPDX-License-Identifier: MIT
// A session description: what is printed reads as the same value.
#include "require.hpp"

#include <sipmsg/sdp/sdp.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto description = sipmsg::sdp::parse({reinterpret_cast<const char*>(data), size});
    if (!description) return 0;
    const std::string printed = sipmsg::sdp::to_string(*description);
    // Printing adds the lines that were missing, so what stood at a limit may pass it.
    const sipmsg::sdp::SdpLimits roomy{.octets = 1'048'576,
                                       .line_octets = 65'536,
                                       .media_lines = 64,
                                       .formats = 128,
                                       .attributes = 1024,
                                       .other_lines = 128};
    const auto again = sipmsg::sdp::parse(printed, roomy);
    fuzz::require(again.has_value() && sipmsg::sdp::to_string(*again) == printed);
    for (const auto& media : description->media) (void)sipmsg::sdp::direction(*description, media);
    return 0;
}
