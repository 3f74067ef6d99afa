// SPDX-License-Identifier: MIT
#include <sipdialog/media_negotiator.hpp>
#include <sipdialog/negotiation.hpp>

#include <doctest/doctest.h>

#include <array>

namespace sdp = sipmsg::sdp;
using namespace sipdialog;
using enum sipmsg::sdp::Direction;

namespace {

const MediaCapability audio = {
    .codecs = {{.name = "PCMA"},
               {.name = "PCMU"},
               {.name = "opus", .clock_rate = 48'000, .channels = 2, .fmtp = "useinbandfec=1"},
               {.name = "telephone-event", .payload = 101, .fmtp = "0-15"}},
    .port = 4000,
    .ptime = 20,
};
const MediaCapability video = {
    .kind = "video",
    .codecs = {{.name = "H264", .clock_rate = 90'000, .fmtp = "profile-level-id=42e01f;packetization-mode=1"},
               {.name = "VP8", .clock_rate = 90'000}},
    .port = 4002,
};
const MediaCapabilities ours = {
    .address = "192.0.2.1", .media = {audio, video}
};
const MediaCapabilities sound_only = {.address = "192.0.2.1", .media = {audio}};
const sdp::Origin origin = {.session_id = "77", .version = 3};

SessionDescription read(const std::string& text) {
    auto parsed = sdp::parse(text);
    REQUIRE(parsed);
    return *std::move(parsed);
}

std::string text(const std::string& lines, const std::string& address = "192.0.2.9") {
    return "v=0\r\no=- 5 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 " + address + "\r\nt=0 0\r\n" + lines;
}

SessionDescription description(const std::string& lines, const std::string& address = "192.0.2.9") {
    return read(text(lines, address));
}

SessionDescription answered(const SessionDescription& offer, const MediaCapabilities& capabilities = ours,
                            bool hold = false) {
    auto answer = make_answer(offer, capabilities, origin, hold);
    REQUIRE(answer);
    CHECK(sdp::parse(to_string(*answer)) == *answer);
    return *std::move(answer);
}

std::vector<NegotiatedMedia> checked(const SessionDescription& offer, const SessionDescription& answer) {
    auto agreed = check_answer(offer, answer);
    REQUIRE(agreed);
    return *std::move(agreed);
}

std::string audio_with(Direction direction) {
    return "m=audio 5000 RTP/AVP 0\r\na=" + std::string(to_string(direction)) + "\r\n";
}

}  // namespace

TEST_CASE("An offer has one m-line a capability, numbers, parameters and directions (RFC 3264 §5)") {
    CHECK(to_string(make_offer(ours, origin)) ==
          "v=0\r\no=- 77 3 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
          "m=audio 4000 RTP/AVP 8 0 96 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
          "a=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1\r\na=rtpmap:101 telephone-event/8000\r\n"
          "a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
          "m=video 4002 RTP/AVP 96 97\r\na=rtpmap:96 H264/90000\r\n"
          "a=fmtp:96 profile-level-id=42e01f;packetization-mode=1\r\na=rtpmap:97 VP8/90000\r\na=sendrecv\r\n");
}

TEST_CASE("Two codecs never share a number in an offer, and an IPv6 address is IP6 (RFC 3264 §5.1)") {
    const MediaCapability clash = {
        .codecs = {{.name = "PCMU", .payload = 96}, {.name = "PCMA", .payload = 96}, {.name = "X"}}
    };
    const auto offer = make_offer(
        {
            .address = "2001:db8::1", .media = {clash, {.kind = "video"}}
    },
        origin);
    REQUIRE(offer.media.size() == 1);
    CHECK(offer.media[0].formats == std::vector<std::string>{"96", "97", "98"});
    CHECK(offer.connection->address_type == "IP6");
    CHECK(offer.origin.address_type == "IP6");
}

TEST_CASE(
    "A codec preference list sets the order in offers, and in answers when asked, and drops the unlisted (RFC 3264 "
    "§6.1)") {
    const auto offer = description("m=audio 5000 RTP/AVP 0 18 8 111\r\na=rtpmap:111 opus/48000/2\r\n");
    CHECK(answered(offer).media[0].formats == std::vector<std::string>{"0", "8", "111"});
    MediaCapabilities mine = ours;
    mine.own_order = true;
    CHECK(answered(offer, mine).media[0].formats == std::vector<std::string>{"8", "0", "111"});
}

TEST_CASE(
    "An answer uses the offer's numbers, our parameters, the offer's times and every m-line in its place (RFC 3264 "
    "§6)") {
    auto offer = description(
        "m=application 5004 TCP/BFCP *\r\nm=video 5002 RTP/AVP 31 120\r\na=rtpmap:120 vp8/90000\r\n"
        "m=audio 5000 RTP/AVP 104 97 0\r\na=rtpmap:104 OPUS/48000/2\r\na=rtpmap:97 telephone-event/8000\r\n"
        "m=audio 5006 RTP/AVP 0\r\nm=audio 0 RTP/AVP 0\r\n");
    offer.times = {
        {.start = 1, .stop = 2}
    };
    CHECK(to_string(answered(offer)) ==
          "v=0\r\no=- 77 3 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=1 2\r\nm=application 0 TCP/BFCP *\r\n"
          "m=video 4002 RTP/AVP 120\r\na=rtpmap:120 VP8/90000\r\na=sendrecv\r\n"
          "m=audio 4000 RTP/AVP 104 97 0\r\na=rtpmap:104 opus/48000/2\r\na=fmtp:104 useinbandfec=1\r\n"
          "a=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-15\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=sendrecv\r\n"
          "m=audio 0 RTP/AVP 0\r\nm=audio 0 RTP/AVP 0\r\n");
}

TEST_CASE("Static payload numbers are understood without rtpmap (RFC 3264 §5.1)") {
    CHECK(answered(description("m=audio 5000 RTP/AVP 8\r\n")).media[0].formats == std::vector<std::string>{"8"});
}

TEST_CASE("A codec must agree in clock rate, channels and the parameters that make its format (RFC 3264 §6.1)") {
    const auto refuses = [](const std::string& lines) { return !make_answer(description(lines), ours, origin); };
    CHECK(refuses("m=audio 5000 RTP/AVP 96\r\na=rtpmap:96 opus/48000\r\n"));
    CHECK(refuses("m=audio 5000 RTP/AVP 96\r\na=rtpmap:96 PCMA/16000\r\n"));
    CHECK(refuses("m=audio 5000 RTP/AVP 0\r\na=rtpmap:0 L16/8000\r\n"));
    const std::string h264 = "m=video 5000 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n";
    CHECK(refuses(h264));
    CHECK(refuses(h264 + "a=fmtp:99 packetization-mode=1;profile-level-id=640020\r\n"));
    CHECK(!refuses(h264 + "a=fmtp:99 level-asymmetry-allowed=1; Packetization-Mode=1; profile-level-id=42E00b\r\n"));
}

TEST_CASE("telephone-event alone is no media, and goes with the clock rate of a codec (RFC 4733 §2.1)") {
    CHECK(!make_answer(description("m=audio 5000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n"), ours, origin));
    const auto answer = answered(description(
        "m=audio 5000 RTP/AVP 111 101\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n"));
    CHECK(answer.media[0].formats == std::vector<std::string>{"111"});
}

TEST_CASE("An offer with nothing to be had is refused with 488 and the Warning that says why (RFC 3261 §20.43)") {
    const auto refusal = [](const std::string& lines) {
        const auto answer = make_answer(description(lines), sound_only, origin);
        REQUIRE(!answer);
        CHECK(answer.error().status == 488);
        CHECK(!answer.error().reason.empty());
        return answer.error().warning;
    };
    CHECK(refusal("m=video 5000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n") == 304);
    CHECK(refusal("m=audio 5000 RTP/SAVP 0\r\n") == 302);
    CHECK(refusal("m=audio 5000 RTP/AVP 18\r\n") == 305);
}

TEST_CASE("An offer without media, or with all of it removed, has an answer like it (RFC 3264 §6, §8.2)") {
    CHECK(answered(description("")).media.empty());
    const auto answer = answered(description("m=audio 0 RTP/AVP 0\r\n"));
    REQUIRE(answer.media.size() == 1);
    CHECK(answer.media[0].port == 0);
}

TEST_CASE("Offered directions on hold and off, from each direction (RFC 3264 §8.4)") {
    struct Row {
        Direction current, hold, resume;
    };
    for (const auto& row : std::to_array<Row>({
             {inactive, inactive, recvonly},
             {recvonly, inactive, recvonly},
             {sendonly, sendonly, sendrecv},
             {sendrecv, sendonly, sendrecv},
    })) {
        CHECK(offered_direction(row.current, true) == row.hold);
        CHECK(offered_direction(row.current, false) == row.resume);
        auto last = make_offer(sound_only, origin);
        set_direction(last.media[0], row.current);
        const auto held = make_reoffer(last, sound_only, true);
        CHECK(direction(held, held.media[0]) == row.hold);
        const auto resumed = make_reoffer(last, sound_only, false);
        CHECK(direction(resumed, resumed.media[0]) == row.resume);
    }
}

TEST_CASE("Answered directions on hold and off, for each offered direction (RFC 3264 §6.1)") {
    struct Row {
        Direction offered, hold, open;
    };
    for (const auto& row : std::to_array<Row>({
             {inactive, inactive, inactive},
             {recvonly, sendonly, sendonly},
             {sendonly, inactive, recvonly},
             {sendrecv, sendonly, sendrecv},
    })) {
        CHECK(answered_direction(row.offered, true) == row.hold);
        CHECK(answered_direction(row.offered, false) == row.open);
        const auto offer = description(audio_with(row.offered));
        const auto held = answered(offer, ours, true);
        CHECK(direction(held, held.media[0]) == row.hold);
        const auto open = answered(offer);
        CHECK(direction(open, open.media[0]) == row.open);
    }
}

TEST_CASE("Directions are decided for each m-line (RFC 3264 §8.4)") {
    const auto answer =
        answered(description("a=sendonly\r\nm=audio 5000 RTP/AVP 0\r\n"
                             "m=video 5002 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=recvonly\r\n"));
    CHECK(direction(answer, answer.media[0]) == recvonly);
    CHECK(direction(answer, answer.media[1]) == sendonly);
}

TEST_CASE("A capability that only sends is never offered or answered as more") {
    MediaCapabilities announcer = sound_only;
    announcer.media[0].direction = sendonly;
    const auto offer = make_offer(announcer, origin);
    CHECK(direction(offer, offer.media[0]) == sendonly);
    const auto again = make_reoffer(offer, announcer, false);
    CHECK(direction(again, again.media[0]) == sendonly);
    const auto answer = answered(description(audio_with(sendrecv)), announcer);
    CHECK(direction(answer, answer.media[0]) == sendonly);
    CHECK(make_offer(announcer, origin, true).media == offer.media);
}

TEST_CASE("c=0.0.0.0 is the old hold: the peer gets nothing, unless it uses ICE (RFC 3264 §8.4)") {
    const auto offer = description("m=audio 5000 RTP/AVP 0\r\n", "0.0.0.0");
    const auto answer = answered(offer);
    CHECK(direction(answer, answer.media[0]) == recvonly);
    CHECK(is_hold(offer));
    CHECK(!is_hold(description("m=audio 9 RTP/AVP 0\r\na=ice-ufrag:abcd\r\n", "0.0.0.0")));
    CHECK(agree(answer, offer)[0].direction == recvonly);
}

TEST_CASE("Text holds when the description in it does (RFC 3264 §8.4)") {
    const auto holds = [](const SessionDescription& offer) {
        CHECK(is_hold(sipmsg::sdp::to_string(offer)) == is_hold(offer));
        return is_hold(offer);
    };
    CHECK(holds(description("m=audio 5000 RTP/AVP 0\r\n", "0.0.0.0")));
    CHECK(holds(description("m=audio 5000 RTP/AVP 0\r\n", "::")));
    CHECK(holds(description(audio_with(sendonly))));
    CHECK(holds(description(audio_with(inactive))));
    CHECK(!holds(description(audio_with(recvonly))));
    CHECK(!holds(description("m=audio 5000 RTP/AVP 0\r\n")));
    CHECK(!is_hold(std::string_view("a=sendonly\r\n")));
}

TEST_CASE("The peer holds when it receives on no stream it keeps (RFC 3264 §8.4)") {
    CHECK(is_hold(description(audio_with(sendonly))));
    CHECK(is_hold(description(audio_with(inactive) + "m=video 0 RTP/AVP 96\r\n")));
    CHECK(!is_hold(description(audio_with(inactive) + audio_with(recvonly))));
    CHECK(!is_hold(description("m=audio 0 RTP/AVP 0\r\n")));
    const std::string data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";
    CHECK(is_hold(description(audio_with(sendonly) + data)));  // it has no direction: RFC 8841 §9.2
    CHECK(!is_hold(description(data)));
    CHECK(!is_hold(description("")));
}

TEST_CASE("What each side may do is what both descriptions allow, in all sixteen cases (RFC 3264 §6.1)") {
    for (const Direction offered : {inactive, sendonly, recvonly, sendrecv})
        for (const Direction answer : {inactive, sendonly, recvonly, sendrecv}) {
            const auto local = description(audio_with(offered));
            const auto remote = description(audio_with(answer));
            const auto agreed = checked(local, remote)[0].direction;
            CHECK(sends(agreed) == (sends(offered) && receives(answer)));
            CHECK(receives(agreed) == (receives(offered) && sends(answer)));
            CHECK(agree(remote, local)[0].direction == mirrored(agreed));
        }
}

TEST_CASE("We send with the peer's first codec under the peer's number, and receive under ours (RFC 3264 §7)") {
    const auto agreed =
        checked(make_offer(ours, origin),
                description("m=audio 5000 RTP/AVP 120 0 99\r\na=rtpmap:120 opus/48000/2\r\na=fmtp:120 stereo=1\r\n"
                            "a=rtpmap:99 telephone-event/8000\r\na=ptime:40\r\nm=video 0 RTP/AVP 96\r\n"));
    REQUIRE(agreed.size() == 2);
    CHECK(agreed[0].accepted);
    CHECK(agreed[0].codec == "opus");
    CHECK(agreed[0].send_payload == 120);
    CHECK(agreed[0].receive_payload == 96);
    CHECK(agreed[0].send_fmtp == "stereo=1");
    CHECK(!agreed[0].send_event_payload);  // 8000 Hz does not go with opus
    CHECK(agreed[0].address == "192.0.2.9");
    CHECK(agreed[0].port == 5000);
    CHECK(agreed[0].ptime == 40);
    CHECK(!agreed[1].accepted);
}

TEST_CASE("telephone-event of the codec's clock rate is agreed beside it (RFC 4733 §2.1)") {
    const auto agreed = checked(
        make_offer(ours, origin),
        description("m=audio 5000 RTP/AVP 99 8\r\na=rtpmap:99 telephone-event/8000\r\nm=video 0 RTP/AVP 96\r\n"));
    CHECK(agreed[0].codec == "PCMA");
    CHECK(agreed[0].send_event_payload == 99);
    CHECK(agreed[0].receive_event_payload == 101);
}

TEST_CASE("An answer that does not correspond to the offer is refused (RFC 3264 §6)") {
    const auto offer = make_offer(ours, origin);
    const auto refused = [&](const std::string& lines) { return !check_answer(offer, description(lines)); };
    const std::string no_video = "m=video 0 RTP/AVP 96\r\n";
    CHECK(!refused("m=audio 5000 RTP/AVP 8\r\n" + no_video));
    CHECK(refused(""));
    CHECK(refused("m=audio 5000 RTP/AVP 8\r\n"));
    CHECK(refused("m=audio 5000 RTP/AVP 8\r\n" + no_video + no_video));
    CHECK(refused(no_video + "m=audio 5000 RTP/AVP 8\r\n"));
    CHECK(refused("m=audio 5000 RTP/SAVP 8\r\n" + no_video));
    CHECK(refused("m=audio 5000 RTP/AVP 18\r\n" + no_video));
    CHECK(refused("m=audio 5000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n" + no_video));
    CHECK(refused("m=audio 0 RTP/AVP 8\r\n" + no_video));
}

TEST_CASE("Two negotiators agree, hold, resume and stay in step; versions rise by one with each change (RFC 3264 §8)") {
    MediaNegotiator alice(ours, 1001), bob(sound_only, 2002);
    const auto exchange = [](MediaNegotiator& from, bool from_holds, MediaNegotiator& to, bool to_holds) {
        const auto offer = from.offer(from_holds);
        const auto answer = to.answer(*offer, to_holds);
        REQUIRE(answer);
        REQUIRE(from.apply_answer(**answer));
        CHECK(from.media()[0].direction == mirrored(to.media()[0].direction));
        CHECK(from.state() == MediaNegotiator::State::stable);
        return std::pair(read(*offer), read(**answer));
    };
    const auto [first, first_answer] = exchange(alice, false, bob, false);
    CHECK(first.origin.session_id == "1001");
    CHECK(first_answer.media.size() == 2);
    CHECK(first_answer.media[1].port == 0);
    CHECK(alice.media()[0].direction == sendrecv);

    const auto held = exchange(alice, true, bob, false).first;
    CHECK(held.origin.version == first.origin.version + 1);
    CHECK(alice.media()[0].direction == sendonly);
    CHECK(bob.is_held_by_peer());
    CHECK(!alice.is_held_by_peer());

    exchange(bob, true, alice, true);  // both hold
    CHECK(bob.media()[0].direction == inactive);
    exchange(alice, false, bob, true);
    CHECK(alice.media()[0].direction == recvonly);
    exchange(bob, false, alice, false);
    CHECK(alice.media()[0].direction == sendrecv);
    CHECK(bob.media()[0].direction == sendrecv);
    CHECK(read(*bob.local()).origin.session_id == "2002");
}

TEST_CASE("A session refresh changes nothing, and a repeated offer gets the same answer again (RFC 3264 §8)") {
    MediaNegotiator alice(sound_only, 1), bob(sound_only, 2);
    const auto offer = alice.offer();
    const auto answer = *bob.answer(*offer);
    CHECK(**bob.answer(*offer) == *answer);
    REQUIRE(alice.apply_answer(*answer));
    CHECK(*alice.offer() == *offer);
    CHECK(**bob.answer(*offer) == *answer);
    CHECK(read(**bob.answer(*offer, true)).origin.version == read(*answer).origin.version + 1);
}

TEST_CASE("A refused offer leaves no trace but its version number (RFC 3264 §8)") {
    MediaNegotiator alice(sound_only, 1), bob(sound_only, 2);
    const auto offer = alice.offer();
    REQUIRE(alice.apply_answer(**bob.answer(*offer)));
    const auto before = alice.media();
    const auto held = alice.offer(true);
    CHECK(alice.state() == MediaNegotiator::State::have_local_offer);
    CHECK(alice.answer(*offer).error().status == 491);
    alice.rollback();
    CHECK(alice.state() == MediaNegotiator::State::stable);
    CHECK(alice.media() == before);
    CHECK(*alice.local() == *offer);
    const auto next = alice.offer();
    CHECK(read(*next).media == read(*offer).media);
    CHECK(read(*next).origin.version == read(*held).origin.version + 1);
}

TEST_CASE("An offer with fewer m-lines than before, and an answer to nothing, are refused (RFC 3264 §8)") {
    MediaNegotiator alice(ours, 1);
    CHECK(alice.apply_answer(text("")).error().status == 488);
    REQUIRE(alice.answer(text("m=audio 5000 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\n")));
    const auto local = *alice.local();
    CHECK(alice.answer(text("m=audio 5000 RTP/AVP 0\r\n")).error().status == 488);
    CHECK(alice.answer(text("m=audio 5000 RTP/AVP 18\r\nm=video 0 RTP/AVP 96\r\n")).error().status == 488);
    CHECK(alice.answer("m=audio 5000 RTP/AVP 0\r\n").error().status == 488);  // no description
    CHECK(*alice.local() == local);
}

TEST_CASE("A re-offer after we answered keeps the peer's numbers and the refused lines (RFC 3264 §8.3.2)") {
    MediaNegotiator alice(ours, 1);
    REQUIRE(alice.answer(text("m=text 5002 RTP/AVP 98\r\nm=audio 5000 RTP/AVP 104\r\na=rtpmap:104 opus/48000/2\r\n")));
    const auto offer = read(*alice.offer(true));
    REQUIRE(offer.media.size() == 2);
    CHECK(offer.media[0].port == 0);
    CHECK(offer.media[0].attributes.empty());
    CHECK(offer.media[1].formats == std::vector<std::string>{"104"});
    CHECK(direction(offer, offer.media[1]) == sendonly);
}
