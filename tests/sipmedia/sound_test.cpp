// SPDX-License-Identifier: MIT
#include "engine_pair.hpp"
#include "handler_pair.hpp"
#include "tones.hpp"

#include <sipmedia/conference.hpp>
#include <sipmedia/media.hpp>
#include <sipmedia/modifiers.hpp>
#include <sipmedia/pcm.hpp>
#include <sipmedia/player.hpp>
#include <sipmedia/recorder.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <numbers>

#include <unistd.h>

using namespace sipmedia;
using namespace sipmedia::test;
using namespace std::chrono_literals;

namespace {

constexpr unsigned ear_rate = 16'000;

bool lacks_media() { return lacks_plugins() || !missing_elements(RtpOptions{.sdes = true}).empty(); }

/// Keeps what it hears, at the call's rate.
class Ear final : public SampleSink {
public:
    void write(std::span<const std::int16_t> samples, unsigned rate) override {
        std::lock_guard lock(mutex_);
        rate_ = rate;
        samples_.insert(samples_.end(), samples.begin(), samples.end());
    }
    /// Of the last quarter of a second.
    [[nodiscard]] double share(double hz) const {
        std::lock_guard lock(mutex_);
        const std::size_t wanted = rate_ / 4;
        if (rate_ == 0 || samples_.size() < wanted) return 0;
        return share_of_tone(std::span(samples_).last(wanted), hz, rate_);
    }
    [[nodiscard]] bool hears(double hz) const { return share(hz) > 0.8; }
    [[nodiscard]] bool hears_nothing() const {
        std::lock_guard lock(mutex_);
        const std::size_t wanted = rate_ / 4;
        if (rate_ == 0 || samples_.size() < wanted) return false;
        return std::ranges::all_of(std::span(samples_).last(wanted), [](int sample) { return std::abs(sample) < 64; });
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::int16_t> samples_;
    unsigned rate_ = 0;
};

std::vector<std::int16_t> tone(double hz, unsigned rate, double seconds) {
    std::vector<std::int16_t> samples(static_cast<std::size_t>(rate * seconds));
    for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] =
            static_cast<std::int16_t>(8000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate));
    return samples;
}

/// A call of two silent parties with an ear each, over the given kind of media.
struct SoundCall {
    explicit SoundCall(Security security = Security::none, AudioSource audio = silence())
        : call(media(options(security, audio)), media(options(security, audio))) {
        REQUIRE_FALSE(call.exchange(call.alice, call.bob));
        alice = sound_of(call.alice.handler.get());
        bob = sound_of(call.bob.handler.get());
        REQUIRE(alice);
        REQUIRE(bob);
        alice->add_heard(alice_ear);
        bob->add_heard(bob_ear);
    }
    static MediaOptions options(Security security, const AudioSource& audio) {
        MediaOptions made{.webrtc = loopback(false), .rtp = {.latency = 20ms}, .offer = security};
        made.webrtc.audio = made.rtp.audio = audio;
        return made;
    }

    HandlerPair call;
    std::shared_ptr<SessionSound> alice, bob;
    std::shared_ptr<Ear> alice_ear = std::make_shared<Ear>(), bob_ear = std::make_shared<Ear>();
};

std::filesystem::path temporary(const std::string& name) {
    return std::filesystem::temp_directory_path() / fmt::format("sipstrata-{}-{}", getpid(), name);
}

}  // namespace

TEST_CASE("Tones are heard once each, in order, over RTP, SRTP and WebRTC, with sound around them (RFC 4733)") {
    if (lacks_media()) return;
    for (auto security : {Security::none, Security::sdes, Security::dtls}) {
        CAPTURE(static_cast<int>(security));
        SoundCall sound(security, test_tone(1000));
        std::string alice_heard, bob_heard;
        sound.call.alice.handler->on_dtmf = [&](const sipua::Dtmf& dtmf) { alice_heard += dtmf.tone; };
        sound.call.bob.handler->on_dtmf = [&](const sipua::Dtmf& dtmf) {
            CHECK(dtmf.in_media);
            bob_heard += dtmf.tone;
        };
        REQUIRE(sound.call.run_until([&] { return sound.alice_ear->hears(1000) && sound.bob_ear->hears(1000); }));
        sipua::DtmfOptions short_ones;
        short_ones.duration = 70ms;
        short_ones.gap = 50ms;
        REQUIRE(sound.call.alice.handler->send_dtmf("1992*", short_ones));
        REQUIRE(sound.call.bob.handler->send_dtmf("D#0", short_ones));
        CHECK(sound.call.run_until([&] { return bob_heard.size() >= 5 && alice_heard.size() >= 3; }));
        CHECK(bob_heard == "1992*");
        CHECK(alice_heard == "D#0");
        CHECK(sound.call.run_until([&] { return sound.alice_ear->hears(1000) && sound.bob_ear->hears(1000); }));

        REQUIRE_FALSE(sound.call.exchange(sound.call.bob, sound.call.alice, true));  // Bob holds: Alice sends nothing
        CHECK_FALSE(sound.call.alice.handler->send_dtmf("1", short_ones));
        CHECK_FALSE(sound.call.alice.handler->send_dtmf("x", short_ones));
    }
}

TEST_CASE("Beside Opus a peer may have events of 8000 Hz alone: tones are heard both ways (RFC 4733 §2.1)") {
    if (lacks_media()) return;
    const auto only_slow_events = [](sipmsg::sdp::SessionDescription description) {
        for (auto& media : description.media) {
            std::erase(media.formats, "110");
            std::erase_if(media.attributes, [](const auto& attribute) { return attribute.text().starts_with("110 "); });
        }
        return description;
    };
    Modifiers modifiers;
    modifiers.local = {only_slow_events};
    HandlerPair call(modified(webrtc(loopback(false)), modifiers), webrtc(loopback(false)));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    CHECK(call.answer.media.at(0).formats == std::vector<std::string>{"111", "126"});
    std::string alice_heard, bob_heard;
    call.alice.handler->on_dtmf = [&](const sipua::Dtmf& dtmf) { alice_heard += dtmf.tone; };
    call.bob.handler->on_dtmf = [&](const sipua::Dtmf& dtmf) { bob_heard += dtmf.tone; };
    REQUIRE(call.media_flows(10, 0));
    sipua::DtmfOptions short_ones;
    short_ones.duration = 70ms;
    short_ones.gap = 50ms;
    REQUIRE(call.alice.handler->send_dtmf("19*", short_ones));
    REQUIRE(call.bob.handler->send_dtmf("D#0", short_ones));
    CHECK(call.run_until([&] { return bob_heard.size() >= 3 && alice_heard.size() >= 3; }));
    CHECK(bob_heard == "19*");
    CHECK(alice_heard == "D#0");
    CHECK(call.media_flows(10, 0));
}

TEST_CASE("A program says samples and hears samples, each at its own rate") {
    if (lacks_media()) return;
    for (auto security : {Security::none, Security::dtls}) {
        CAPTURE(static_cast<int>(security));
        SoundCall sound(security);
        auto& io = sound.call.io;
        PcmWriter voice(io.get_executor(), {.rate = 24'000});
        PcmReader ear(io.get_executor(), {.rate = ear_rate});
        sound.bob->add_heard(ear.sink());
        sound.alice->set_source(voice.source());
        bool written = false, drained = false, right = false;
        voice.write(tone(600, 24'000, 3), [&](std::error_code error) {
            CHECK_FALSE(error);
            written = true;
        });
        voice.drained([&](std::error_code error) {
            CHECK_FALSE(error);
            drained = true;
        });
        std::chrono::nanoseconds last{-1};
        auto listen = [&]() -> asio::awaitable<void> {
            std::vector<std::int16_t> quarter;
            for (PcmFrame frame; !right;) {
                co_await ear.read(frame);
                CHECK(frame.samples.size() == ear_rate / 50);
                CHECK(frame.time > last);
                last = frame.time;
                quarter.insert(quarter.end(), frame.samples.begin(), frame.samples.end());
                if (quarter.size() > ear_rate / 4) quarter.erase(quarter.begin(), quarter.begin() + ear_rate / 50);
                right = quarter.size() > ear_rate / 5 && share_of_tone(quarter, 600, ear_rate) > 0.8;
            }
        };
        bool listened = false;
        asio::co_spawn(io, listen(), [&](std::exception_ptr error) {
            CHECK_FALSE(error);
            listened = true;
        });
        CHECK(sound.call.run_until([&] { return listened; }));
        CHECK_FALSE(drained);  // three seconds take three seconds
        CHECK(sound.call.run_until([&] { return written && drained; }));
        CHECK(voice.said() == 3s);
        CHECK(sound.call.run_until([&] { return voice.silence() > 100ms; }));
        CHECK(sound.call.run_until([&] { return ear.dropped() > 0; }));  // nobody reads any more
    }
}

TEST_CASE("Barge-in: what was queued is not said, and whoever waits is told") {
    if (lacks_media()) return;
    SoundCall sound;
    PcmWriter voice(sound.call.io.get_executor());
    sound.alice->set_source(voice.source());
    std::error_code written, drained, second;
    voice.write(tone(600, 16'000, 20), [&](std::error_code error) { written = error; });
    voice.drained([&](std::error_code error) { drained = error; });
    voice.write(tone(600, 16'000, 1), [&](std::error_code error) { second = error; });
    REQUIRE(sound.call.run_until([&] { return sound.bob_ear->hears(600); }));
    CHECK(second == Errc::invalid_state);
    voice.flush();
    const auto said = voice.said();
    CHECK(voice.queued() == 0ns);
    CHECK(sound.call.run_until([&] { return written && drained; }));
    CHECK(written == asio::error::operation_aborted);
    CHECK(drained == asio::error::operation_aborted);
    CHECK(sound.call.run_until([&] { return sound.bob_ear->hears_nothing(); }));
    CHECK(voice.said() - said <= 40ms);
    voice.write(tone(900, 16'000, 1), [](std::error_code error) { CHECK_FALSE(error); });
    CHECK(sound.call.run_until([&] { return sound.bob_ear->hears(900); }));
}

TEST_CASE("A wait that is cancelled, or whose queue goes, ends with operation_aborted") {
    asio::io_context io;
    std::vector<std::error_code> ends;
    auto note = [&](std::error_code error) { ends.push_back(error); };
    asio::cancellation_signal stop;
    PcmFrame frame;
    {
        PcmReader ear(io.get_executor());
        PcmWriter voice(io.get_executor(), {.capacity = 20ms});
        ear.read(frame, asio::bind_cancellation_slot(stop.slot(), note));
        stop.emit(asio::cancellation_type::terminal);
        voice.write(tone(100, 16'000, 1), note);
        ear.read(frame, note);
        ear.read(frame, note);  // one at a time
    }
    io.run();
    REQUIRE(ends.size() == 4);
    CHECK(std::ranges::count(ends, std::error_code(asio::error::operation_aborted)) == 3);
    CHECK(std::ranges::count(ends, make_error_code(Errc::invalid_state)) == 1);
}

TEST_CASE("The source of a call is swapped while it goes on, and given back") {
    if (lacks_media()) return;
    for (auto security : {Security::none, Security::dtls}) {
        CAPTURE(static_cast<int>(security));
        SoundCall sound(security, test_tone(440));
        auto& io = sound.call.io;
        REQUIRE(sound.call.run_until([&] { return sound.bob_ear->hears(440); }));
        auto music = Player::launch(io.get_executor(), "audiotestsrc wave=sine freq=700");
        sound.alice->set_source(music.source());
        CHECK(sound.call.run_until([&] { return sound.bob_ear->hears(700); }));
        sound.alice->set_muted(true);
        CHECK(sound.call.run_until([&] { return sound.bob_ear->hears_nothing(); }));
        REQUIRE_FALSE(sound.call.exchange(sound.call.alice, sound.call.bob, true));
        REQUIRE_FALSE(sound.call.exchange(sound.call.alice, sound.call.bob));
        CHECK(sound.alice->is_muted());
        CHECK(sound.call.run_until([&] { return sound.bob_ear->hears_nothing(); }));
        sound.alice->set_muted(false);
        sound.alice->set_source(nullptr);
        CHECK(sound.call.run_until([&] { return sound.bob_ear->hears(440); }));
    }
}

TEST_CASE("A call is recorded to one file, both sides apart, and the file is played into another, once and in a loop") {
    if (lacks_media()) return;
    const auto path = temporary("tape.wav");
    {
        SoundCall sound(Security::none, test_tone(440));
        auto& io = sound.call.io;
        auto other = Player::launch(io.get_executor(), "audiotestsrc wave=sine volume=0.25 freq=1000");
        sound.bob->set_source(other.source());
        REQUIRE(sound.call.run_until([&] { return sound.alice_ear->hears(1000); }));
        Recorder tape(io.get_executor(), path);
        tape.record(sound.alice);
        const auto from = sound.call.statistics(sound.call.alice).streams.at(0).packets_sent;
        REQUIRE(sound.call.run_until(
            [&] { return sound.call.statistics(sound.call.alice).streams.at(0).packets_sent > from + 60; }));
        bool whole = false;
        tape.finish([&](std::error_code error) {
            CHECK_FALSE(error);
            whole = true;
        });
        REQUIRE(sound.call.run_until([&] { return whole; }));
    }
    std::ifstream file(path, std::ios::binary);
    std::vector<char> octets{std::istreambuf_iterator<char>(file), {}};
    REQUIRE(octets.size() > 44 + 16'000 * 4);
    std::vector<std::int16_t> left, right;
    for (std::size_t i = 44; i + 4 <= octets.size(); i += 4) {
        left.push_back(static_cast<std::int16_t>(static_cast<unsigned char>(octets[i]) | octets[i + 1] << 8));
        right.push_back(static_cast<std::int16_t>(static_cast<unsigned char>(octets[i + 2]) | octets[i + 3] << 8));
    }
    CHECK(share_of_tone(std::span(left).last(4000), 440, 16'000) > 0.8);
    CHECK(share_of_tone(std::span(right).last(4000), 1000, 16'000) > 0.8);

    SoundCall sound(Security::none, test_tone(880));
    auto& io = sound.call.io;
    REQUIRE(sound.call.run_until([&] { return sound.bob_ear->hears(880); }));  // else the file may be over before
    auto once = Player::file(io.get_executor(), path);
    sound.alice->set_source(once.source());
    bool finished = false;
    once.finished([&](std::error_code error) {
        CHECK_FALSE(error);
        finished = true;
    });
    CHECK(sound.call.run_until([&] { return sound.bob_ear->share(440) > 0.3 && sound.bob_ear->share(1000) > 0.3; }));
    CHECK(sound.call.run_until([&] { return finished; }));
    CHECK(sound.call.run_until([&] { return sound.bob_ear->hears_nothing(); }));
    auto again = Player::file(io.get_executor(), path, true);
    sound.alice->set_source(again.source());
    for (int i = 0; i < 2; ++i) {  // it is a second and a half long
        const auto from = sound.call.statistics(sound.call.alice).streams.at(0).packets_sent;
        CHECK(sound.call.run_until(
            [&] { return sound.call.statistics(sound.call.alice).streams.at(0).packets_sent > from + 100; }));
        CHECK(sound.call.run_until([&] { return sound.bob_ear->share(440) > 0.3; }));
    }
    std::filesystem::remove(path);
}

TEST_CASE("A file that is not there, or no sound, says so") {
    if (lacks_media()) return;
    asio::io_context io;
    const auto path = temporary("no-sound");
    std::ofstream(path) << "this is text";
    for (const auto& file : {temporary("not-there"), path}) {
        std::error_code end;
        try {
            auto player = Player::file(io.get_executor(), file);
            player.finished([&](std::error_code error) { end = error; });
            io.run();
            io.restart();
        } catch (const std::system_error& error) {
            end = error.code();
        }
        CHECK(end == Errc::engine_failure);
    }
    CHECK_THROWS_AS(Recorder(io.get_executor(), temporary("no-folder") / "x.wav"), std::system_error);
    std::filesystem::remove(path);
}

TEST_CASE("A recorder that is replaced finishes its file, and one that goes completes who waits") {
    const auto first = temporary("first.wav"), second = temporary("second.wav");
    asio::io_context io;
    {
        Recorder tape(io.get_executor(), first);
        tape = Recorder(io.get_executor(), second);
        wait_for_teardown();
        CHECK(std::filesystem::file_size(first) == 44);  // a header with its sizes, no sound
        std::optional<std::error_code> ended;
        tape.finish([&](std::error_code error) { ended = error; });
        tape = Recorder(io.get_executor(), first);
        io.run();
        REQUIRE(ended);
        CHECK((!*ended || *ended == asio::error::operation_aborted));  // whichever was first
    }
    wait_for_teardown();
    for (const auto& path : {first, second}) std::filesystem::remove(path);
}

TEST_CASE("An io_context may end as soon as a file is whole, though a thread of the library said so") {
    const auto path = temporary("short.wav");
    for (int i = 0; i < 300; ++i) {
        asio::io_context io;
        Recorder tape(io.get_executor(), path);
        bool whole = false;
        tape.finish([&](std::error_code error) { whole = !error; });
        while (!whole) io.run_one();
    }
    wait_for_teardown();
    std::filesystem::remove(path);
}

TEST_CASE("In a conference each hears all others, and not itself") {
    if (lacks_media()) return;
    const double tones[] = {400, 700, 1100};
    std::vector<std::unique_ptr<SoundCall>> calls;
    std::vector<Player> voices;
    Conference room;
    for (int i = 0; i < 3; ++i) {
        calls.push_back(std::make_unique<SoundCall>(i == 2 ? Security::dtls : Security::none));
        auto& call = *calls.back();
        voices.push_back(Player::launch(call.call.io.get_executor(),
                                        fmt::format("audiotestsrc wave=sine volume=0.25 freq={}", tones[i])));
        call.alice->set_source(voices.back().source());  // each Alice calls the room, which is where the Bobs are
        room.add(call.bob);
    }
    CHECK(room.size() == 3);
    auto run_until = [&](const std::function<bool()>& condition) {
        return calls[0]->call.run_until([&] {
            for (auto& each : calls) each->call.io.poll();
            return condition();
        });
    };
    auto hears = [&](int who, int whom) { return calls[who]->alice_ear->share(tones[whom]) > 0.3; };
    auto all_hear = [&] {
        for (int who = 0; who < 3; ++who)
            for (int whom = 0; whom < 3; ++whom)
                if (hears(who, whom) != (who != whom)) return false;
        return true;
    };
    CHECK(run_until(all_hear));
    for (int who = 0; who < 3; ++who) CHECK(calls[who]->alice_ear->share(tones[who]) < 0.02);
    room.remove(calls[1]->bob);
    CHECK(room.size() == 2);
    CHECK(run_until([&] {
        return calls[0]->alice_ear->hears(tones[2]) && calls[2]->alice_ear->hears(tones[0]) &&
               calls[1]->alice_ear->hears_nothing();
    }));
}
