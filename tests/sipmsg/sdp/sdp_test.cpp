// SPDX-License-Identifier: MIT
#include "sdp_samples.hpp"

#include <sipmsg/sdp/sdp.hpp>

#include <doctest/doctest.h>

namespace sdp = sipmsg::sdp;
using sipmsg::ParseErrc;

namespace {

const std::string head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";

std::string repeated(int count, const std::string& text) {
    std::string out;
    for (int i = 0; i < count; ++i) out += text;
    return out;
}

void check_refused(const std::string& text, ParseErrc code, std::size_t offset) {
    CAPTURE(text.substr(0, 200));
    const auto result = sdp::parse(text);
    REQUIRE(!result);
    CHECK(to_string(result.error().code) == to_string(code));
    CHECK(result.error().offset == offset);
    CHECK(result.error().header == sipmsg::Header::none);
}

sdp::SessionDescription parsed(const std::string& text) {
    auto result = sdp::parse(text);
    REQUIRE(result);
    return *std::move(result);
}

}  // namespace

TEST_CASE("Descriptions of real agents print as they were read (RFC 8866 §5)") {
    const auto names = sdp_sample_names();
    REQUIRE(names.size() >= 18);
    for (const auto& name : names) {
        CAPTURE(name);
        const std::string text = sdp_sample(name);
        const auto description = sdp::parse(text);
        REQUIRE(description);
        CHECK(to_string(*description) == text);
        CHECK(sdp::parse(to_string(*description)) == description);
    }
}

TEST_CASE("Every line type is kept and printed in its place (RFC 8866 §5)") {
    const std::string text =
        "v=0\r\no=alice 18446744073709551616 18446744073709551615 IN IP6 2001:db8::1\r\ns=A call\r\n"
        "i=about\r\nu=http://example.com/\r\ne=a@example.com\r\np=+1 617 555\r\nc=IN IP4 233.252.0.1/127/3\r\n"
        "b=AS:128\r\nb=X-YZ:18446744073709551615\r\nt=2873397496 2873404696\r\nr=604800 3600 0 90000\r\nt=0 0\r\n"
        "z=2882844526 -1h\r\nk=prompt\r\na=recvonly\r\na=x:\r\n"
        "m=audio 49170/2 RTP/AVP 0 8\r\ni=the sound\r\nc=IN IP4 233.252.0.2/127\r\nc=IN IP4 233.252.0.3/127\r\n"
        "b=TIAS:64000\r\nk=clear:abc\r\na=rtpmap:0 PCMU/8000\r\nm=text 0 TCP chat\r\n";
    const auto description = parsed(text);
    CHECK(to_string(description) == text);
    CHECK(description.origin.session_id == "18446744073709551616");
    CHECK(description.origin.version == UINT64_MAX);
    CHECK(description.times.size() == 2);
    CHECK(description.attributes[1] == sdp::Attribute{"x", ""});
    const auto& audio = description.media[0];
    CHECK(audio.port == 49170);
    CHECK(audio.port_count == 2);
    CHECK(audio.formats == std::vector<std::string>{"0", "8"});
    CHECK(audio.more_connections.size() == 1);
    CHECK(audio.is_rtp());
    CHECK(!description.media[1].is_rtp());
    CHECK(description.media[1].is_refused());
}

TEST_CASE("LF, missing s= and t=, extra spaces and lines out of order are read; the print is canonical (RFC 8866 §5)") {
    const auto description =
        parsed("v=0\no=-  7 8  IN IP4 192.0.2.1 \na=inactive\nc=IN IP4 192.0.2.9\nm=audio 4000 RTP/AVP  0 \n\n\r\n");
    CHECK(to_string(description) ==
          "v=0\r\no=- 7 8 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\na=inactive\r\n"
          "m=audio 4000 RTP/AVP 0\r\n");
    CHECK(parsed("v=0\r\no=- 1 1 IN IP4 h").origin.address == "h");
    CHECK(parsed(head + "q=unknown\r\n").other[0].value == "unknown");
}

TEST_CASE("What is not a description is refused with its place (RFC 8866 §5)") {
    check_refused("", ParseErrc::incomplete, 0);
    check_refused("\r\n", ParseErrc::incomplete, 2);
    check_refused("v=1\r\n", ParseErrc::version, 2);
    check_refused("o=- 1 1 IN IP4 h\r\n", ParseErrc::syntax, 0);
    check_refused("v=0\r\ns=-\r\n", ParseErrc::missing, 10);
    check_refused("v=0\r\nV=0\r\n", ParseErrc::syntax, 5);
    check_refused("v=0\r\no", ParseErrc::syntax, 5);
    check_refused("v=0\r\n\r\no=- 1 1 IN IP4 h\r\n", ParseErrc::syntax, 5);
    check_refused("v=0\r\no=- x 1 IN IP4 h\r\n", ParseErrc::syntax, 9);
    check_refused("v=0\r\no=- 1 18446744073709551616 IN IP4 h\r\n", ParseErrc::out_of_range, 11);
    check_refused("v=0\r\no=- 1 1 IN IP4\r\n", ParseErrc::incomplete, 19);
    check_refused("v=0\r\no=- 1 1 IN IP4 h x\r\n", ParseErrc::syntax, 22);
    const auto at = head.size();
    check_refused(head + "v=0\r\n", ParseErrc::duplicate, at + 2);
    check_refused(head + "o=- 1 1 IN IP4 h\r\n", ParseErrc::duplicate, at + 2);
    check_refused(head + "s=again\r\n", ParseErrc::duplicate, at + 2);
    check_refused(head + "c=IN IP4\r\n", ParseErrc::incomplete, at + 8);
    check_refused(head + "b=128\r\n", ParseErrc::syntax, at + 2);
    check_refused(head + "b=AS:x\r\n", ParseErrc::syntax, at + 5);
    check_refused(head + "t=0\r\n", ParseErrc::incomplete, at + 3);
    check_refused(head + "a=\r\n", ParseErrc::syntax, at + 2);
    check_refused(head + "a=:x\r\n", ParseErrc::syntax, at + 2);
    check_refused(head + "a=x\ry\r\n", ParseErrc::syntax, at + 3);
    check_refused(head + std::string("a=x\0y\r\n", 7), ParseErrc::syntax, at + 3);
    check_refused(head + "m=audio\r\n", ParseErrc::incomplete, at + 7);
    check_refused(head + "m=audio -1 RTP/AVP 0\r\n", ParseErrc::syntax, at + 8);
    check_refused(head + "m=audio +1 RTP/AVP 0\r\n", ParseErrc::syntax, at + 8);
    check_refused(head + "m=audio 65536 RTP/AVP 0\r\n", ParseErrc::out_of_range, at + 8);
    check_refused(head + "m=audio 4294967297 RTP/AVP 0\r\n", ParseErrc::out_of_range, at + 8);
    check_refused(head + "m=audio 18446744073709551617 RTP/AVP 0\r\n", ParseErrc::out_of_range, at + 8);
    check_refused(head + "m=audio 1/0 RTP/AVP 0\r\n", ParseErrc::out_of_range, at + 10);
    check_refused(head + "m=audio 1/ RTP/AVP 0\r\n", ParseErrc::syntax, at + 10);
    check_refused(head + "m=audio 1 RTP/AVP\r\n", ParseErrc::incomplete, at + 17);
    check_refused(head + "m=audio 1 RTP/AVP 0\r\nt=0 0\r\n", ParseErrc::syntax, at + 21);
}

TEST_CASE("Descriptions made to exhaust memory stop at a limit") {
    check_refused(head + repeated(1000, "m=audio 9 RTP/AVP 0\r\n"), ParseErrc::too_many, head.size() + 32 * 21 + 2);
    check_refused(head + "m=audio 9 RTP/AVP" + repeated(2000, " 0") + "\r\n", ParseErrc::too_many,
                  head.size() + 18 + 64 * 2);
    const std::string candidate = "a=candidate:1 1 UDP 1 192.0.2.1 1 typ host\r\n";
    check_refused(head + "m=audio 9 RTP/AVP 0\r\n" + repeated(1300, candidate), ParseErrc::too_many,
                  head.size() + 21 + 64 * candidate.size() + 2);
    check_refused(head + repeated(100, "i=x\r\n"), ParseErrc::too_many, head.size() + (64 - 3) * 5 + 2);
    check_refused(head + "a=crypto:1 AES " + std::string(20'000, 'A') + "\r\n", ParseErrc::too_large, head.size());
    check_refused(head + "c=IN IP4 " + std::string(8'000, 'h') + "\r\n", ParseErrc::too_large, head.size() + 9);
    check_refused(head + std::string(70'000, '\n'), ParseErrc::too_large, 65'536);
    CHECK(sdp::parse(head + std::string(65'000, '\n')));
}

TEST_CASE(
    "Every prefix and every changed octet of a real description is refused or read, and what is read prints stably") {
    const std::string text = sdp_sample("baresip10-offer-av-nobundle");
    const auto stable = [](const std::string& input) {
        const auto result = sdp::parse(input);
        if (!result) return result.error().offset <= input.size();
        const std::string printed = to_string(*result);
        const auto again = sdp::parse(printed);
        return again && to_string(*again) == printed;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        CAPTURE(i);
        CHECK(stable(text.substr(0, i)));
        for (const char c : {'\0', '\r', '\n', ' ', '=', ':', '/', '9', '\xff'}) {
            std::string changed = text;
            changed[i] = c;
            CHECK(stable(changed));
        }
    }
}

TEST_CASE("A value with line ends in it cannot begin a line of its own when printed") {
    auto description = parsed(head);
    sdp::add(description.attributes, "tool", "x\r\nm=audio 1 RTP/AVP 0");
    description.session_name = "a\nb";
    const auto again = parsed(to_string(description));
    CHECK(again.media.empty());
    CHECK(again.session_name == "ab");
    CHECK(again.attributes.size() == 1);
}

TEST_CASE("A direction is the media's own, else the session's, else sendrecv (RFC 3264 §5.1)") {
    const auto direction_of = [](const std::string& session, const std::string& media) {
        const auto description = parsed(head + session + "m=audio 1 RTP/AVP 0\r\n" + media);
        return sdp::direction(description, description.media[0]);
    };
    CHECK(direction_of("", "") == sdp::Direction::sendrecv);
    CHECK(direction_of("a=recvonly\r\n", "") == sdp::Direction::recvonly);
    CHECK(direction_of("a=recvonly\r\n", "a=inactive\r\n") == sdp::Direction::inactive);
    CHECK(direction_of("", "a=sendonly:x\r\n") == sdp::Direction::sendrecv);
}

TEST_CASE("Setting a direction replaces it in its place (RFC 3264 §8.4)") {
    auto media = parsed(head + "m=audio 1 RTP/AVP 0\r\na=sendrecv\r\na=ptime:20\r\na=inactive\r\n").media[0];
    sdp::set_direction(media, sdp::Direction::sendonly);
    CHECK(media.attributes == sdp::Attributes{
                                  {"sendonly", {}  },
                                  {"ptime",    "20"}
    });
    media.attributes.clear();
    sdp::set_direction(media, sdp::Direction::recvonly);
    CHECK(media.attributes == sdp::Attributes{
                                  {"recvonly", {}}
    });
}

TEST_CASE("Directions mirror and combine per way (RFC 3264 §6.1)") {
    using enum sdp::Direction;
    CHECK(sdp::mirrored(sendrecv) == sendrecv);
    CHECK(sdp::mirrored(sendonly) == recvonly);
    CHECK(sdp::mirrored(recvonly) == sendonly);
    CHECK(sdp::mirrored(inactive) == inactive);
    CHECK((sendrecv & sendonly) == sendonly);
    CHECK((sendonly & recvonly) == inactive);
}

TEST_CASE("Attributes and connection are the media line's own, else the session's (RFC 8866 §5.7)") {
    const auto description = parsed(head + "c=IN IP4 192.0.2.1\r\na=setup:actpass\r\nm=audio 1 RTP/AVP 0\r\n" +
                                    "m=video 1 RTP/AVP 96\r\nc=IN IP6 ::\r\na=setup:active\r\n");
    const auto& [audio, video] = std::tie(description.media[0], description.media[1]);
    CHECK(sdp::inherited(description, audio, "setup") == "actpass");
    CHECK(sdp::inherited(description, video, "setup") == "active");
    CHECK(!sdp::inherited(description, video, "mid"));
    CHECK(sdp::connection(description, audio)->address == "192.0.2.1");
    CHECK(sdp::connection(description, video)->is_unspecified());
}

TEST_CASE("Setting an attribute replaces the first and removes the rest") {
    sdp::Attributes list = {
        {"mid", "0"},
        {"x",   {} },
        {"mid", "1"}
    };
    sdp::set(list, "mid", "2");
    CHECK(list == sdp::Attributes{
                      {"mid", "2"},
                      {"x",   {} }
    });
    sdp::set(list, "ice-lite");
    CHECK(sdp::has(list, "ice-lite"));
    CHECK(sdp::value_of(list, "x") == "");
    CHECK(sdp::remove(list, "mid") == 1);
    CHECK(sdp::find(list, "mid") == nullptr);
}

TEST_CASE("A bundle-only line with port 0 is not refused (RFC 8843 §6)") {
    const auto offer = parsed(sdp_sample("webrtcbin122-offer-av-maxbundle-raw"));
    CHECK(offer.media[1].port == 0);
    CHECK(!offer.media[1].is_refused());
}
