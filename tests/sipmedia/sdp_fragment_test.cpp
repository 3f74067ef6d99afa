// SPDX-License-Identifier: MIT
#include "sdp_samples.hpp"

#include <sipmedia/sdp_fragment.hpp>

#include <doctest/doctest.h>

#include <algorithm>

namespace sdp = sipmsg::sdp;
using namespace sipmedia;
using sipmsg::ParseErrc;

namespace {

const std::string host = "1 1 UDP 2130706431 192.0.2.1 5000 typ host";
const std::string relay = "2 1 UDP 1694498815 192.0.2.3 3478 typ relay raddr 192.0.2.1 rport 5000";

const std::string text =
    "a=group:BUNDLE 0 1\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=ice-ufrag:8hhY\r\n"
    "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:" +
    host + "\r\na=candidate:" + relay +
    "\r\na=end-of-candidates\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n" +
    "a=mid:1\r\na=ice-ufrag:9iiZ\r\na=ice-pwd:YH75Fviy6338Vbrhrlp8Yh\r\n";

SdpFragment fragment() {
    auto parsed = parse_fragment(text);
    REQUIRE(parsed);
    return *std::move(parsed);
}

std::string replaced(std::string in, const std::string& from, const std::string& to) {
    const auto at = in.find(from);
    REQUIRE(at != std::string::npos);
    return in.replace(at, from.size(), to);
}

sdp::SessionDescription described(const std::string& lines) {
    auto parsed = sdp::parse("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n" + lines);
    REQUIRE(parsed);
    return *parsed;
}

/// The peer's description that the fragment belongs to.
sdp::SessionDescription remote() {
    return described(
        "a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\na=ice-ufrag:9iiZ\r\n"
        "a=ice-pwd:YH75Fviy6338Vbrhrlp8Yh\r\n");
}

}  // namespace

TEST_CASE("A fragment is read and written as it was (RFC 8840 §9)") {
    const auto read = fragment();
    CHECK(read.ufrag == "8hhY");
    CHECK(read.password == "asd88fgpdd777uzjYhagZg");
    CHECK(read.bundle == std::vector<std::string>{"0", "1"});
    CHECK_FALSE(read.has_ended);
    REQUIRE(read.lines.size() == 2);
    CHECK(read.lines[0].candidates == std::vector{host, relay});
    CHECK(read.lines[0].has_ended);
    CHECK(read.lines[1].ufrag == "9iiZ");
    CHECK(read.lines[1].candidates.empty());
    CHECK(parse_fragment(to_string(read)) == read);
    CHECK(to_string(*parse_fragment(to_string(read))) == to_string(read));
    CHECK(to_string(SdpFragment{}).empty());
    CHECK(parse_fragment("") == SdpFragment{});
    CHECK(parse_fragment("a=end-of-candidates\r\n")->has_ended);
}

TEST_CASE("What is no fragment is refused where it is wrong, and one faulty candidate harms no other (RFC 8840 §9)") {
    const auto fault = [](const std::string& of) {
        const auto parsed = parse_fragment(of);
        REQUIRE_FALSE(parsed);
        return parsed.error().code;
    };
    CHECK(fault("hello\r\n") == ParseErrc::syntax);
    CHECK(parse_fragment("hello\r\n").error().offset == 0);
    CHECK(fault(replaced(text, "a=mid:0\r\n", "")) == ParseErrc::missing);
    CHECK(fault(replaced(text, "a=mid:1", "a=mid:0")) == ParseErrc::duplicate);
    CHECK(fault(replaced(text, "8hhY", "8hh")) == ParseErrc::syntax);
    CHECK(fault(replaced(text, "8hhY", "8hh*")) == ParseErrc::syntax);
    CHECK(fault(replaced(text, "a=ice-ufrag:8hhY\r\n", "")) == ParseErrc::syntax);  // a password alone
    CHECK(fault(replaced(text, "9iiZ", std::string(257, 'x'))) == ParseErrc::syntax);
    CHECK(fault(std::string(70'000, 'a')) == ParseErrc::too_large);
    std::string many = "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n";
    for (int i = 0; i < 65; ++i) many += "a=candidate:" + host + "\r\n";
    CHECK(fault(many) == ParseErrc::too_many);
    std::string lines;
    for (int i = 0; i < 33; ++i) lines += "m=audio 9 RTP/AVP 0\r\na=mid:" + std::to_string(i) + "\r\n";
    CHECK(fault(lines) == ParseErrc::too_many);

    const auto kept = parse_fragment(replaced(text, host, "1 1 UDP x"));
    REQUIRE(kept);
    CHECK(kept->lines[0].candidates == std::vector{relay});
}

TEST_CASE("Text of an application begins no line of its own in a fragment") {
    auto written = fragment();
    written.lines[0].mid = "0\r\na=candidate:" + relay;
    written.lines[1].candidates = {host + "\r\na=ice-ufrag:evil"};
    const auto parsed = parse_fragment(to_string(written));
    REQUIRE(parsed);
    CHECK(parsed->lines[0].candidates.size() == 2);
    CHECK(parsed->lines[1].ufrag == "9iiZ");
}

TEST_CASE("A fragment adds the candidates that are new, by mid and ICE session (RFC 8838 §11)") {
    const auto added = candidates_in(fragment(), remote());
    CHECK(added.candidates == std::vector<TrickledCandidates::Candidate>{
                                  {0, host },
                                  {0, relay}
    });
    CHECK(added.ended == std::vector{true, false});
    const auto after = with_candidates(remote(), added);
    CHECK(has(after.media[0].attributes, "end-of-candidates"));
    CHECK_FALSE(has(after.media[1].attributes, "end-of-candidates"));
    CHECK(candidates_in(fragment(), after).candidates.empty());  // the next one repeats them

    auto more = fragment();
    more.lines[0].candidates = {host, host, relay, "3 1 UDP 1 192.0.2.9 9 typ host"};
    more.has_ended = true;
    const auto later = candidates_in(more, after);
    CHECK(later.candidates == std::vector<TrickledCandidates::Candidate>{
                                  {0, more.lines[0].candidates[3]}
    });
    CHECK(later.ended == std::vector{true, true});

    auto restarted = fragment();
    restarted.ufrag = "other";
    CHECK(candidates_in(restarted, remote()).candidates.empty());
    CHECK(candidates_in(restarted, remote()).ended == std::vector{false, false});
    auto unknown = fragment();
    unknown.lines[0].mid = "7";
    CHECK(candidates_in(unknown, remote()).candidates.empty());
    auto refused = remote();
    refused.media[0].port = 0;
    CHECK(candidates_in(fragment(), refused).candidates.empty());
    CHECK(candidates_in(fragment(), described("")).ended.empty());
}

TEST_CASE("No more than 64 candidates a line are taken, however many fragments bring them") {
    auto description = remote();
    for (int round = 0; round < 5; ++round) {
        auto next = fragment();
        next.lines[0].candidates.clear();
        for (int i = 0; i < 30; ++i)
            next.lines[0].candidates.push_back("1 1 UDP 1 192.0.2.1 " + std::to_string(1000 * (round + 1) + i) +
                                               " typ host");
        const auto added = candidates_in(next, description);
        description = with_candidates(std::move(description), added);
    }
    CHECK(values_of(description.media[0].attributes, "candidate").size() == 64);
}

TEST_CASE("Chromium offers trickle, baresip and we do not; our candidates make a fragment (RFC 8840 §9)") {
    const auto chromium = *sdp::parse(sdp_sample("chromium156-offer-audio-datachannel"));
    CHECK(offers_trickle(chromium));
    CHECK_FALSE(offers_trickle(*sdp::parse(sdp_sample("baresip10-offer-av-nobundle"))));
    auto refused = chromium;
    for (auto& media : refused.media) media.port = 0;
    CHECK_FALSE(offers_trickle(refused));
    CHECK(offers_trickle(described("a=ice-options:ice2 trickle\r\nm=audio 9 RTP/AVP 0\r\n")));
    CHECK_FALSE(offers_trickle(described("a=ice-options:trickled\r\nm=audio 9 RTP/AVP 0\r\n")));

    const auto ours = fragment_of(chromium);
    REQUIRE(ours.lines.size() == 2);
    CHECK(ours.bundle == std::vector<std::string>{"0", "1"});
    CHECK(ours.lines[0].candidates.size() == 2);
    CHECK(ours.lines[0].ufrag == "5Vdm");
    auto bare = chromium;
    for (auto& media : bare.media) sdp::remove(media.attributes, "candidate");
    CHECK(candidates_in(*parse_fragment(to_string(ours)), bare).candidates.size() == 4);
}

TEST_CASE("No changed octet of a fragment breaks the rules: it is refused, or what it brings fits the description") {
    const auto description = remote();
    std::size_t taken = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        for (const char c : {' ', ':', '0', 'x', '=', '\n', '\0', '\xff'}) {
            std::string other = text;
            other[i] = c;
            const auto parsed = parse_fragment(other);
            if (!parsed) continue;
            ++taken;
            CAPTURE(other);
            CHECK(parse_fragment(to_string(*parsed)) == *parsed);
            const auto added = candidates_in(*parsed, description);
            CHECK(added.ended.size() == 2);
            CHECK(std::ranges::all_of(added.candidates, [](const auto& each) { return each.mline < 2; }));
        }
    CHECK(taken > 1000);
    for (std::size_t size = 0; size < text.size(); ++size) (void)parse_fragment(text.substr(0, size));
}
