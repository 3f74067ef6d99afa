// SPDX-License-Identifier: MIT
#include <sipdialog/h264.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipdialog;

namespace {

H264Profile profile(std::uint32_t profile_and_iop) {
    return H264Format{.profile_level_id = profile_and_iop << 8 | 31}.profile();
}

std::string answer_to(std::string_view offered, std::string_view ours) {
    const auto theirs = read_h264(offered), own = read_h264(ours);
    REQUIRE(theirs);
    REQUIRE(own);
    REQUIRE(is_same_configuration(*theirs, *own));
    return to_string(answered(*theirs, *own));
}

}  // namespace

TEST_CASE("A profile is known by the bits that make it (RFC 6184 §8.1, Table 5)") {
    for (const std::uint32_t each : {0x42c0, 0x42e0, 0x42f0, 0x4240, 0x4d80, 0x4dc0, 0x4df0, 0x58c0, 0x58f0})
        CHECK(profile(each) == H264Profile::constrained_baseline);
    for (const std::uint32_t each : {0x4200, 0x4280, 0x42b0, 0x5880, 0x58b0})
        CHECK(profile(each) == H264Profile::baseline);
    for (const std::uint32_t each : {0x4d00, 0x4d40, 0x4d50}) CHECK(profile(each) == H264Profile::main);
    for (const std::uint32_t each : {0x5800, 0x5830}) CHECK(profile(each) == H264Profile::extended);
    CHECK(profile(0x6400) == H264Profile::high);
    CHECK(profile(0x6e00) == H264Profile::high_10);
    CHECK(profile(0x6e10) == H264Profile::high_10_intra);
    CHECK(profile(0xf410) == H264Profile::high_444_intra);
    CHECK(profile(0x2c10) == H264Profile::cavlc_444_intra);
    for (const std::uint32_t each : {0x640c, 0x42e1, 0x4d20, 0x2c00, 0x0000})
        CHECK(profile(each) == H264Profile::unknown);
}

TEST_CASE("Parameters have defaults, any order and any case of their names (RFC 6184 §8.1)") {
    CHECK(read_h264("") == H264Format{0, 0x42000a, false});
    CHECK(read_h264("sprop-parameter-sets=Z0IAH5WoFAFuQA==,aM48gA==; Profile-Level-ID=42E01F;packetization-mode=1;"
                    "level-asymmetry-allowed=1") == H264Format{1, 0x42e01f, true});
    for (const char* malformed : {"profile-level-id=42e0", "profile-level-id=42e01f00", "profile-level-id=42e01g",
                                  "profile-level-id=", "packetization-mode=3", "packetization-mode=x"})
        CHECK_FALSE(read_h264(malformed));
    const H264Format format{1, 0x42e01f, true};
    CHECK(to_string(format) == "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
    CHECK(read_h264(to_string(format)) == format);
}

TEST_CASE("An answer keeps profile and mode, and its level is its own only if both sides say so (RFC 6184 §8.2.2)") {
    const char* ours = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
    CHECK(answer_to("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42c034", ours) ==
          "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42c01f");
    CHECK(answer_to("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e00c", ours) ==
          "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
    CHECK(answer_to("packetization-mode=1;profile-level-id=42e034", ours) ==
          "packetization-mode=1;profile-level-id=42e01f");
    CHECK(answer_to("packetization-mode=1;profile-level-id=42f00b", ours) ==
          "packetization-mode=1;profile-level-id=42f00b");
    const auto own = *read_h264(ours);
    for (const char* other :
         {"", "profile-level-id=42e01f", "packetization-mode=1;profile-level-id=42001f",
          "packetization-mode=1;profile-level-id=4d001f", "packetization-mode=2;profile-level-id=42e01f",
          "packetization-mode=1;profile-level-id=640c1f"})
        CHECK_FALSE(is_same_configuration(*read_h264(other), own));
    const H264Format odd{1, 0x640c1f, false}, same{1, 0x640c28, false}, another{1, 0x640d1f, false};
    CHECK(is_same_configuration(odd, same));
    CHECK_FALSE(is_same_configuration(odd, another));
}
