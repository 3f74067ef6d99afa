// SPDX-License-Identifier: MIT
#include "engine_pair.hpp"

#include <doctest/doctest.h>

namespace sipmedia::test {

namespace {

bool lacks(const WebRtcOptions& options) {
    auto missing = missing_elements(options);
    for (const auto& name : missing) MESSAGE("skipped: no GStreamer element " << name);
    return !missing.empty();
}

}  // namespace

bool lacks_plugins() { return lacks(loopback()); }

bool lacks_h264() {
    auto options = loopback();
    options.video_codecs = {"H264"};
    return lacks(options);
}

Endpoint::Endpoint(asio::io_context& io, WebRtcOptions options) {
    EngineEvents events;
    events.on_connected = [this](auto der) { remote_certificate.assign(der.begin(), der.end()); };
    events.on_failed = [this](const EngineError& reason) { failed = reason; };
    events.on_media = [this](std::size_t mline) { flowing.push_back(mline); };
    events.on_media_lost = [this](std::size_t mline) { lost.push_back(mline); };
    events.on_media_returned = [this](std::size_t mline) { returned.push_back(mline); };
    events.on_dtmf = [this](char tone) { heard += tone; };
    engine = std::make_unique<GstEngine>(io.get_executor(), std::move(options), std::move(events));
}

void Endpoint::create_offer() {
    engine->create_offer([this](auto made) { description = std::move(made); });
}

void Endpoint::accept_offer(const std::string& offer) {
    engine->accept_offer(offer, [this](auto made) { description = std::move(made); });
}

void Endpoint::accept_answer(const std::string& answer) {
    engine->accept_answer(answer, [this](auto result) { applied = result; });
}

EnginePair::EnginePair(WebRtcOptions caller, WebRtcOptions callee)
    : alice(io, std::move(caller)), bob(io, std::move(callee)) {}

bool EnginePair::run_until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        io.run_one_for(std::chrono::milliseconds(10));  // the condition may also be a counter of GStreamer's threads
    }
    return true;
}

bool EnginePair::exchange(const std::function<std::string(std::string)>& tamper) {
    auto changed = [&](const std::string& sdp) { return tamper ? tamper(sdp) : sdp; };
    alice.create_offer();
    if (!run_until([&] { return alice.description.has_value(); }) || !*alice.description) return false;
    bob.accept_offer(changed(**alice.description));
    if (!run_until([&] { return bob.description.has_value(); }) || !*bob.description) return false;
    alice.accept_answer(**bob.description);
    return run_until([&] { return alice.applied.has_value(); }) && *alice.applied;
}

MediaStatistics EnginePair::statistics(Endpoint& endpoint) {
    std::optional<MediaStatistics> figures;
    endpoint.engine->statistics([&](auto result) { figures = std::move(result); });
    REQUIRE(run_until([&] { return figures.has_value(); }));
    return *figures;
}

}  // namespace sipmedia::test
