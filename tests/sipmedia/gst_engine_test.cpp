// SPDX-License-Identifier: MIT
#include "engine_pair.hpp"

#include <sipmedia/gst_engine.hpp>

#include <doctest/doctest.h>
#include <glib.h>

#include <algorithm>
#include <array>
#include <utility>

using namespace sipmedia;
using namespace sipmedia::test;
using namespace std::chrono_literals;

namespace {

bool both_decode(const MediaStatistics& figures, std::uint64_t audio, std::uint64_t video) {
    return figures.lines.size() == 2 && figures.lines[0].frames_decoded >= audio &&
           figures.lines[1].frames_decoded >= video;
}

// Changes one digit of every fingerprint.
std::string with_wrong_fingerprint(std::string sdp) {
    constexpr std::string_view attribute = "a=fingerprint:sha-256 ";
    for (auto at = sdp.find(attribute); at != sdp.npos; at = sdp.find(attribute, at + 1)) {
        auto& digit = sdp[at + attribute.size()];
        digit = digit == '0' ? '1' : '0';
    }
    return sdp;
}

std::size_t count(std::string_view text, std::string_view word) {
    std::size_t found = 0;
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("An offer and its answer bring decoded sound and pictures to both sides (RFC 3264 §5, §6)") {
    if (lacks_plugins()) return;
    EnginePair pair;
    REQUIRE(pair.exchange());
    REQUIRE(pair.run_until([&] {
        return both_decode(pair.statistics(pair.alice), 20, 10) && both_decode(pair.statistics(pair.bob), 20, 10);
    }));
    CHECK(pair.alice.is_connected());
    CHECK(pair.bob.is_connected());
    CHECK(pair.alice.remote_certificate != pair.bob.remote_certificate);
    CHECK_FALSE(pair.alice.failed);
    CHECK_FALSE(pair.bob.failed);
    CHECK(std::ranges::count(pair.alice.flowing, 0u) == 1);
    CHECK(std::ranges::count(pair.alice.flowing, 1u) == 1);
    for (auto* endpoint : {&pair.alice, &pair.bob}) {
        auto figures = pair.statistics(*endpoint);
        for (const auto& line : figures.lines) {
            CHECK(line.active);
            CHECK(line.codec == (line.kind == MediaKind::audio ? "opus" : "VP8"));
            CHECK(line.packets_sent > 0);
            CHECK(line.bytes_sent > 12 * line.packets_sent);
            CHECK(line.packets_received > 0);
            CHECK(line.bytes_received > 12 * line.packets_received);
            CHECK(line.jitter.has_value());
        }
    }
}

TEST_CASE("Receiver reports tell the round trip within seconds (RFC 3550 §6.4.1)") {
    if (lacks_plugins()) return;
    EnginePair pair;
    REQUIRE(pair.exchange());
    auto known = [&](Endpoint& endpoint) {
        auto lines = pair.statistics(endpoint).lines;
        return std::ranges::all_of(lines, [](auto& line) { return line.round_trip > 0ns && line.round_trip < 1s; });
    };
    CHECK(pair.run_until([&] { return known(pair.alice) && known(pair.bob); }));
}

TEST_CASE("A bundled offer is answered on one transport (RFC 9143 §7.3)") {
    if (lacks_plugins()) return;
    auto bundled = loopback();
    bundled.bundle = Bundle::all;
    EnginePair pair(bundled);
    REQUIRE(pair.exchange());
    CHECK(count(**pair.bob.description, "a=group:BUNDLE") == 1);
    CHECK(pair.run_until([&] {
        return both_decode(pair.statistics(pair.alice), 5, 5) && both_decode(pair.statistics(pair.bob), 5, 5);
    }));
}

TEST_CASE("Pictures go as H.264 where the answerer has it alone, or takes it first (RFC 6184 §8.2.2)") {
    if (lacks_plugins() || lacks_h264()) return;
    auto either = loopback(), only = loopback(), reversed = loopback();
    only.video_codecs = {"h264"};
    reversed.video_codecs = {"H264", "VP8"};
    const auto sides = std::to_array<std::pair<WebRtcOptions, WebRtcOptions>>({
        {either,   only  },
        {only,     either},
        {reversed, either}
    });
    for (const auto& [caller, callee] : sides) {
        EnginePair pair(caller, callee);
        REQUIRE(pair.exchange());
        const std::string offer = **pair.alice.description, answer = **pair.bob.description;
        CHECK(count(offer, "a=rtpmap:102 H264/90000\r\n") == 1);
        CHECK(count(offer, "a=rtpmap:96 VP8/90000\r\n") == caller.video_codecs.size() - 1);
        CHECK(count(answer, "a=rtpmap:102 H264/90000\r\n") == 1);
        CHECK(count(answer, "VP8") == 0);
        for (const auto& description : {offer, answer}) {
            const std::string fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
            CHECK(count(description, "a=fmtp:102 " + fmtp + "\r\n") == 1);
            CHECK(count(description, "a=fmtp:102 ") == 1);
        }
        REQUIRE(pair.run_until([&] {
            return both_decode(pair.statistics(pair.alice), 5, 20) && both_decode(pair.statistics(pair.bob), 5, 20);
        }));
        for (auto* endpoint : {&pair.alice, &pair.bob}) {
            CHECK(pair.statistics(*endpoint).lines.at(1).codec == "H264");
            CHECK_FALSE(endpoint->failed);
        }
    }
}

TEST_CASE("Of two codecs both have, VP8 is taken unless the lists say otherwise (RFC 3264 §5.1, §6.1)") {
    if (lacks_plugins() || lacks_h264()) return;
    EnginePair pair;
    REQUIRE(pair.exchange());
    CHECK(count(**pair.alice.description, " 96 102\r\n") == 1);
    CHECK(count(**pair.bob.description, "H264") == 0);
    CHECK(pair.run_until([&] { return both_decode(pair.statistics(pair.bob), 5, 5); }));
}

TEST_CASE("Missed pictures are followed by a key frame that was asked for, not by the next one (RFC 4585 §6.3.1)") {
    if (lacks_plugins() || lacks_h264()) return;
    for (const auto* codec : {"VP8", "H264"}) {
        CAPTURE(std::string(codec));
        auto options = loopback();
        options.video_codecs = {codec};
        EnginePair pair(options, options);
        REQUIRE(pair.exchange());
        auto sent = [&] { return pair.statistics(pair.alice).lines.at(1).packets_sent; };
        auto decoded = [&] { return pair.statistics(pair.bob).lines.at(1).frames_decoded; };
        REQUIRE(pair.run_until([&] { return decoded() > 5; }));
        // The second time the last key frame is the one that was asked for, and every sixtieth comes by itself.
        for (int i = 0; i < 2; ++i) {
            pair.bob.engine->set_gate(1, {.send = true, .receive = false});
            const auto before = sent();
            REQUIRE(pair.run_until([&] { return sent() > before + 5; }));
            const auto missing = decoded(), opened = sent();
            pair.bob.engine->set_gate(1, {});
            REQUIRE(pair.run_until([&] { return decoded() > missing + 1; }));
            CHECK(sent() < opened + 40);
        }
    }
}

TEST_CASE("Parameters of the peer are no reason to refuse its codec, and are not said back to it (RFC 7587 §7)") {
    if (lacks_plugins()) return;
    EnginePair pair(loopback(false), loopback(false));
    REQUIRE(pair.exchange([](std::string sdp) {
        constexpr std::string_view ours = "minptime=10;useinbandfec=1";
        const auto at = sdp.find(ours);
        return at == sdp.npos ? sdp : sdp.replace(at, ours.size(), "minptime=3;useinbandfec=0;stereo=1");
    }));
    CHECK(count(**pair.bob.description, "a=fmtp:111 minptime=10;useinbandfec=1\r\n") == 1);
    CHECK(pair.run_until([&] { return pair.statistics(pair.bob).lines.at(0).frames_decoded > 5; }));
}

TEST_CASE(
    "What webrtcbin has no use for does not reach it: odd parameters, an SSRC 0 (RFC 8866 §6.15, RFC 5576 §4.1)") {
    if (lacks_plugins()) return;
    int criticals = 0;
    const auto handler = g_log_set_handler(
        nullptr, G_LOG_LEVEL_CRITICAL,
        [](const char*, GLogLevelFlags, const char*, gpointer seen) { ++*static_cast<int*>(seen); }, &criticals);
    EnginePair pair(loopback(false), loopback(false));
    CHECK(pair.exchange([](std::string sdp) {
        constexpr std::string_view ours = "minptime=10;useinbandfec=1";
        const auto at = sdp.find(ours);
        return at == sdp.npos ? sdp : sdp.replace(at, ours.size(), "a=b;c;=d;e=;{}=[];\"=\"\r\na=ssrc:0 cname:x");
    }));
    CHECK(pair.run_until([&] { return !pair.alice.flowing.empty() && !pair.bob.flowing.empty(); }));
    g_log_remove_handler(nullptr, handler);
    CHECK(criticals == 0);
}

TEST_CASE("A certificate that the description did not promise ends the call before media passes (RFC 5763 §5)") {
    if (lacks_plugins()) return;
    EnginePair pair;
    REQUIRE(pair.exchange(with_wrong_fingerprint));
    REQUIRE(pair.run_until([&] { return pair.bob.failed.has_value(); }));
    CHECK(pair.bob.failed->code == Errc::fingerprint_mismatch);
    CHECK_FALSE(pair.bob.is_connected());
    for (const auto& line : pair.statistics(pair.bob).lines) {
        CHECK(line.packets_sent == 0);
        CHECK(line.packets_received == 0);
        CHECK(line.frames_decoded == 0);
    }
}

TEST_CASE("The first packets and the first tone are heard, however late the executor is (RFC 4733 §2.5.2)") {
    if (lacks_plugins()) return;
    EnginePair pair(loopback(false), loopback(false));
    asio::io_context late;  // Bob's: what it does not run, he does not know yet
    const auto work = asio::make_work_guard(late);
    pair.bob.engine.reset();
    Endpoint bob(late, loopback(false));
    auto both_until = [&](const std::function<bool()>& condition) {
        return pair.run_until([&] { return late.poll(), condition(); });
    };
    pair.alice.engine->set_gate(0, {.send = false, .receive = true});
    pair.alice.create_offer();
    REQUIRE(both_until([&] { return pair.alice.description.has_value(); }));
    bob.accept_offer(**pair.alice.description);
    REQUIRE(both_until([&] { return bob.description.has_value(); }));
    pair.alice.accept_answer(**bob.description);
    REQUIRE(both_until([&] { return pair.alice.is_connected() && bob.is_connected(); }));

    auto alice_sent = [&] { return pair.statistics(pair.alice).lines[0].packets_sent; };
    pair.alice.engine->set_gate(0, {});
    REQUIRE(pair.run_until([&] { return alice_sent() >= 20; }));
    REQUIRE(both_until([&] { return !bob.flowing.empty(); }));
    pair.alice.engine->set_gate(0, {.send = false, .receive = true});
    auto bob_received = [&] {
        std::optional<MediaStatistics> figures;
        bob.engine->statistics([&](auto result) { figures = std::move(result); });
        REQUIRE(both_until([&] { return figures.has_value(); }));
        return figures->lines[0].packets_received;
    };
    CHECK(both_until([&] { return bob_received() == alice_sent(); }));

    pair.alice.engine->set_gate(0, {});
    REQUIRE(pair.run_until([&] { return pair.alice.engine->send_dtmf("5", 100ms, 50ms); }));
    const auto before = alice_sent();
    REQUIRE(pair.run_until([&] { return alice_sent() >= before + 20; }));  // the tone, and sound behind it
    CHECK(bob.heard.empty());
    CHECK(both_until([&] { return !bob.heard.empty(); }));
    CHECK(bob.heard == "5");
}

TEST_CASE("Media that stops is told as lost once, and as returned; what may not come is not missed") {
    if (lacks_plugins()) return;
    auto watchful = loopback(false);
    watchful.media_timeout = 500ms;
    EnginePair pair(loopback(false), watchful);
    REQUIRE(pair.exchange());
    REQUIRE(pair.run_until([&] { return !pair.bob.flowing.empty(); }));
    pair.alice.engine->set_gate(0, {.send = false, .receive = true});
    REQUIRE(pair.run_until([&] { return !pair.bob.lost.empty(); }));
    pair.alice.engine->set_gate(0, {});
    REQUIRE(pair.run_until([&] { return !pair.bob.returned.empty(); }));
    CHECK(pair.bob.lost == std::vector<std::size_t>{0});
    CHECK(pair.bob.returned == std::vector<std::size_t>{0});

    pair.bob.engine->set_gate(0, {.send = true, .receive = false});  // he holds
    pair.bob.lost.clear();
    const auto sent = pair.statistics(pair.alice).lines[0].packets_sent;
    REQUIRE(pair.run_until([&] { return pair.statistics(pair.alice).lines[0].packets_sent > sent + 40; }));
    CHECK(pair.bob.lost.empty());
    CHECK_FALSE(pair.bob.failed);
}

TEST_CASE("Offered video is refused with port 0 when there is none to give (RFC 3264 §6)") {
    if (lacks_plugins()) return;
    for (auto bundle : {Bundle::none, Bundle::all}) {
        auto caller = loopback();
        caller.bundle = bundle;
        EnginePair pair(caller, loopback(false));
        REQUIRE(pair.exchange());
        CHECK(count(**pair.bob.description, "m=video 0 ") == 1);
        CHECK(pair.run_until([&] {
            auto alice = pair.statistics(pair.alice), bob = pair.statistics(pair.bob);
            return alice.lines[0].frames_decoded > 5 && bob.lines[0].frames_decoded > 5;
        }));
        auto figures = pair.statistics(pair.alice);
        CHECK_FALSE(figures.lines[1].active);
        CHECK(figures.lines[1].packets_sent == 0);
    }
}

TEST_CASE("A closed gate stops one direction of one m-line and no other, and may open again") {
    if (lacks_plugins()) return;
    EnginePair pair;
    pair.alice.engine->set_gate(0, {.send = false, .receive = true});
    REQUIRE(pair.exchange());
    REQUIRE(pair.run_until([&] {
        auto alice = pair.statistics(pair.alice), bob = pair.statistics(pair.bob);
        return alice.lines[0].frames_decoded > 10 && alice.lines[1].frames_decoded > 5 &&
               bob.lines[1].frames_decoded > 5;
    }));
    CHECK(pair.statistics(pair.alice).lines[0].packets_sent == 0);
    CHECK(pair.statistics(pair.bob).lines[0].packets_received == 0);

    pair.alice.engine->set_gate(0, {.send = true, .receive = false});
    REQUIRE(pair.run_until([&] { return pair.statistics(pair.bob).lines[0].frames_decoded > 10; }));
    const auto held = pair.statistics(pair.alice).lines[0].packets_received;
    const auto sent = pair.statistics(pair.bob).lines[0].packets_sent;
    REQUIRE(pair.run_until([&] { return pair.statistics(pair.bob).lines[0].packets_sent > sent + 10; }));
    CHECK(pair.statistics(pair.alice).lines[0].packets_received == held);

    pair.alice.engine->set_gate(0, {});
    pair.alice.engine->set_gate(1, {.send = true, .receive = false});
    REQUIRE(pair.run_until([&] { return pair.statistics(pair.alice).lines[0].packets_received > held + 10; }));
    pair.alice.engine->set_gate(1, {});
    const auto pictures = pair.statistics(pair.alice).lines[1].frames_decoded;
    CHECK(pair.run_until([&] { return pair.statistics(pair.alice).lines[1].frames_decoded > pictures + 10; }));
}

TEST_CASE("What is not a usable description is not acceptable (RFC 3261 §21.4.26)") {
    if (lacks_plugins()) return;
    for (std::string offer : {"", "nonsense", "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n",
                              "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"}) {
        EnginePair pair;
        pair.alice.accept_offer(offer);
        REQUIRE(pair.run_until([&] { return pair.alice.description.has_value(); }));
        REQUIRE_FALSE(pair.alice.description->has_value());
        CHECK(pair.alice.description->error().code == Errc::not_acceptable);
    }
}

TEST_CASE("Operations out of order are refused and change nothing") {
    if (lacks_plugins()) return;
    EnginePair pair;
    pair.alice.accept_answer("v=0\r\n");
    REQUIRE(pair.run_until([&] { return pair.alice.applied.has_value(); }));
    CHECK(pair.alice.applied->error().code == Errc::invalid_state);
    pair.alice.applied.reset();
    REQUIRE(pair.exchange());
    pair.alice.description.reset();
    pair.alice.create_offer();
    REQUIRE(pair.run_until([&] { return pair.alice.description.has_value(); }));
    CHECK(pair.alice.description->error().code == Errc::invalid_state);
    CHECK(pair.run_until([&] { return pair.statistics(pair.alice).lines[0].frames_decoded > 5; }));
}

TEST_CASE("An address that is not ours gives no candidates, and says so within the gather timeout") {
    if (lacks_plugins()) return;
    auto options = loopback();
    options.local_addresses = {"192.0.2.1"};
    options.gather_timeout = 300ms;
    EnginePair pair(options);
    pair.alice.create_offer();
    REQUIRE(pair.run_until([&] { return pair.alice.description.has_value(); }));
    REQUIRE_FALSE(pair.alice.description->has_value());
    CHECK(pair.alice.description->error().code == Errc::no_candidates);
}

TEST_CASE("A peer that never answers is given up after the connect timeout") {
    if (lacks_plugins()) return;
    auto hasty = loopback(false);
    hasty.connect_timeout = 200ms;
    EnginePair pair(loopback(false), hasty);
    pair.alice.create_offer();
    REQUIRE(pair.run_until([&] { return pair.alice.description.has_value(); }));
    pair.bob.accept_offer(**pair.alice.description);
    REQUIRE(pair.run_until([&] { return pair.bob.failed.has_value(); }));
    CHECK(pair.bob.failed->code == Errc::ice_failed);
}

TEST_CASE("Closing completes what is pending with operation_canceled, once, and no event follows") {
    if (lacks_plugins()) return;
    EnginePair pair;
    pair.alice.create_offer();
    pair.alice.engine->close();
    CHECK_FALSE(pair.alice.description);  // posted, not called from inside
    REQUIRE(pair.run_until([&] { return pair.alice.description.has_value(); }));
    REQUIRE_FALSE(pair.alice.description->has_value());
    CHECK(pair.alice.description->error().code == std::errc::operation_canceled);
    pair.alice.description.reset();
    pair.alice.engine->close();
    pair.io.poll();
    CHECK_FALSE(pair.alice.description);
    CHECK_FALSE(pair.alice.failed);
}

TEST_CASE("Engines may be destroyed after any step of a call") {
    if (lacks_plugins()) return;
    bool reached_media = false;
    for (int steps = 0; !reached_media; steps += 1 + steps / 8) {
        EnginePair pair;
        int left = steps;
        auto gone = [&] { return left-- <= 0; };
        pair.alice.create_offer();
        if (pair.run_until([&] { return gone() || pair.alice.description; }) && pair.alice.description) {
            pair.bob.accept_offer(**pair.alice.description);
            (void)pair.run_until([&] { return gone() || pair.bob.description; });
            if (pair.bob.description) pair.alice.accept_answer(**pair.bob.description);
            (void)pair.run_until([&] { return gone(); });
        }
        reached_media = !pair.alice.flowing.empty() && !pair.bob.flowing.empty();
        REQUIRE(steps < 5000);
        (steps % 2 ? pair.alice : pair.bob).engine.reset();
        pair.io.poll();
    }
    wait_for_teardown();
}

TEST_CASE("An engine may be destroyed inside its own event and completion") {
    if (lacks_plugins()) return;
    EnginePair pair;
    std::unique_ptr<GstEngine> engine;
    bool connected = false;
    EngineEvents events;
    events.on_connected = [&](auto) {
        engine.reset();
        connected = true;
    };
    engine = std::make_unique<GstEngine>(pair.io.get_executor(), loopback(), std::move(events));
    pair.alice.create_offer();
    REQUIRE(pair.run_until([&] { return pair.alice.description.has_value(); }));
    engine->accept_offer(**pair.alice.description, [&](auto answer) { pair.alice.accept_answer(*answer); });
    CHECK(pair.run_until([&] { return connected; }));

    bool offered = false;
    auto other = std::make_unique<GstEngine>(pair.io.get_executor(), loopback());
    other->create_offer([&](auto) {
        other.reset();
        offered = true;
    });
    CHECK(pair.run_until([&] { return offered; }));
}
