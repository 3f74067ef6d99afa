// SPDX-License-Identifier: MIT
#include "sdp_samples.hpp"

#include <sipmedia/sdp_adapter.hpp>
#include <sipmsg/sdp/rtp.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace sdp = sipmsg::sdp;
using namespace sipmedia;
using enum sipmsg::sdp::Direction;

namespace {

SessionDescription parsed(const std::string& text) {
    auto description = sdp::parse(text);
    REQUIRE(description);
    return *std::move(description);
}
SessionDescription sample(const std::string& name) { return parsed(sdp_sample(name)); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    REQUIRE(text.find(from) != std::string::npos);
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}
SessionDescription changed(const std::string& name, const std::string& from, const std::string& to) {
    return parsed(replaced(sdp_sample(name), from, to));
}

Normalized normalized(const SessionDescription& offer) {
    auto result = normalize_offer(offer);
    REQUIRE(result);
    return *std::move(result);
}
Normalized normalized(const SessionDescription& answer, const SessionDescription& offer) {
    auto result = normalize_answer(answer, offer);
    if (!result) CAPTURE(result.error().reason);
    REQUIRE(result);
    return *std::move(result);
}

const LocalIdentity identity = {.session_id = "4711", .fingerprint = "sha-256 AA:BB"};

/// Everything webrtcbin wants to see in each m-line.
void check_complete(const SessionDescription& description) {
    for (const auto& media : description.media) {
        for (const auto* name : {"mid", "setup", "ice-ufrag", "ice-pwd", "fingerprint"}) {
            CAPTURE(name);
            CHECK(has(media.attributes, name));
        }
        CHECK(has(media.attributes, "rtcp-mux") == !is_data_channel(media));
        for (const auto* name : {"ice-options", "end-of-candidates", "crypto", "rtcp", "ice-mismatch"}) {
            CAPTURE(name);
            CHECK(!has(media.attributes, name));
        }
    }
}

SessionDescription with_lines(std::string_view lines) {
    auto parsed = sdp::parse(std::string("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n").append(lines));
    REQUIRE(parsed);
    return *parsed;
}

// Our side of a call with Chromium that webrtcbin answered.
struct Call {
    SessionDescription remote = sample("chromium156-offer-av");
    SessionDescription local =
        finish_answer(sample("webrtcbin122-answer-to-chromium-av-raw"), remote, normalized(remote), identity);
};

}  // namespace

TEST_CASE("A fresh engine's lines take the mids of the session's, also swapped ones (RFC 8829 §5.2.2)") {
    const auto engine = with_lines(
        "a=group:BUNDLE 0 1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\nm=video 9 RTP/AVP 96\r\na=mid:1\r\n"
        "m=video 9 RTP/AVP 96\r\na=mid:2\r\n");
    const auto agreed = with_lines("m=audio 9 RTP/AVP 0\r\na=mid:1\r\nm=video 9 RTP/AVP 96\r\na=mid:0\r\n");
    const auto renamed = with_mids_of(engine, agreed);
    CHECK(value_of(renamed.attributes, "group") == "BUNDLE 1 0");
    CHECK(value_of(renamed.media[0].attributes, "mid") == "1");
    CHECK(value_of(renamed.media[1].attributes, "mid") == "0");
    CHECK(value_of(renamed.media[2].attributes, "mid") == "2");
    CHECK(with_mids_of(renamed, engine) == engine);
}

TEST_CASE("A fresh engine's offer keeps what is agreed, and adds lines under new mids (RFC 3264 §8.1)") {
    const std::string audio = "m=audio 9 RTP/AVP 0\r\na=mid:a\r\n", video = "m=video 9 RTP/AVP 96\r\na=mid:v\r\n";
    const auto fresh = with_lines("a=group:BUNDLE a v\r\n" + audio + video);
    const auto mids = [](const std::optional<ContinuedOffer>& continued) {
        std::vector<std::string> found;
        for (const auto& media : continued.value().offer.media)
            found.emplace_back(std::string(*value_of(media.attributes, "mid")) +
                               (media.is_refused() ? " refused" : ""));
        return found;
    };
    using Mids = std::vector<std::string>;
    SUBCASE("a line after the agreed ones") {
        const auto offer = continued_offer(fresh, with_lines("m=audio 9 RTP/AVP 0\r\na=mid:v\r\n"));
        CHECK(mids(offer) == Mids{"v", "vx"});
        CHECK(value_of(offer->offer.attributes, "group") == "BUNDLE v vx");
    }
    SUBCASE("a line in the place of a refused one, whatever its kind") {
        CHECK(mids(continued_offer(fresh, with_lines(audio + "m=video 0 RTP/AVP 96\r\na=mid:v\r\n"))) ==
              Mids{"a", "vx"});
        CHECK(mids(continued_offer(fresh, with_lines(audio + "m=application 0 UDP/DTLS/SCTP x\r\na=mid:2\r\n"))) ==
              Mids{"a", "v"});
    }
    SUBCASE("refused lines that have no other in their place") {
        const auto agreed = with_lines(audio + "m=video 0 RTP/AVP 96\r\na=mid:1\r\n");
        const auto offer = continued_offer(with_lines(audio), agreed);
        CHECK(mids(offer) == Mids{"a", "1 refused"});
        CHECK(offer->offer.media[1].kind == "video");
    }
    SUBCASE("lines in another order than the engine's, and back") {
        const std::string data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\n";
        const auto engine = with_lines("a=group:BUNDLE a v d\r\n" + audio + video + data);
        const auto offer =
            continued_offer(engine, with_lines("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n"
                                               "m=text 0 RTP/AVP 98\r\na=mid:1\r\nm=audio 9 RTP/AVP 0\r\na=mid:2\r\n"));
        CHECK(mids(offer) == Mids{"0", "v", "2"});
        CHECK(offer->places == std::vector<std::size_t>{2, 1, 0});
        CHECK(value_of(offer->offer.attributes, "group") == "BUNDLE 2 v 0");
        CHECK(with_mids_of(in_engine_order(offer->offer, offer->places), engine) == engine);

        const auto longer =
            continued_offer(with_lines(audio + data), with_lines("m=video 0 RTP/AVP 96\r\na=mid:0\r\n" + data + audio));
        CHECK(mids(longer) == Mids{"0 refused", "d", "a"});
        CHECK(in_engine_order(longer->offer, longer->places).media.size() == 2);
        CHECK(mids(continued_offer(fresh, with_lines(video))) == Mids{"v", "a"});
    }
    SUBCASE("an agreed line that is missing, or of another kind") {
        CHECK_FALSE(continued_offer(with_lines(audio), fresh));
        CHECK_FALSE(continued_offer(with_lines(audio), with_lines(video)));
        CHECK_FALSE(continued_offer(with_lines(audio), with_lines(audio + "m=audio 9 RTP/AVP 0\r\na=mid:b\r\n")));
        CHECK_FALSE(continued_offer(with_lines(""), fresh));
    }
}

TEST_CASE("Every offer of a real agent is completed for webrtcbin, and completing it again changes nothing") {
    for (const auto& name : sdp_sample_names()) {
        if (name.find("offer") == std::string::npos) continue;
        CAPTURE(name);
        const auto result = normalized(sample(name));
        check_complete(result.description);
        CHECK(sdp::parse(to_string(result.description)) == result.description);
        CHECK(normalized(result.description).description == result.description);
        for (std::size_t i = 0; i < result.lines.size(); ++i) {
            const auto& media = result.description.media[i];
            CHECK(media.is_refused() == !result.lines[i].usable);
            CHECK(direction(result.description, media) == (result.lines[i].usable ? sendrecv : inactive));
        }
    }
}

TEST_CASE("Session-level ICE and DTLS go down to the m-lines, hash names in lower case (RFC 8122 §5)") {
    const auto result = normalized(sample("baresip10-offer-av-nobundle"));
    CHECK(!has(result.description.attributes, "ice-ufrag"));
    CHECK(!has(result.description.attributes, "fingerprint"));
    CHECK(!has(result.description.attributes, "setup"));
    for (const auto& media : result.description.media) {
        CHECK(value_of(media.attributes, "ice-ufrag") == "YGUZcOL");
        CHECK(value_of(media.attributes, "setup") == "active");  // was actpass
        CHECK(value_of(media.attributes, "fingerprint")->starts_with("sha-256 9A:FF"));
    }
    CHECK(value_of(result.description.media[0].attributes, "mid") == "audio0");
    CHECK(value_of(result.description.media[1].attributes, "mid") == "video1");
}

TEST_CASE("Only UDP candidates of component 1 with an IP address are kept, 64 a line (RFC 8839 §5.1)") {
    auto offer = sample("chromium156-offer-audio");
    auto& list = offer.media[0].attributes;
    sdp::remove(list, "candidate");
    for (const auto* bad :
         {"1 1 udp 5 abc.local 5000 typ host", "1 2 udp 5 192.0.2.1 5000 typ host", "1 1 tcp 5 192.0.2.1 9 typ host",
          "1 1 udp 5 192.0.2.1 70000 typ host", "1 1 udp 5 192.0.2.1 0 typ host", "1 1 udp -5 192.0.2.1 5 typ host", "",
          "1", "1 1 udp 5 192.0.2.1 5000", "1 1 udp 5 evil.example.com 5000 typ host"})
        add(list, "candidate", bad);
    add(list, "candidate");
    for (int i = 0; i < 200; ++i) add(list, "candidate", "1 1 UDP 5 2001:db8::1 5000 typ host");
    std::size_t kept = 0;
    const auto result = normalized(offer);
    for (const auto& attribute : result.description.media[0].attributes) {
        if (attribute.name != "candidate") continue;
        ++kept;
        CHECK(attribute.value == "1 1 UDP 5 2001:db8::1 5000 typ host");
    }
    CHECK(kept == 64);
}

TEST_CASE("What is no DTLS-SRTP with ICE and rtcp-mux is refused with 488 and its reason") {
    const auto refusal = [](const SessionDescription& offer) {
        const auto result = normalize_offer(offer);
        REQUIRE(!result);
        CHECK(result.error().status == 488);
        return result.error().reason;
    };
    const std::string name = "chromium156-offer-audio";
    CHECK(refusal(changed(name, "UDP/TLS/RTP/SAVPF", "RTP/AVP")).find("RTP/AVP") != std::string::npos);
    CHECK(!refusal(changed(name, "UDP/TLS/RTP/SAVPF", "RTP/SAVP")).empty());
    CHECK(refusal(changed(name, "a=fingerprint:", "a=x-fingerprint:")) == "no fingerprint");
    CHECK(refusal(changed(name, "a=ice-ufrag:", "a=x:")) == "no ICE credentials");
    CHECK(refusal(changed(name, "a=ice-pwd:", "a=x:")) == "no ICE credentials");
    CHECK(refusal(changed(name, "a=rtcp-mux\r\n", "")) == "no rtcp-mux");
    CHECK(refusal(changed(name, "SAVPF 111", "SAVPF x")) == "a format is no payload number");
    CHECK(refusal(changed(name, "setup:actpass", "setup:holdconn")) == "a=setup:holdconn is not supported");
    CHECK(refusal(parsed("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n")) == "no m-line with media");
    CHECK(refusal(changed("chromium156-offer-av", "a=mid:1\r\n", "a=mid:0\r\n")) == "two m-lines with one mid");
}

TEST_CASE("A line with another certificate than the first is refused") {
    auto offer = sample("chromium156-offer-av");
    set(offer.media[1].attributes, "fingerprint", "sha-256 00:11");
    const auto result = normalized(offer);
    CHECK(result.lines[0].usable);
    CHECK(!result.lines[1].usable);
    CHECK(value_of(result.description.attributes, "group") == "BUNDLE 0");
}

TEST_CASE("Bundled lines may leave ICE and DTLS to the first of their group (RFC 9143 §7.1.3)") {
    auto offer = sample("chromium156-offer-av");
    for (const auto* name : {"ice-ufrag", "ice-pwd", "fingerprint", "setup", "rtcp-mux"})
        sdp::remove(offer.media[1].attributes, name);
    check_complete(normalized(offer).description);
    CHECK(normalized(offer).lines[1].usable);
}

TEST_CASE("Several fingerprints become one, sha-256 before others (RFC 8122 §5)") {
    auto offer = sample("chromium156-offer-audio");
    const std::string own(*value_of(offer.media[0].attributes, "fingerprint"));
    set(offer.media[0].attributes, "fingerprint", "SHA-1 01:02");
    add(offer.media[0].attributes, "fingerprint", own);
    CHECK(value_of(normalized(offer).description.media[0].attributes, "fingerprint") == own);
}

TEST_CASE("The peer's directions are remembered while webrtcbin sees sendrecv") {
    const auto result = normalized(sample("chromium156-reoffer-hold-av"));
    CHECK(result.lines[0].direction == sendonly);
    CHECK(direction(result.description, result.description.media[0]) == sendrecv);
}

TEST_CASE("Answers of real agents are completed with our mids (RFC 5888 §9.2)") {
    auto offer = finish_offer(sample("webrtcbin122-offer-av-nobundle-raw"), identity);
    offer.media.resize(1);
    for (const auto* name : {"baresip10-answer-audio", "linphone51-answer-audio", "firefox153-answer-audio"}) {
        CAPTURE(name);
        const auto result = normalized(sample(name), offer);
        check_complete(result.description);
        CHECK(value_of(result.description.media[0].attributes, "mid") == "audio0");
        CHECK(value_of(result.description.media[0].attributes, "setup") == "active");
    }
}

TEST_CASE("A refused line of an answer is padded; the rest stands (RFC 3264 §6)") {
    const auto offer = finish_offer(sample("webrtcbin122-offer-av-maxbundle-raw"), identity);
    auto answer = sample("chromium156-answer-video-rejected");
    answer.media[1].port = 0;
    answer.media[1].attributes.clear();
    const auto result = normalized(answer, offer);
    check_complete(result.description);
    CHECK(result.lines[0].usable);
    CHECK(!result.lines[1].usable);
    CHECK(value_of(result.description.media[1].attributes, "mid") == "video1");
    CHECK(value_of(result.description.attributes, "group") == "BUNDLE audio0");
}

TEST_CASE("Answers that would stop or abort webrtcbin are refused") {
    const auto offer = finish_offer(sample("webrtcbin122-offer-av-maxbundle-raw"), identity);
    const auto refuses = [&](const SessionDescription& answer) { return !normalize_answer(answer, offer); };
    const std::string name = "chromium156-answer-av";
    CHECK(!refuses(sample(name)));
    CHECK(refuses(changed(name, "a=mid:video1", "a=mid:other")));
    auto swapped = sample(name);
    std::swap(swapped.media[0], swapped.media[1]);
    CHECK(refuses(swapped));
    auto shorter = sample(name);
    shorter.media.pop_back();
    CHECK(refuses(shorter));
    CHECK(refuses(changed(name, "setup:active", "setup:actpass")));
    CHECK(refuses(changed(name, "a=fingerprint:", "a=x:")));
    auto none = sample(name);
    for (auto& media : none.media) media.port = 0;
    CHECK(refuses(none));
}

TEST_CASE("Our offer goes out with our o=, address, port and names (RFC 3264 §5)") {
    const auto offer = finish_offer(sample("webrtcbin122-offer-av-nobundle-raw"), identity);
    CHECK(offer.origin == sdp::Origin{.session_id = "4711", .version = 1, .address = "127.0.0.1"});
    CHECK(!has(offer.attributes, "ice-options"));
    REQUIRE(offer.media.size() == 2);
    CHECK(offer.media[0].port == 52334);
    CHECK(offer.media[1].port == 59230);
    for (const auto& media : offer.media) {
        CHECK(media.connection->address == "127.0.0.1");
        CHECK(has(media.attributes, "end-of-candidates"));
        CHECK(!has(media.attributes, "rtcp-mux-only"));
        CHECK(value_of(media.attributes, "fingerprint") == "sha-256 AA:BB");
        CHECK(value_of(media.attributes, "setup") == "actpass");
    }
    CHECK(value_of(offer.media[0].attributes, "rtpmap") == "111 opus/48000/2");
    CHECK(value_of(offer.media[1].attributes, "rtpmap") == "96 VP8/90000");
    const auto held = finish_offer(sample("webrtcbin122-offer-av-nobundle-raw"), identity, true);
    CHECK(direction(held, held.media[1]) == sendonly);
}

TEST_CASE("The candidate of the highest priority gives address and port (RFC 8839 §4.2.1.2)") {
    auto raw = sample("webrtcbin122-offer-av-nobundle-raw");
    add(raw.media[0].attributes, "candidate", "2 1 UDP 2015363328 2001:db8::7 7000 typ host");
    add(raw.media[0].attributes, "candidate", "3 1 TCP 2115363328 192.0.2.1 9 typ host tcptype active");
    const auto offer = finish_offer(raw, identity);
    CHECK(offer.media[0].port == 7000);
    CHECK(offer.media[0].connection->address_type == "IP6");
    CHECK(offer.origin.address_type == "IP6");
}

TEST_CASE("A bundle-only line stays so in the first offer, and shares the port once agreed (RFC 9143 §7.2)") {
    const auto offer = finish_offer(sample("webrtcbin122-offer-av-maxbundle-raw"), identity);
    CHECK(offer.media[1].port == 0);
    CHECK(has(offer.media[1].attributes, "bundle-only"));
    CHECK(value_of(offer.media[0].attributes, "rtpmap") == "111 opus/48000/2");
    const auto settled = settled_offer(offer, sample("chromium156-answer-av"));
    CHECK(settled.media[1].port == settled.media[0].port);
    CHECK(!has(settled.media[1].attributes, "bundle-only"));
    CHECK(value_of(settled.attributes, "group") == "BUNDLE audio0 video1");
    auto without_video = sample("chromium156-answer-video-rejected");
    without_video.media[1].port = 0;
    const auto audio_only = settled_offer(offer, without_video);
    CHECK(audio_only.media[1].is_refused());
    CHECK(value_of(audio_only.attributes, "group") == "BUNDLE audio0");
    auto unbundled = without_video;
    sdp::remove(unbundled.attributes, "group");
    CHECK(!has(settled_offer(offer, unbundled).attributes, "group"));
}

TEST_CASE("Our answer has the offer's lines, our o=, and ports by transport (RFC 3264 §6)") {
    const Call call;
    CHECK(call.local.origin.session_id == "4711");
    CHECK(call.local.origin.version == 1);
    CHECK(call.local.media[0].port == 58725);
    CHECK(call.local.media[1].port == 58725);
    CHECK(call.local.media[1].connection->address == "127.0.0.1");
    CHECK(value_of(call.local.attributes, "group") == "BUNDLE 0 1");
    CHECK(!has(call.local.media[1].attributes, "ssrc-group"));
    CHECK(sipdialog::check_answer(call.remote, call.local));
}

TEST_CASE("A refused line of our answer is clean: port 0, the offer's formats, its mid (RFC 3264 §6)") {
    const auto offer = sample("chromium156-offer-av");
    auto raw = sample("webrtcbin122-answer-to-chromium-av-raw");
    raw.media[1].port = 0;  // the engine refused it
    const auto answer = finish_answer(raw, offer, normalized(offer), identity, 5);
    CHECK(answer.origin.version == 5);
    CHECK(answer.media[1].port == 0);
    CHECK(answer.media[1].formats == offer.media[1].formats);
    CHECK(answer.media[1].attributes == sdp::Attributes{
                                            {"mid",      "1"},
                                            {"inactive", {} }
    });
    CHECK(value_of(answer.attributes, "group") == "BUNDLE 0");
}

TEST_CASE("No mid and no BUNDLE for an offer without them (RFC 5888 §9.2)") {
    const auto offer = sample("baresip10-offer-av-nobundle");
    auto raw = sample("webrtcbin122-answer-to-chromium-av-raw");
    const auto answer = finish_answer(raw, offer, normalized(offer), identity);
    CHECK(!has(answer.attributes, "group"));
    for (const auto& media : answer.media) CHECK(!has(media.attributes, "mid"));
    const auto apart = changed("chromium156-offer-av", "a=group:BUNDLE 0 1\r\n", "");
    const auto with_mids = finish_answer(raw, apart, normalized(apart), identity);
    CHECK(!has(with_mids.attributes, "group"));
    CHECK(value_of(with_mids.media[1].attributes, "mid") == "1");
}

TEST_CASE("An absorbed offer that lists fewer codecs gets no others back, and its own times (RFC 3264 §6)") {
    const auto offer = finish_offer(sample("webrtcbin122-offer-av-maxbundle-raw"), identity);
    const auto remote = sample("chromium156-answer-av");
    const auto local = settled_offer(offer, remote);
    REQUIRE(local.media[0].formats == std::vector<std::string>{"111", "110"});
    auto reoffer = remote;
    reoffer.times = {
        {.start = 1, .stop = 2}
    };
    reoffer.media[0].formats = {"111"};
    const auto answer = answer_from_template(local, reoffer, DtlsRole::passive, false);
    CHECK(answer.media[0].formats == std::vector<std::string>{"111"});
    CHECK(sdp::rtpmaps(answer.media[0]).size() == 1);
    CHECK(to_string(answer).find("a=rtpmap:110") == std::string::npos);
    CHECK(to_string(answer).find("a=rtcp-fb:110") == std::string::npos);
    CHECK(answer.times == reoffer.times);
}

TEST_CASE("An answer mirrors the offered directions, and holds when we do (RFC 3264 §6.1)") {
    const auto offer = sample("chromium156-reoffer-hold-av");
    const auto raw = sample("webrtcbin122-answer-to-chromium-av-raw");
    const auto open = finish_answer(raw, offer, normalized(offer), identity, 1, false);
    CHECK(direction(open, open.media[0]) == recvonly);
    const auto held = finish_answer(raw, offer, normalized(offer), identity, 1, true);
    CHECK(direction(held, held.media[0]) == inactive);
}

TEST_CASE("A phone that leaves the choice begins DTLS; with a browser we do (RFC 5763 §5)") {
    const auto setup = [](const std::string& name) {
        const auto offer = normalized(sample(name));
        return std::string(value_of(offer.description.media.front().attributes, "setup").value_or(""));
    };
    CHECK(setup("baresip10-offer-av-nobundle") == "active");
    CHECK(setup("chromium156-offer-av") == "actpass");
    CHECK(setup("firefox153-offer-audio") == "actpass");
    const auto decided = changed("baresip10-offer-av-nobundle", "a=setup:actpass", "a=setup:passive");
    CHECK(value_of(normalized(decided).description.media.front().attributes, "setup") == "passive");
}

TEST_CASE("An answer has the profile of its offer, whatever webrtcbin writes (RFC 3264 §6)") {
    const auto offer = changed("chromium156-offer-av", "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP");
    const auto answer =
        finish_answer(sample("webrtcbin122-answer-to-chromium-av-raw"), offer, normalized(offer), identity);
    for (const auto& media : answer.media) CHECK(media.protocol == "UDP/TLS/RTP/SAVP");
}

TEST_CASE("The DTLS role follows the answer, whoever wrote it (RFC 5763 §5)") {
    CHECK(dtls_role(sample("chromium156-answer-av"), false) == DtlsRole::passive);
    CHECK(dtls_role(sample("chromium156-answer-av"), true) == DtlsRole::active);
    CHECK(dtls_role(changed("chromium156-answer-av", "setup:active", "setup:passive"), false) == DtlsRole::active);
    CHECK(dtls_role(sample("baresip10-answer-audio"), false) == DtlsRole::passive);  // at session level
}

TEST_CASE("Our hold offer is the template with new directions and actpass, nothing else (RFC 3264 §8.4)") {
    const Call call;
    const auto hold = reoffer_from_template(call.local, true);
    CHECK(hold.origin.version == call.local.origin.version + 1);
    auto expected = call.local;
    expected.origin.version = hold.origin.version;
    for (auto& media : expected.media) {
        set_direction(media, sendonly);
        set(media.attributes, "setup", "actpass");
    }
    CHECK(hold == expected);
    const auto resume = reoffer_from_template(hold, false);
    CHECK(direction(resume, resume.media[0]) == sendrecv);
    CHECK(reoffer_from_template(hold, true) == hold);  // a session refresh
}

TEST_CASE("Chromium's hold is absorbed: directions mirrored, our real role, its numbers (RFC 3264 §8.4)") {
    const Call call;
    const auto hold = sample("chromium156-reoffer-hold-av");
    REQUIRE(classify_reoffer(call.local, call.remote, DtlsRole::active, hold) == Reoffer::absorb);
    const auto answer = answer_from_template(call.local, hold, DtlsRole::active, false);
    CHECK(answer.origin.version == call.local.origin.version + 1);
    for (const auto& media : answer.media) {
        CHECK(direction(answer, media) == recvonly);
        CHECK(value_of(media.attributes, "setup") == "active");
        CHECK(value_of(media.attributes, "ice-ufrag") == "j6cuJT108HruvGerxyLE2oK90JVkHQUT");
    }
    CHECK(agreed_directions(answer, hold) == std::vector{recvonly, recvonly});
    CHECK(answer_from_template(answer, hold, DtlsRole::active, false) == answer);
    const auto passive = answer_from_template(call.local, hold, DtlsRole::passive, true);
    CHECK(value_of(passive.media[0].attributes, "setup") == "passive");
    CHECK(direction(passive, passive.media[0]) == inactive);
}

TEST_CASE("What an offer inside a session asks: each kind of change") {
    const Call call;
    const auto classify = [&](const SessionDescription& offer) {
        return classify_reoffer(call.local, call.remote, DtlsRole::active, offer);
    };
    const std::string name = "chromium156-offer-av";
    CHECK(classify(sample(name)) == Reoffer::absorb);
    CHECK(classify(changed(name, "a=candidate:", "a=x-candidate:")) == Reoffer::absorb);
    CHECK(classify(changed(name, "a=ice-ufrag:Ziz+", "a=ice-ufrag:abcd")) == Reoffer::recreate);
    CHECK(classify(changed(name, "a=ice-pwd:B", "a=ice-pwd:C")) == Reoffer::recreate);
    CHECK(classify(changed(name, "sha-256 6B:", "sha-256 6C:")) == Reoffer::recreate);
    CHECK(classify(changed(name, "sha-256 6B:", "SHA-256 6b:")) == Reoffer::absorb);
    CHECK(classify(changed(name, "setup:actpass", "setup:active")) == Reoffer::recreate);
    CHECK(classify(changed(name, "setup:actpass", "setup:passive")) == Reoffer::absorb);
    CHECK(classify(changed(name, "rtpmap:111 opus", "rtpmap:111 other")) == Reoffer::recreate);
    CHECK(classify(changed(name, "m=video 35768 UDP/TLS/RTP/SAVPF 96 97", "m=video 35768 UDP/TLS/RTP/SAVPF 97")) ==
          Reoffer::recreate);
    CHECK(classify(changed(name, "a=mid:1\r\n", "a=mid:2\r\n")) == Reoffer::refuse);
    CHECK(classify(changed(name, "m=video", "m=application")) == Reoffer::refuse);
    auto offer = sample(name);
    std::swap(offer.media[0], offer.media[1]);
    CHECK(classify(offer) == Reoffer::refuse);
    offer = sample(name);
    offer.media.pop_back();
    CHECK(classify(offer) == Reoffer::refuse);
    offer = sample(name);
    offer.media[1].port = 0;
    CHECK(classify(offer) == Reoffer::absorb);
    offer.media[0].port = 0;
    CHECK(classify(offer) == Reoffer::absorb);
    offer = sample(name);
    offer.media.push_back(offer.media[1]);
    set(offer.media[2].attributes, "mid", "2");
    CHECK(classify(offer) == Reoffer::renegotiate);
    offer.media[2].protocol = "UDP/DTLS/SCTP";
    CHECK(classify(offer) == Reoffer::absorb);
}

TEST_CASE(
    "A line we refused and the peer keeps offering stays refused; one it enables anew is a new line (RFC 3264 §8.1)") {
    const auto offer = sample("chromium156-offer-av");
    auto raw = sample("webrtcbin122-answer-to-chromium-av-raw");
    raw.media[1].port = 0;
    const auto local = finish_answer(raw, offer, normalized(offer), identity);
    CHECK(classify_reoffer(local, offer, DtlsRole::active, offer) == Reoffer::absorb);
    CHECK(answer_from_template(local, offer, DtlsRole::active, false).media[1].port == 0);
    auto disabled = offer;
    disabled.media[1].port = 0;
    CHECK(classify_reoffer(local, disabled, DtlsRole::active, offer) == Reoffer::renegotiate);
    auto recycled = offer;  // a rejected line comes back under another mid (RFC 8829 §5.2.2)
    set(recycled.media[1].attributes, "mid", "2");
    CHECK(classify_reoffer(local, disabled, DtlsRole::active, recycled) == Reoffer::renegotiate);
    CHECK(classify_reoffer(local, offer, DtlsRole::active, recycled) == Reoffer::absorb);
}

TEST_CASE("Lines removed or added in an absorbed offer are answered with port 0 (RFC 3264 §8.2)") {
    const Call call;
    auto offer = call.remote;
    offer.media[1].port = 0;
    offer.media.push_back(sample("chromium156-offer-audio-datachannel").media[1]);
    set(offer.media[2].attributes, "mid", "2");
    const auto answer = answer_from_template(call.local, offer, DtlsRole::active, false);
    REQUIRE(answer.media.size() == 3);
    CHECK(answer.media[0].port != 0);
    CHECK(answer.media[1].port == 0);
    CHECK(answer.media[2].port == 0);
    CHECK(answer.media[2].kind == "application");
    CHECK(value_of(answer.media[2].attributes, "mid") == "2");
    CHECK(value_of(answer.attributes, "group") == "BUNDLE 0");
}

TEST_CASE("The answer to our hold is taken when it changes nothing but directions (RFC 3264 §8.4)") {
    const auto offer = finish_offer(sample("webrtcbin122-offer-av-maxbundle-raw"), identity);
    const auto remote = sample("chromium156-answer-av");
    const auto local = settled_offer(offer, remote);
    const auto hold = reoffer_from_template(local, true);
    const auto takes = [&](const SessionDescription& answer) {
        return check_reanswer(remote, hold, answer).has_value();
    };
    auto answer = remote;
    for (auto& media : answer.media) set_direction(media, recvonly);
    CHECK(takes(answer));
    CHECK(agreed_directions(hold, answer) == std::vector{sendonly, sendonly});
    const std::string ufrag(*value_of(remote.media[0].attributes, "ice-ufrag"));
    CHECK(!takes(changed("chromium156-answer-av", "ice-ufrag:" + ufrag, "ice-ufrag:abcd")));
    CHECK(!takes(changed("chromium156-answer-av", "OPUS", "other")));
    answer.media.pop_back();
    CHECK(!takes(answer));
}

TEST_CASE("No changed octet of an offer breaks the rules: it is refused, or completed and answered line by line") {
    const Call call;
    const std::string text = sdp_sample("baresip10-offer-av-nobundle");
    const auto raw = sample("webrtcbin122-answer-to-chromium-av-raw");
    const auto keeps_rules = [&](const SessionDescription& offer) {
        const auto asked = classify_reoffer(call.local, call.remote, DtlsRole::active, offer);
        const auto answer = answer_from_template(call.local, offer, DtlsRole::active, false);
        if (asked != Reoffer::refuse && answer.media.size() != offer.media.size()) return false;
        const auto result = normalize_offer(offer);
        if (!result) return result.error().status == 488;
        const auto finished = finish_answer(raw, offer, *result, identity);
        return result->lines.size() == offer.media.size() && finished.media.size() == offer.media.size() &&
               std::ranges::all_of(result->description.media, [](const auto& media) {
                   return has(media.attributes, "mid") && has(media.attributes, "fingerprint") &&
                          has(media.attributes, "setup");
               });
    };
    for (std::size_t i = 0; i < text.size(); ++i)
        for (const char c : {' ', ':', '0', 'x'}) {
            std::string other = text;
            other[i] = c;
            const auto offer = sdp::parse(other);
            CAPTURE(other);
            if (offer) CHECK(keeps_rules(*offer));
        }
}
