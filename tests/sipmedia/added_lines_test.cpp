// SPDX-License-Identifier: MIT
// What the peer adds as browsers do: a line more in the transport that is there.
#include "engine_pair.hpp"
#include "handler_pair.hpp"
#include "sdp_samples.hpp"

#include <sipmedia/data_channel.hpp>
#include <sipmedia/gst_engine.hpp>
#include <sipmedia/media.hpp>
#include <sipmedia/sdp_adapter.hpp>
#include <sipmedia/video.hpp>
#include <sipmedia/webrtc.hpp>
#include <sipua/error.hpp>

#include <sipmsg/sdp/rtp.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

using namespace sipmedia;
using namespace sipmedia::test;
namespace sdp = sipmsg::sdp;
using enum sipmsg::sdp::Direction;

namespace {

SessionDescription sample(const std::string& name) {
    auto description = sdp::parse(sdp_sample(name));
    REQUIRE(description);
    return *std::move(description);
}

/// Of a sample with two lines in one group: the other one.
SessionDescription without_line(SessionDescription description, std::size_t line) {
    REQUIRE(description.media.size() == 2);
    description.media.erase(description.media.begin() + static_cast<std::ptrdiff_t>(line));
    const auto mid = std::string(sdp::value_of(description.media[0].attributes, "mid").value_or(""));
    sdp::set(description.attributes, "group", "BUNDLE " + mid);
    return description;
}

SessionDescription without_video(SessionDescription description) { return without_line(std::move(description), 1); }

std::string text_of(const sdp::MediaDescription& media, std::string_view name) {
    return std::string(sdp::value_of(media.attributes, name).value_or("nothing"));
}

const Addable pictures{.video = {{.name = "VP8", .clock_rate = 90000}}};

/// A call with Chromium that has sound, and the offer that adds pictures.
struct Sound {
    SessionDescription offer = sample("chromium156-offer-av");
    SessionDescription remote = without_video(offer);
    SessionDescription local = finish_answer(without_video(sample("webrtcbin122-answer-to-chromium-av-raw")), remote,
                                             *normalize_offer(remote), {.fingerprint = "sha-256 AA:BB"});

    [[nodiscard]] std::optional<SessionDescription> promised() const {
        return promised_lines(answer_from_template(local, offer, DtlsRole::active, false), offer, pictures);
    }
};

/// What happened to the engines of one session, in order.
struct Engines {
    std::vector<EngineLines> made;
    std::map<std::pair<std::size_t, std::size_t>, Gate> gates;  // by engine, by its m-line
    std::size_t closed = 0;
};

/// Says what webrtcbin once said to Chromium, and does nothing.
class SilentEngine final : public MediaEngine {
public:
    SilentEngine(asio::any_io_executor executor, Engines& engines, EngineLines lines)
        : executor_(std::move(executor)), engines_(engines), number_(engines.made.size()), lines_(lines) {
        engines_.made.push_back(lines);
    }
    void create_offer(DescriptionHandler handler) override { say("webrtcbin122-offer-av-maxbundle-raw", handler); }
    void accept_offer(std::string_view, DescriptionHandler handler) override {
        say("webrtcbin122-answer-to-chromium-av-raw", handler);
    }
    void accept_answer(std::string_view, Handler handler) override {
        asio::post(executor_, [handler = std::move(handler)]() mutable { handler({}); });
    }
    void trickle() override {}
    bool stop_gathering() override { return false; }
    void add_candidate(std::size_t, const std::string&) override {}
    void set_gate(std::size_t mline, Gate gate) override { engines_.gates[{number_, mline}] = gate; }
    bool send_dtmf(std::string_view, std::chrono::milliseconds, std::chrono::milliseconds) override { return false; }
    void statistics(StatisticsHandler handler) override { handler({}); }
    void close() override { ++engines_.closed; }

private:
    void say(const char* name, DescriptionHandler& handler) {
        auto description = sample(name);
        if (!lines_.video) description = without_video(std::move(description));
        asio::post(executor_, [handler = std::move(handler), text = sdp::to_string(description)]() mutable {
            handler(std::move(text));
        });
    }

    asio::any_io_executor executor_;
    Engines& engines_;
    std::size_t number_;
    EngineLines lines_;
};

/// Our side of a call that Chromium made with sound alone; then it adds pictures. Only bodies go back and forth.
struct Session {
    explicit Session(VideoUse video) : party(io, factory(video), false) {}

    sipua::SessionDescriptionHandlerFactory factory(VideoUse video) {
        return webrtc([this](const sipua::SessionContext& context, EngineLines lines,
                             EngineEvents) { return std::make_unique<SilentEngine>(context.executor, engines, lines); },
                      video);
    }
    SessionDescription answer_to(const SessionDescription& offer) {
        std::optional<std::error_code> taken;
        party.handler->set_description(sdp_body(sdp::to_string(offer)), {}, [&](auto error) { taken = error; });
        io.poll();
        REQUIRE(taken == std::error_code());
        return described({});
    }
    SessionDescription described(const sipua::DescriptionOptions& options) {
        std::optional<SessionDescription> made;
        party.handler->get_description(options, [&](auto body) { made = parsed(body.value()); });
        io.restart();
        io.poll();
        REQUIRE(made);
        return *std::move(made);
    }
    std::error_code answered(const SessionDescription& answer) {
        std::optional<std::error_code> taken;
        party.handler->set_description(sdp_body(sdp::to_string(answer)), {}, [&](auto error) { taken = error; });
        io.restart();
        io.poll();
        return taken.value();
    }

    asio::io_context io;
    Engines engines;
    Party party;
};

/// Chromium's answer to a fresh offer of ours, with the mids of that.
SessionDescription chromiums_answer(const SessionDescription& offer) {
    auto answer = sample("chromium156-answer-av");
    REQUIRE(offer.media.size() == answer.media.size());
    return with_mids_of(std::move(answer), offer);
}

}  // namespace

TEST_CASE("Video that is added in a transport that stands is accepted before it flows (RFC 9143 §7.3)") {
    const Sound sound;
    CHECK(classify_reoffer(sound.local, sound.remote, DtlsRole::active, sound.offer) == Reoffer::renegotiate);
    const auto promised = sound.promised();
    REQUIRE(promised);
    const auto& answer = *promised;
    REQUIRE(answer.media.size() == 2);
    const auto &audio = answer.media[0], &video = answer.media[1];
    CHECK(video.kind == "video");
    CHECK(video.port == audio.port);
    CHECK(video.connection == audio.connection);
    CHECK(video.protocol == sound.offer.media[1].protocol);
    CHECK(video.formats == std::vector<std::string>{"96"});
    CHECK(text_of(video, "rtpmap") == "96 VP8/90000");
    CHECK(sdp::direction(answer, video) == inactive);
    CHECK(sdp::direction(answer, audio) == sendrecv);
    CHECK(text_of(video, "mid") == text_of(sound.offer.media[1], "mid"));
    for (const auto* name : {"ice-ufrag", "ice-pwd", "fingerprint", "setup"})
        CHECK(text_of(video, name) == text_of(audio, name));
    CHECK(sdp::has(video.attributes, "rtcp-mux"));
    CHECK(sdp::value_of(answer.attributes, "group") == "BUNDLE 0 1");
    CHECK(normalize_answer(answer, sound.offer));

    SUBCASE("what is agreed then is absorbed, and stays inactive until an engine has it") {
        const std::array<std::size_t, 1> places{0};
        CHECK(classify_reoffer(answer, sound.offer, DtlsRole::active, sound.offer) == Reoffer::absorb);
        CHECK_FALSE(promised_lines(answer, sound.offer, pictures));
        const auto again = answer_from_template(answer, sound.offer, DtlsRole::active, false);
        CHECK(sdp::direction(again, again.media[1]) == sendrecv);
        const auto kept = with_promises_inactive(again, places);
        CHECK(sdp::direction(kept, kept.media[1]) == inactive);
        CHECK(sdp::direction(kept, kept.media[0]) == sendrecv);
    }
}

TEST_CASE("Video that is added otherwise gets port 0: the engine has no transport for it (RFC 3264 §6)") {
    Sound sound;
    auto& video = sound.offer.media[1];
    SUBCASE("with a transport of its own") { sdp::set(sound.offer.attributes, "group", "BUNDLE 0"); }
    SUBCASE("without a group") { sdp::remove(sound.offer.attributes, "group"); }
    SUBCASE("without a mid") { sdp::remove(video.attributes, "mid"); }
    SUBCASE("in a session that has no group") {
        sdp::remove(sound.remote.attributes, "group");
        sdp::remove(sound.local.attributes, "group");
    }
    SUBCASE("with codecs that we have not") {
        for (auto& attribute : video.attributes)
            if (attribute.name == "rtpmap") attribute.value = std::string(attribute.text().substr(0, 3)) + "X/90000";
    }
    SUBCASE("of another certificate") { sdp::set(video.attributes, "fingerprint", "sha-256 CC:DD"); }
    CHECK_FALSE(sound.promised());
    Session session(VideoUse::from_start);
    (void)session.answer_to(sound.remote);
    const auto answer = session.answer_to(sound.offer);
    REQUIRE(answer.media.size() == 2);
    CHECK(answer.media[1].is_refused());
    CHECK_FALSE(answer.media[0].is_refused());
    CHECK(session.party.restarts_wanted == 0);
}

TEST_CASE("A second line of video is no added video, nor is one that the peer refuses itself") {
    const Sound sound;
    auto offer = sound.offer;
    offer.media.push_back(offer.media[1]);
    sdp::set(offer.media[2].attributes, "mid", "2");
    const auto answer = answer_from_template(sound.local, offer, DtlsRole::active, false);
    const auto promised = promised_lines(answer, offer, pictures);
    REQUIRE(promised);
    CHECK_FALSE(promised->media.at(1).is_refused());
    CHECK(promised->media.at(2).is_refused());
    CHECK_FALSE(promised_lines(*promised, offer, pictures));
    offer.media[1].port = offer.media[2].port = 0;
    CHECK_FALSE(promised_lines(answer, offer, pictures));
}

TEST_CASE("Added video is taken, and offered back with a fresh media path (RFC 8839 §4.4.1)") {
    const Sound sound;
    Session session(VideoUse::from_start);
    const auto first = session.answer_to(sound.remote);
    REQUIRE(first.media.size() == 1);
    CHECK(session.party.restarts_wanted == 0);

    const auto promise = session.answer_to(sound.offer);
    REQUIRE(promise.media.size() == 2);
    CHECK_FALSE(promise.media[1].is_refused());
    CHECK(sdp::direction(promise, promise.media[1]) == inactive);
    CHECK(session.party.restarts_wanted == 1);
    CHECK(session.engines.made.size() == 1);

    SUBCASE("the peer takes it") {
        const auto offer = session.described({.restart = true});
        REQUIRE(session.engines.made.size() == 2);
        CHECK(session.engines.made[1].video);
        CHECK(session.engines.made[1].bundled);
        REQUIRE(offer.media.size() == 2);
        for (std::size_t i = 0; i < 2; ++i) {
            CHECK(text_of(offer.media[i], "mid") == text_of(promise.media[i], "mid"));
            CHECK(sdp::direction(offer, offer.media[i]) == sendrecv);
        }
        CHECK(text_of(offer.media[0], "ice-ufrag") != text_of(promise.media[0], "ice-ufrag"));
        REQUIRE(session.answered(chromiums_answer(offer)) == std::error_code());
        CHECK(session.engines.closed > 0);
        CHECK(session.engines.gates.at({1, 1}).send);
        CHECK(session.engines.gates.at({1, 1}).receive);
        const auto held = session.described({.hold = true});
        CHECK(sdp::direction(held, held.media[1]) == sendonly);
    }
    SUBCASE("the peer refuses it: sound goes on, and so does the promise") {
        (void)session.described({.restart = true});
        session.party.handler->rollback();
        const auto held = session.described({.hold = true});
        REQUIRE(held.media.size() == 2);
        CHECK(sdp::direction(held, held.media[0]) == sendonly);
        CHECK(sdp::direction(held, held.media[1]) == inactive);
        session.party.handler->rollback();
        const auto again = session.answer_to(sound.offer);
        CHECK(sdp::direction(again, again.media[0]) == sendrecv);
        CHECK(sdp::direction(again, again.media[1]) == inactive);
        CHECK(session.party.restarts_wanted == 1);  // the peer offers what is agreed on, and nothing new
        CHECK(session.engines.gates.at({0, 0}).send);
        CHECK_FALSE(session.engines.gates.contains({0, 1}));
    }
    SUBCASE("the peer takes its own back") {
        auto offer = sound.offer;
        offer.media[1].port = 0;
        CHECK(session.answer_to(offer).media.at(1).is_refused());
        CHECK(session.party.restarts_wanted == 1);
    }
}

TEST_CASE("Added video that we do not want is refused, and nothing is offered") {
    const Sound sound;
    for (const auto use : {VideoUse::never, VideoUse::on_request}) {
        Session session(use);
        (void)session.answer_to(sound.remote);
        CHECK(session.answer_to(sound.offer).media.at(1).is_refused());
        CHECK(session.party.restarts_wanted == 0);
    }
    Session session(VideoUse::on_request);
    (void)session.answer_to(sound.remote);
    REQUIRE(add_video(session.party.handler.get()));
    CHECK_FALSE(session.answer_to(sound.offer).media.at(1).is_refused());
    CHECK(session.party.restarts_wanted == 1);
}

TEST_CASE("Firefox, which keeps its DTLS association whatever we say, keeps its media path (RFC 8842 §3.1)") {
    CHECK(takes_other_certificate(sample("chromium156-offer-av")));
    CHECK_FALSE(takes_other_certificate(sample("firefox153-offer-av")));
    CHECK_FALSE(takes_other_certificate(sample("firefox153-answer-audio")));
    Sound sound;
    sound.remote.origin.username = sound.offer.origin.username = "mozilla...THIS_IS_SDPARTA-99.0";
    Session session(VideoUse::from_start);
    const auto first = session.answer_to(sound.remote);
    CHECK(session.answer_to(sound.offer).media.at(1).is_refused());
    CHECK(session.party.restarts_wanted == 0);

    const auto ours = session.described({.restart = true});
    CHECK(session.engines.made.size() == 1);
    CHECK(text_of(ours.media[0], "ice-ufrag") == text_of(first.media[0], "ice-ufrag"));
    session.party.handler->rollback();

    auto restart = sound.offer;
    for (auto& media : restart.media) sdp::set(media.attributes, "ice-ufrag", "another");
    std::optional<std::error_code> taken;
    session.party.handler->set_description(sdp_body(sdp::to_string(restart)), {}, [&](auto error) { taken = error; });
    CHECK(taken == sipua::Errc::not_acceptable);
    CHECK_FALSE(session.answer_to(sound.offer).media.at(0).is_refused());
}

TEST_CASE("Added video flows both ways, and sound goes on (RFC 8839 §4.4.1)") {
    if (lacks_plugins()) return;
    auto options = loopback();
    options.bundle = Bundle::all;
    auto on_request = options;
    on_request.video_on_request = true;
    HandlerPair call(webrtc(on_request), webrtc(options));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.media_flows(10, 0));

    // As a browser would offer it: of Alice, who knows no such thing, and who gets no answer.
    auto offer = parsed(call.get(call.alice).value());
    call.alice.handler->rollback();
    auto video = sample("chromium156-offer-av").media.at(1);
    for (const auto* name : {"ice-ufrag", "ice-pwd", "fingerprint", "setup"})
        sdp::set(video.attributes, name, text_of(offer.media.at(0), name));
    sdp::set(video.attributes, "mid", "added");
    offer.media.push_back(std::move(video));
    sdp::set(offer.attributes, "group", "BUNDLE " + text_of(offer.media.at(0), "mid") + " added");
    REQUIRE_FALSE(call.set(call.bob, sdp_body(sdp::to_string(offer))));
    const auto answer = parsed(call.get(call.bob).value());
    CHECK_FALSE(answer.media.at(1).is_refused());
    CHECK(call.bob.restarts_wanted == 1);
    CHECK(call.media_flows(10, 0));

    REQUIRE(add_video(call.alice.handler.get()));
    REQUIRE_FALSE(call.restart(call.bob, call.alice));
    CHECK(text_of(call.offer.media.at(1), "mid") == "added");
    CHECK_FALSE(call.answer.media.at(1).is_refused());
    CHECK(call.media_flows());
    CHECK_FALSE(call.alice.failed);
    CHECK_FALSE(call.bob.failed);
}

TEST_CASE("A data channel that is added is accepted before it opens, and has no direction (RFC 8841 §5)") {
    const auto offer = sample("chromium156-offer-audio-datachannel");
    const auto before = without_line(offer, 1);
    const auto local = finish_answer(without_line(sample("webrtcbin122-answer-to-chromium-av-raw"), 1), before,
                                     *normalize_offer(before), {.fingerprint = "sha-256 AA:BB"});
    const auto answer = answer_from_template(local, offer, DtlsRole::active, false);
    CHECK(answer.media.at(1).is_refused());
    CHECK_FALSE(promised_lines(answer, offer, {.audio = pictures.video, .video = pictures.video}));
    const auto promised = promised_lines(answer, offer, {.data = true});
    REQUIRE(promised);
    const auto &audio = promised->media.at(0), &data = promised->media.at(1);
    CHECK(is_data_channel(data));
    CHECK(data.port == audio.port);
    CHECK(sdp::sctp_port(data) == 5000);
    CHECK(sdp::max_message_size(data) == 65536);
    for (const auto* name : {"sendrecv", "inactive", "rtcp-mux"}) CHECK_FALSE(sdp::has(data.attributes, name));
    for (const auto* name : {"ice-ufrag", "ice-pwd", "fingerprint", "setup"})
        CHECK(text_of(data, name) == text_of(audio, name));
    CHECK(sdp::value_of(promised->attributes, "group") == "BUNDLE 0 1");
    CHECK(has_data_channel(*promised, offer));
    CHECK(classify_reoffer(*promised, offer, DtlsRole::active, offer) == Reoffer::absorb);
    const std::array<std::size_t, 1> places{0};
    CHECK(with_promises_inactive(*promised, places) == *promised);
}

TEST_CASE("Sound that is added is accepted with the first codec that we have, inactive (RFC 8829 §5.10)") {
    auto offer = sample("chromium156-offer-audio-datachannel");
    auto before = offer, local = finish_answer(without_line(sample("webrtcbin122-answer-to-chromium-av-raw"), 1),
                                               without_line(offer, 1), *normalize_offer(without_line(offer, 1)),
                                               {.fingerprint = "sha-256 AA:BB"});
    local = *promised_lines(answer_from_template(local, offer, DtlsRole::active, false), offer, {.data = true});
    for (auto* description : {&before, &local}) {  // what stands is the data channel alone
        auto& audio = description->media.at(0);
        audio.port = 0;
        sdp::set(description->attributes, "group", "BUNDLE 1");
    }
    CHECK(classify_reoffer(local, before, DtlsRole::active, offer) == Reoffer::renegotiate);
    const auto answer = answer_from_template(local, offer, DtlsRole::active, false);
    const std::vector<sipdialog::Codec> codecs{
        {.name = "PCMU",       .clock_rate = 8000},
        { .name = "opus", .clock_rate = 48000,      .channels = 2}
    };
    const auto promised = promised_lines(answer, offer, {.audio = codecs});
    REQUIRE(promised);
    const auto &audio = promised->media.at(0), &data = promised->media.at(1);
    CHECK(audio.port == data.port);
    CHECK(text_of(audio, "rtpmap") == "111 opus/48000/2");
    CHECK(sdp::direction(*promised, audio) == inactive);
    CHECK(sdp::has(audio.attributes, "rtcp-mux") == sdp::has(data.attributes, "rtcp-mux"));
    CHECK(sdp::value_of(promised->attributes, "group") == "BUNDLE 1 0");
}

namespace {

/// A data channel as one side has it.
struct Texts {
    explicit Texts(const Party& party) : channel(data_channel_of(party.handler.get()).value()) {
        DataChannelDelegate delegate;
        delegate.on_open = [this] { open = true; };
        delegate.on_message = [this](const DataMessage& message) { heard += message.content; };
        channel.watch(std::move(delegate));
    }
    DataChannel channel;
    bool open = false;
    std::string heard;
};

WebRtcOptions with_data(bool offers) {
    auto options = loopback(false);
    options.bundle = Bundle::all;
    options.data_channel = DataChannelOptions{.offer = offers, .label = "texts"};
    return options;
}

/// The line of a sample as a browser would add it to that offer, of `model`'s transport.
sdp::MediaDescription added(const std::string& name, std::size_t line, const sdp::MediaDescription& model) {
    auto media = sample(name).media.at(line);
    for (const auto* attribute : {"ice-ufrag", "ice-pwd", "fingerprint", "setup"})
        sdp::set(media.attributes, attribute, text_of(model, attribute));
    sdp::remove(media.attributes, "candidate");
    sdp::set(media.attributes, "mid", "added");
    return media;
}

/// Both say something, and both hear it.
void check_texts(HandlerPair& call, Texts& alice, Texts& bob) {
    REQUIRE(call.run_until([&] { return alice.open && bob.open; }));
    alice.channel.send("hello", [](std::error_code) {});
    bob.channel.send("goodbye", [](std::error_code) {});
    CHECK(call.run_until([&] { return bob.heard == "hello" && alice.heard == "goodbye"; }));
}

}  // namespace

TEST_CASE("An added data channel is offered back for the peer to open, and sound goes on (RFC 8832 §6)") {
    if (lacks_plugins()) return;
    HandlerPair call(webrtc(with_data(false)), webrtc(with_data(false)));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.media_flows(10, 0));
    auto offer = parsed(call.get(call.alice).value());
    call.alice.handler->rollback();
    offer.media.push_back(added("chromium156-offer-audio-datachannel", 1, offer.media.at(0)));
    sdp::set(offer.attributes, "group", "BUNDLE " + text_of(offer.media.at(0), "mid") + " added");
    REQUIRE_FALSE(call.set(call.bob, sdp_body(sdp::to_string(offer))));
    CHECK(is_data_channel(parsed(call.get(call.bob).value()).media.at(1)));
    CHECK(call.bob.restarts_wanted == 1);
    CHECK(call.media_flows(10, 0));

    Texts alice(call.alice), bob(call.bob);
    REQUIRE_FALSE(call.restart(call.bob, call.alice));
    CHECK(text_of(call.offer.media.at(1), "mid") == "added");
    CHECK_FALSE(call.answer.media.at(1).is_refused());
    CHECK(call.media_flows(30, 0));
    CHECK_FALSE((alice.open || bob.open));  // that is Alice's to do, who has not added it herself

    REQUIRE_FALSE(call.restart(call.alice, call.bob));  // whoever offers another path opens one
    check_texts(call, alice, bob);
    CHECK(call.media_flows(10, 0));
    CHECK_FALSE(call.alice.failed);
    CHECK_FALSE(call.bob.failed);
}

TEST_CASE("Sound that is added to a data channel flows with the fresh media path that follows (RFC 8839 §4.4.1)") {
    if (lacks_plugins()) return;
    // Alice's first engine has the data channel alone, those after it have sound.
    const auto alices = webrtc(
        [made = 0](const sipua::SessionContext& context, EngineLines, EngineEvents events) mutable {
            auto options = with_data(true);
            if (made++ == 0) options.audio.reset();
            return std::make_unique<GstEngine>(context.executor, options, std::move(events));
        },
        VideoUse::never, DataChannelOptions{});
    HandlerPair call(alices, webrtc(with_data(true)));
    REQUIRE_FALSE(call.exchange(call.alice, call.bob));
    REQUIRE(call.offer.media.size() == 1);
    Texts alice(call.alice), bob(call.bob);
    check_texts(call, alice, bob);

    auto offer = parsed(call.get(call.alice).value());
    call.alice.handler->rollback();
    offer.media.push_back(added("chromium156-offer-audio-datachannel", 0, offer.media.at(0)));
    sdp::set(offer.attributes, "group", "BUNDLE " + text_of(offer.media.at(0), "mid") + " added");
    REQUIRE_FALSE(call.set(call.bob, sdp_body(sdp::to_string(offer))));
    const auto answer = parsed(call.get(call.bob).value());
    CHECK_FALSE(answer.media.at(1).is_refused());
    CHECK(sdp::direction(answer, answer.media.at(1)) == inactive);
    CHECK(call.bob.restarts_wanted == 1);

    REQUIRE_FALSE(call.restart(call.bob, call.alice));
    CHECK(call.media_flows(10, 0));
    alice.heard.clear(), bob.heard.clear();
    check_texts(call, alice, bob);
    CHECK_FALSE(call.alice.failed);
    CHECK_FALSE(call.bob.failed);
}
