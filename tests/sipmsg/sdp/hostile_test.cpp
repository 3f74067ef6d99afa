// SPDX-License-Identifier: MIT
// What hostile descriptions cost, and that every typed reader survives them.
#include "sdp_samples.hpp"

#include <sipmsg/sdp/ice.hpp>
#include <sipmsg/sdp/precondition.hpp>
#include <sipmsg/sdp/rtcp.hpp>
#include <sipmsg/sdp/rtp.hpp>
#include <sipmsg/sdp/security.hpp>
#include <sipmsg/sdp/streams.hpp>
#include <sipmsg/sdp/time.hpp>

#include <doctest/doctest.h>

#include <string>

namespace sdp = sipmsg::sdp;
using sipmsg::ParseErrc;

namespace {

const std::string head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";

std::string repeated(int count, const std::string& text) {
    std::string out;
    for (int i = 0; i < count; ++i) out += text;
    return out;
}

void check_refused(const std::string& text, ParseErrc code, std::size_t offset, const sdp::SdpLimits& limits = {}) {
    const auto result = sdp::parse(text, limits);
    REQUIRE(!result);
    CHECK(to_string(result.error().code) == to_string(code));
    CHECK(result.error().offset == offset);
}

template <class T>
bool prints_stably(std::string_view text) {
    const auto value = T::parse(text);
    if (!value) return true;
    const auto printed = to_string(*value);
    const auto again = T::parse(printed);
    return again && to_string(*again) == printed;
}

bool all_print_stably(std::string_view text) {
    return prints_stably<sdp::Candidate>(text) && prints_stably<sdp::RemoteCandidates>(text) &&
           prints_stably<sdp::Fingerprint>(text) && prints_stably<sdp::Crypto>(text) &&
           prints_stably<sdp::Group>(text) && prints_stably<sdp::Msid>(text) && prints_stably<sdp::Ssrc>(text) &&
           prints_stably<sdp::SsrcGroup>(text) && prints_stably<sdp::Rid>(text) &&
           prints_stably<sdp::Simulcast>(text) && prints_stably<sdp::Rtcp>(text) &&
           prints_stably<sdp::RtcpFeedback>(text) && prints_stably<sdp::ExtMap>(text) &&
           prints_stably<sdp::CurrentStatus>(text) && prints_stably<sdp::DesiredStatus>(text) &&
           prints_stably<sdp::Repeat>(text);
}

}  // namespace

TEST_CASE("Candidates and lines are counted, and their number has a limit") {
    const std::string candidate = "a=candidate:1 1 UDP 1 192.0.2.1 1 typ host\r\n";
    const std::string media = "m=audio 9 RTP/AVP 0\r\n";
    CHECK(sdp::parse(head + media + repeated(64, candidate)));
    check_refused(head + media + repeated(65, candidate), ParseErrc::too_many,
                  head.size() + media.size() + 64 * candidate.size() + 2);
    CHECK(sdp::parse(head + media + repeated(64, candidate) + media + repeated(64, candidate)));
    check_refused(head + repeated(1300, candidate), ParseErrc::too_many, head.size() + 64 * candidate.size() + 2);
    check_refused(head + repeated(7, "a=x\r\n"), ParseErrc::too_many, head.size() + 6 * 5, {.lines = 10});
    CHECK(sdp::parse(head + repeated(6, "a=x\r\n"), {.lines = 10}));
}

TEST_CASE("A description at its limits is read with every accessor, and dangling attributes mean nothing") {
    std::string text = head;
    for (int m = 0; m < 8; ++m) {
        text += "m=audio 9 RTP/AVP" + repeated(64, " 96") + "\r\n";
        text += repeated(200, "a=rtpmap:97 x/0\r\na=fmtp:98 =\r\n");
    }
    const auto description = sdp::parse(text);
    REQUIRE(description);
    for (const auto& media : description->media) {
        CHECK(sdp::rtpmaps(media).empty());
        CHECK(sdp::fmtp(media, 96).empty());
        CHECK(sdp::fmtp_params(media, 98).begin()->name.empty());
        CHECK(!sdp::ice_credentials(*description, media));
    }
}

TEST_CASE("Numbers at and past their range are told apart (RFC 8866 §5.7, §5.8, §5.14)") {
    const auto connection = [](const std::string& address, const std::string& type = "IP4") {
        return sdp::Connection{"IN", type, address};
    };
    CHECK(connection("233.252.0.1/127/3").ttl() == 127);
    CHECK(connection("233.252.0.1/127/3").count() == 3);
    CHECK(connection("233.252.0.1/127/3").host() == "233.252.0.1");
    CHECK(connection("233.252.0.1/255").count() == 1);
    CHECK(connection("192.0.2.9").count() == 1);
    CHECK(!connection("192.0.2.9").ttl());
    CHECK(!connection("233.252.0.1/256").ttl());
    CHECK(!connection("233.252.0.1/1/0").count());
    CHECK(!connection("233.252.0.1/1/4294967296").count());
    CHECK(!connection("233.252.0.1//3").ttl());
    CHECK(!connection("233.252.0.1/1/2/3").count());
    CHECK(connection("ff00::db8:0:101/3", "IP6").count() == 3);
    CHECK(!connection("ff00::db8:0:101/3", "IP6").ttl());
    CHECK(!connection("ff00::db8:0:101/127/3", "IP6").count());
    CHECK(connection("").host().empty());
}

TEST_CASE("An error names its line (RFC 8866 §5)") {
    const std::string text = head + "m=audio 70000 RTP/AVP 0\r\n";
    const auto result = sdp::parse(text);
    REQUIRE(!result);
    CHECK(sdp::to_string(result.error(), text) == "line 5, octet 51: out of range, wanted a port up to 65535");
    CHECK(sdp::line_number("a\nb\nc", 0) == 1);
    CHECK(sdp::line_number("a\nb\nc", 4) == 3);
    CHECK(sdp::line_number("a\nb", 900) == 2);
    CHECK(sdp::line_number("", 0) == 1);
}

TEST_CASE("z= belongs to the t= and r= lines before it (RFC 8866 §5.11, §9)") {
    const std::string text =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=1 2\r\nr=7d 1h 0\r\nz=5 -1h\r\nt=3 4\r\nr=1d 1h 0\r\n"
        "z=6 1h\r\nk=prompt\r\na=x\r\n";
    const auto description = sdp::parse(text);
    REQUIRE(description);
    CHECK(to_string(*description) == text);
    CHECK(description->times[0].zone == "5 -1h");
    CHECK(description->times[1].zone == "6 1h");
    check_refused("v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nz=1 1h\r\n", ParseErrc::syntax, 28);
    check_refused(head + "z=1 1h\r\nz=2 1h\r\n", ParseErrc::duplicate, head.size() + 10);
    check_refused(head + "m=audio 9 RTP/AVP 0\r\nz=1 1h\r\n", ParseErrc::syntax, head.size() + 21);
}

TEST_CASE("Every octet of every typed attribute may change, and what is still read prints stably") {
    for (const auto* name : {"chromium156-offer-av", "firefox153-offer-av", "linphone51-answer-audio"}) {
        const auto description = sdp::parse(sdp_sample(name));
        REQUIRE(description);
        for (const auto& attribute : description->media[0].attributes) {
            const std::string value(attribute.text());
            for (std::size_t i = 0; i <= value.size(); ++i) {
                CAPTURE(value);
                CAPTURE(i);
                CHECK(all_print_stably(value.substr(0, i)));
                for (const char c : {' ', ':', '/', ';', ',', '~', '\xff'}) {
                    std::string changed = value;
                    if (i < value.size()) changed[i] = c;
                    CHECK(all_print_stably(changed));
                }
            }
        }
    }
}

TEST_CASE("Long values are read or refused, not searched again and again") {
    const std::string words = repeated(30'000, "1 ");
    CHECK(all_print_stably(words + "1"));
    CHECK(all_print_stably("send " + repeated(20'000, "1;") + "1"));
    CHECK(all_print_stably("1 X " + repeated(20'000, "a:b;") + "a:b"));
    CHECK(all_print_stably("BUNDLE " + words + "1"));
    CHECK(sdp::SsrcGroup::parse("FID " + words + "1")->ssrcs.size() == 30'001);
}
