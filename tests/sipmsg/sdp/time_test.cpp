// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/time.hpp>

#include <doctest/doctest.h>

#include <string>

namespace sdp = sipmsg::sdp;

TEST_CASE("Times carry units, case counts and they do not overflow (RFC 8866 §5.10)") {
    CHECK(sdp::typed_time("0") == 0);
    CHECK(sdp::typed_time("90000") == 90'000);
    CHECK(sdp::typed_time("7d") == 604'800);
    CHECK(sdp::typed_time("25h") == 90'000);
    CHECK(sdp::typed_time("5m") == 300);
    CHECK(sdp::typed_time("30s") == 30);
    CHECK(sdp::typed_time("9223372036854775807") == 9'223'372'036'854'775'807U);
    for (const auto* text : {"", "d", "7D", "7w", "1.5h", "-1h", "7 d", "7dd", "9223372036854775808",
                             "106751991167301d", "18446744073709551616"}) {
        CAPTURE(std::string(text));
        CHECK(!sdp::typed_time(text));
    }
}

TEST_CASE("A time is printed the short way and reads back (RFC 8866 §5.10)") {
    CHECK(sdp::typed_time_text(604'800) == "7d");
    CHECK(sdp::typed_time_text(90'000) == "25h");
    CHECK(sdp::typed_time_text(5'400) == "90m");
    CHECK(sdp::typed_time_text(61) == "61");
    CHECK(sdp::typed_time_text(0) == "0");
    for (std::uint64_t seconds = 0; seconds < 200'000; seconds += 7)
        CHECK(sdp::typed_time(sdp::typed_time_text(seconds)) == seconds);
}

TEST_CASE("Repeats are an interval, a duration and offsets (RFC 8866 §5.10)") {
    const auto repeat = sdp::Repeat::parse("7d 1h 0 25h");
    REQUIRE(repeat);
    CHECK(repeat->interval == 604'800);
    CHECK(repeat->duration == 3'600);
    CHECK(repeat->offsets == std::vector<std::uint64_t>{0, 90'000});
    CHECK(sdp::Repeat::parse("604800 3600 0 90000") == repeat);
    CHECK(to_string(*repeat) == "7d 1h 0 25h");
    for (const auto* text : {"", "7d", "7d 1h", "0 1h 0", "7d 1h x", "7d  1h 0", "7d 1h 0 "}) {
        CAPTURE(std::string(text));
        CHECK(!sdp::Repeat::parse(text));
    }
}

TEST_CASE("Zone adjustments are times and signed offsets (RFC 8866 §5.11)") {
    const auto list = sdp::zone_adjustments("3730928400 -1h 3749680800 0");
    REQUIRE(list);
    CHECK(*list == std::vector<sdp::ZoneAdjustment>{
                       {3'730'928'400, -3'600},
                       {3'749'680'800, 0     }
    });
    CHECK(to_string(*list) == "3730928400 -1h 3749680800 0");
    for (const auto* text : {"", "1", "1 x", "1 --1", "-1 1h", "1 1h 2"}) {
        CAPTURE(std::string(text));
        CHECK(!sdp::zone_adjustments(text));
    }
}

TEST_CASE("A session is active inside its times, its repeats and its zone (RFC 8866 §5.9 to §5.11)") {
    CHECK(sdp::is_active({}, 0));
    CHECK(sdp::is_active({}, UINT64_MAX));
    CHECK(!sdp::is_active({.start = 100, .stop = 200}, 99));
    CHECK(sdp::is_active({.start = 100, .stop = 200}, 100));
    CHECK(!sdp::is_active({.start = 100, .stop = 200}, 200));
    CHECK(sdp::is_active({.start = 100, .stop = 0}, UINT64_MAX));

    const std::uint64_t start = 4'000'000'000;
    sdp::Time weekly{.start = start, .stop = start + 100 * 604'800, .repeats = {"7d 1h 0 25h"}};
    CHECK(sdp::is_active(weekly, start));
    CHECK(!sdp::is_active(weekly, start + 3'600));
    CHECK(sdp::is_active(weekly, start + 90'000));
    CHECK(sdp::is_active(weekly, start + 50 * 604'800 + 90'000 + 3'599));
    CHECK(!sdp::is_active(weekly, start + 50 * 604'800 + 90'000 + 3'600));
    weekly.zone = std::to_string(start + 10 * 604'800) + " -1h " + std::to_string(start + 20 * 604'800) + " 2h";
    CHECK(sdp::is_active(weekly, start + 9 * 604'800));
    CHECK(!sdp::is_active(weekly, start + 12 * 604'800));
    CHECK(sdp::is_active(weekly, start + 12 * 604'800 - 3'600));
    CHECK(sdp::is_active(weekly, start + 30 * 604'800 + 7'200));
    CHECK(!sdp::is_active(weekly, start + 30 * 604'800));

    const sdp::Time always{.start = 1, .stop = 0, .repeats = {"1m 1h 0"}};
    CHECK(sdp::is_active(always, 3'000));
    const sdp::Time broken{.start = 1, .stop = 0, .repeats = {"nonsense"}};
    CHECK(sdp::is_active(broken, 5));
}
