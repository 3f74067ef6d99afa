// SPDX-License-Identifier: MIT
// Recordings with pictures: what is in the file, whatever the call did.
#include "engine_pair.hpp"
#include "film.hpp"
#include "handler_pair.hpp"
#include "tones.hpp"

#include <sipmedia/media.hpp>
#include <sipmedia/picture.hpp>
#include <sipmedia/recorder.hpp>
#include <sipmedia/video.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <asio/steady_timer.hpp>

#include <cmath>
#include <filesystem>
#include <numbers>
#include <optional>
#include <thread>

#include <unistd.h>

using namespace sipmedia;
using namespace sipmedia::test;
using namespace std::chrono_literals;

namespace {

bool lacks_muxers() { return lacks_plugins() || !missing_elements(Container::webm).empty(); }

/// A file that goes with the test.
struct Scratch {
    explicit Scratch(const std::string& name)
        : path(std::filesystem::temp_directory_path() / fmt::format("sipstrata-{}-{}", getpid(), name)) {}
    ~Scratch() { std::filesystem::remove(path); }
    std::filesystem::path path;
};

/// A session as a recorder sees it: it says, hears and shows what the test wants, at once.
class Stage final : public SessionSound, public SessionPicture {
public:
    static constexpr unsigned rate = 48'000;

    void set_source(std::shared_ptr<SampleSource>) override {}
    void add_heard(std::shared_ptr<SampleSink> sink) override { heard_ = std::move(sink); }
    void add_spoken(std::shared_ptr<SampleSink> sink) override { spoken_ = std::move(sink); }
    void add_seen(std::shared_ptr<PictureSink> sink) override { seen_ = std::move(sink); }
    void remove(const std::shared_ptr<SampleSink>& sink) override {
        if (heard_ == sink) heard_ = nullptr;
        if (spoken_ == sink) spoken_ = nullptr;
    }
    void remove(const std::shared_ptr<PictureSink>&) override { seen_ = nullptr; }
    void set_muted(bool) override {}
    [[nodiscard]] bool is_muted() const override { return false; }

    /// So much of both sides, 20 ms at a time: 440 Hz is said and 1000 Hz is heard.
    void talk(std::chrono::milliseconds time) {
        for (auto left = time; left > 0ms; left -= 20ms) {
            if (heard_) heard_->write(tone(1000), rate);
            if (spoken_) spoken_->write(tone(440), rate);
            samples_ += rate / 50;
        }
    }
    void show(unsigned width, unsigned height, std::uint8_t luma) {
        const std::vector<std::uint8_t> row(width, luma), colour(width, 128);
        if (seen_)
            seen_->write({.width = width,
                          .height = height,
                          .planes = {{{row.data(), 0}, {colour.data(), 0}, {colour.data(), 0}}}});
    }
    /// Fifteen pictures a second.
    void perform(std::chrono::milliseconds time, unsigned width, unsigned height, std::uint8_t luma) {
        for (auto left = time; left > 0ms; left -= 60ms) {
            show(width, height, luma);
            talk(60ms);
        }
    }
    void end() {
        const auto heard = heard_, spoken = spoken_;
        const auto seen = seen_;
        heard->ended(), spoken->ended(), seen->ended();
    }

private:
    [[nodiscard]] std::vector<std::int16_t> tone(double hz) const {
        std::vector<std::int16_t> samples(rate / 50);
        for (std::size_t i = 0; i < samples.size(); ++i)
            samples[i] = static_cast<std::int16_t>(
                8000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(samples_ + i) / rate));
        return samples;
    }

    std::shared_ptr<SampleSink> heard_, spoken_;
    std::shared_ptr<PictureSink> seen_;
    std::size_t samples_ = 0;
};

std::error_code finished(Recorder& tape, asio::io_context& io) {
    std::optional<std::error_code> result;
    tape.finish([&](std::error_code error) { result = error; });
    io.restart();
    io.run();
    REQUIRE(result);
    return *result;
}

bool is_near(std::chrono::nanoseconds time, std::chrono::nanoseconds wanted) {
    return std::chrono::abs(time - wanted) <= 150ms;
}
bool is_near(unsigned luma, unsigned wanted) { return std::abs(int(luma) - int(wanted)) <= 6; }

/// Half a second of both sides, each of its own pitch.
void check_sides(const Film& film, std::size_t from) {
    constexpr std::size_t half = Stage::rate / 2;
    REQUIRE(film.left.size() >= from + half);
    CHECK(share_of_tone(std::span(film.left).subspan(from, half), 440, Stage::rate) > 0.9);
    CHECK(share_of_tone(std::span(film.right).subspan(from, half), 1000, Stage::rate) > 0.9);
    CHECK(share_of_tone(std::span(film.left).subspan(from, half), 1000, Stage::rate) < 0.05);
}

constexpr std::uint8_t bright = 200, dim = 90, black = 16;

}  // namespace

TEST_CASE("A recording is black before the first picture, keeps the last one, and has all in one size") {
    if (lacks_muxers()) return;
    for (const auto* name : {"film.webm", "film.mkv"}) {
        CAPTURE(name);
        const Scratch file(name);
        asio::io_context io;
        auto stage = std::make_shared<Stage>();
        Recorder tape(io.get_executor(), file.path);
        tape.record(stage, stage);
        stage->talk(3s);                       // sound alone
        stage->perform(2s, 320, 240, bright);  // pictures are added
        stage->talk(2s);                       // held
        stage->perform(2s, 240, 320, dim);     // the other way round
        stage->talk(1s);                       // dropped
        CHECK_FALSE(finished(tape, io));

        const auto film = read_film(file.path);
        CHECK(is_near(film.duration, 10s));
        CHECK(film.is_seekable);
        CHECK(is_near(std::chrono::nanoseconds(film.left.size() * 1'000'000'000 / Stage::rate), 10s));
        for (const auto second : {0u, 4u, 6u, 9u}) check_sides(film, second * Stage::rate);
        CHECK(film.shots.size() >= 2 * 2s / 60ms);
        for (const auto& shot : film.shots) {
            CHECK(shot.width == 640);
            CHECK(shot.height == 480);
        }
        CHECK(is_near(film.shown_at(0s).luma, black));
        CHECK(is_near(film.shown_at(2800ms).luma, black));
        CHECK(is_near(film.shown_at(3300ms).luma, bright));
        CHECK(is_near(film.shown_at(3300ms).border, bright));
        CHECK(is_near(film.shown_at(6800ms).luma, bright));
        CHECK(is_near(film.shown_at(7300ms).luma, dim));
        CHECK(is_near(film.shown_at(7300ms).border, black));
        CHECK(is_near(film.shown_at(10s).luma, dim));
        CHECK(is_near(film.shots.front().at, 0s));
        CHECK(film.shots.back().at > 9s);
    }
}

TEST_CASE("A recording's pictures have the size of the first one, or the one asked for") {
    if (lacks_muxers()) return;
    for (const auto& [wanted, width, height] : {
             std::tuple{RecorderOptions{},                            322u, 242u},
             std::tuple{RecorderOptions{.width = 160, .height = 120}, 160u, 120u}
    }) {
        const Scratch file("sized.webm");
        asio::io_context io;
        auto stage = std::make_shared<Stage>();
        Recorder tape(io.get_executor(), file.path, wanted);
        tape.record(stage, stage);
        stage->talk(400ms);
        stage->perform(1s, 322, 242, bright);
        CHECK_FALSE(finished(tape, io));
        const auto film = read_film(file.path);
        CHECK(film.shown_at(0s).width == width);
        CHECK(film.shown_at(0s).height == height);
        CHECK(is_near(film.shown_at(0s).luma, bright));
        CHECK(film.shots.size() >= 1s / 60ms);
    }
}

TEST_CASE("A recording without pictures is of sound alone, and an empty one is a file that plays") {
    if (lacks_muxers()) return;
    const Scratch file("sound.mka");
    asio::io_context io;
    auto stage = std::make_shared<Stage>();
    {
        Recorder tape(io.get_executor(), file.path);
        tape.record(stage);
        stage->show(320, 240, bright);
        stage->talk(2s);
        CHECK_FALSE(finished(tape, io));
        const auto film = read_film(file.path, false);
        CHECK(is_near(film.duration, 2s));
        check_sides(film, Stage::rate);
    }
    for (const bool pictures : {false, true}) {
        Recorder tape(io.get_executor(), file.path);
        if (pictures) tape.record(stage, stage);
        CHECK_FALSE(finished(tape, io));
        CHECK(read_film(file.path, pictures).duration < 100ms);
    }
}

TEST_CASE("Pictures without sound are recorded in their time") {
    if (lacks_muxers()) return;
    const Scratch file("silent.webm");
    asio::io_context io;
    auto stage = std::make_shared<Stage>();
    Recorder tape(io.get_executor(), file.path);
    tape.record(nullptr, stage);
    const auto begin = std::chrono::steady_clock::now();
    asio::steady_timer frame(io, begin);
    for (int i = 0; i < 40; ++i) {
        frame.expires_at(frame.expiry() + 30ms);
        frame.wait();
        stage->show(64, 64, i < 20 ? bright : dim);
    }
    const auto time = std::chrono::steady_clock::now() - begin;
    CHECK_FALSE(finished(tape, io));
    const auto film = read_film(file.path);
    CHECK(film.duration > 900ms);
    CHECK(film.duration < time + 200ms);
    CHECK(film.shots.size() >= 40);
    CHECK(is_near(film.shots.front().luma, bright));
    CHECK(is_near(film.shots.back().luma, dim));
}

TEST_CASE("What a process that dies leaves of a recording can be read up to its last second") {
    if (lacks_muxers()) return;
    for (const auto* name : {"alive.webm", "alive.mkv"}) {
        const Scratch file(name), left(fmt::format("dead-{}", name));
        asio::io_context io;
        auto stage = std::make_shared<Stage>();
        Recorder tape(io.get_executor(), file.path);
        tape.record(stage, stage);
        stage->perform(10s, 320, 240, bright);
        std::size_t pictures = 0, samples = 0;
        const auto limit = std::chrono::steady_clock::now() + 60s;  // until the file's own threads have come that far
        while (samples < 9 * Stage::rate && std::chrono::steady_clock::now() < limit) {
            std::this_thread::yield();
            std::filesystem::copy_file(file.path, left.path, std::filesystem::copy_options::overwrite_existing);
            if (std::filesystem::file_size(left.path) < 60'000) continue;
            const auto film = read_film(left.path);
            pictures = film.shots.size();
            samples = film.left.size();
            if (samples > Stage::rate) check_sides(film, samples - Stage::rate);
        }
        CHECK(samples >= 9 * Stage::rate);
        CHECK(pictures >= 9s / 60ms);
        CHECK_FALSE(finished(tape, io));
    }
}

TEST_CASE("The file is whole once the session has ended, though nobody finishes it") {
    if (lacks_muxers()) return;
    const Scratch file("ended.webm");
    asio::io_context io;
    auto stage = std::make_shared<Stage>();
    Recorder tape(io.get_executor(), file.path);
    tape.record(stage, stage);
    stage->perform(2s, 320, 240, bright);
    stage->end();
    wait_for_teardown();
    const auto film = read_film(file.path);
    CHECK(is_near(film.duration, 2s));
    CHECK(film.is_seekable);
    CHECK_FALSE(finished(tape, io));
}

TEST_CASE("A recording that cannot be written says why") {
    if (lacks_muxers()) return;
    asio::io_context io;
    const Scratch full("full.webm"), other("other.data");
    try {
        const Recorder tape(io.get_executor(), full.path / "in-no-folder.webm");
        FAIL("it was made");
    } catch (const std::system_error& error) {
        CHECK(error.code() == std::errc::no_such_file_or_directory);
    }
    std::filesystem::create_symlink("/dev/full", full.path);
    auto stage = std::make_shared<Stage>();
    Recorder tape(io.get_executor(), full.path);
    tape.record(stage, stage);
    stage->perform(2s, 320, 240, bright);
    CHECK(finished(tape, io) == std::errc::no_space_on_device);

    Recorder named(io.get_executor(), other.path, {.container = Container::matroska});
    named.record(stage);
    stage->talk(1s);
    CHECK_FALSE(finished(named, io));
    CHECK(is_near(read_film(other.path, false).duration, 1s));
}

TEST_CASE("A call is recorded with the pictures of the peer: video comes later, is held, and moves to another path") {
    if (lacks_muxers()) return;
    const Scratch file("call.webm");
    auto alice = loopback(), bob = loopback();
    alice.video =
        VideoSource{"videotestsrc is-live=true pattern=white ! video/x-raw,width=320,height=240,framerate=15/1"};
    bob.video = VideoSource{
        "videotestsrc is-live=true pattern=solid-color foreground-color=0xff808080"
        " ! video/x-raw,width=160,height=120,framerate=15/1"};
    bob.audio = test_tone(1000);
    alice.video_on_request = bob.video_on_request = true;
    HandlerPair call(webrtc(alice), webrtc(bob));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.media_flows(10, 0));
    const auto picture = picture_of(call.alice.handler.get());
    REQUIRE(picture);
    Recorder tape(call.io.get_executor(), file.path);
    tape.record(sound_of(call.alice.handler.get()), picture);
    REQUIRE(call.media_flows(80, 0));

    REQUIRE(add_video(call.alice.handler.get()));
    REQUIRE(add_video(call.bob.handler.get()));
    REQUIRE_FALSE(call.restart(call.alice, call.bob));
    REQUIRE(call.media_flows(60, 20));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob, true));  // and Bob sends nothing
    const auto sent = [&] { return call.statistics(call.alice).streams.at(0).packets_sent; };
    REQUIRE(call.run_until([&, from = sent()] { return sent() > from + 60; }));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE_FALSE(call.restart(call.bob, call.alice));
    REQUIRE(call.media_flows(60, 20));
    CHECK(picture_of(call.alice.handler.get()) == picture);
    call.alice.handler->close();
    wait_for_teardown();

    const auto film = read_film(file.path);
    CHECK(film.is_seekable);
    CHECK(is_near(film.shots.front().luma, black));
    const auto shown = std::ranges::count_if(film.shots, [](const auto& shot) { return is_near(shot.luma, 126); });
    CHECK(shown >= 40);
    CHECK(std::ranges::none_of(film.shots, [](const auto& shot) { return shot.luma > 200; }));  // none of Alice's own
    CHECK(is_near(film.shots.back().luma, 126));
    check_sides(film, Stage::rate / 2);
    check_sides(film, film.left.size() - Stage::rate / 2 - Stage::rate / 10);
}

TEST_CASE("Sessions that can have no pictures have none to record") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(loopback(false)), webrtc(loopback()));
    CHECK_FALSE(picture_of(call.alice.handler.get()));
    CHECK(picture_of(call.bob.handler.get()));
    HandlerPair classic(media({.webrtc = loopback(), .offer = Security::none}), media({.webrtc = loopback()}));
    CHECK(picture_of(classic.alice.handler.get()));
    REQUIRE_FALSE(classic.exchange(classic.alice, classic.bob));
    CHECK_FALSE(picture_of(classic.alice.handler.get()));
}
