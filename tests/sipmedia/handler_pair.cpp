// SPDX-License-Identifier: MIT
#include "handler_pair.hpp"

#include <doctest/doctest.h>

namespace sipmedia::test {

Party::Party(asio::io_context& io, const sipua::SessionDescriptionHandlerFactory& factory, bool outgoing) {
    sipua::SessionContext context{
        .executor = io.get_executor(), .outgoing = outgoing, .local_address = "127.0.0.1", .random = 4711};
    handler = factory(context);
    handler->on_restart_wanted = [this] { ++restarts_wanted; };
    handler->on_fragment = [this] { ++fragments; };
    handler->on_media_failed = [this](std::error_code reason) { failed = reason; };
}

HandlerPair::HandlerPair(const sipua::SessionDescriptionHandlerFactory& caller,
                         const sipua::SessionDescriptionHandlerFactory& callee)
    : alice(io, caller, true), bob(io, callee, false) {}

bool HandlerPair::run_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        io.run_one_for(std::chrono::milliseconds(10));
    }
    return true;
}

HandlerPair::Description HandlerPair::get(Party& party, bool hold) {
    return get(party, sipua::DescriptionOptions{.hold = hold});
}

HandlerPair::Description HandlerPair::get(Party& party, const sipua::DescriptionOptions& options) {
    std::optional<Description> got;
    party.handler->get_description(options, [&](Description made) { got = std::move(made); });
    REQUIRE(run_until([&] { return got.has_value(); }));
    return *std::move(got);
}

std::error_code HandlerPair::set(Party& party, const sipua::Body& body, bool hold) {
    std::optional<std::error_code> result;
    party.handler->set_description(body, {.hold = hold}, [&](std::error_code error) { result = error; });
    REQUIRE(run_until([&] { return result.has_value(); }));
    return *result;
}

std::error_code HandlerPair::exchange(Party& from, Party& to, bool from_holds, bool to_holds) {
    return carry(get(from, from_holds), from, to, from_holds, to_holds);
}

std::error_code HandlerPair::restart(Party& from, Party& to) {
    return carry(get(from, sipua::DescriptionOptions{.restart = true}), from, to);
}

std::error_code HandlerPair::carry(const Description& offered, Party& from, Party& to, bool from_holds, bool to_holds) {
    if (!offered) return offered.error();
    offer = parsed(*offered);
    if (auto error = set(to, *offered, to_holds)) return error;
    auto answered = get(to, to_holds);
    if (!answered) return answered.error();
    answer = parsed(*answered);
    return set(from, *answered, from_holds);
}

sipua::MediaStatistics HandlerPair::statistics(Party& party) {
    std::optional<sipua::MediaStatistics> figures;
    party.handler->statistics([&](sipua::MediaStatistics result) { figures = std::move(result); });
    REQUIRE(run_until([&] { return figures.has_value(); }));
    return *figures;
}

bool HandlerPair::media_flows(std::uint64_t audio, std::uint64_t video) {
    auto at_least = [](const sipua::MediaStatistics& now, const sipua::MediaStatistics& then, std::size_t stream,
                       std::uint64_t more) {
        if (stream >= then.streams.size()) return more == 0;
        return now.streams[stream].frames_decoded >= then.streams[stream].frames_decoded + more;
    };
    const auto alice_then = statistics(alice), bob_then = statistics(bob);
    return run_until([&] {
        const auto alice_now = statistics(alice), bob_now = statistics(bob);
        return at_least(alice_now, alice_then, 0, audio) && at_least(bob_now, bob_then, 0, audio) &&
               at_least(alice_now, alice_then, 1, video) && at_least(bob_now, bob_then, 1, video);
    });
}

sipua::Body sdp_body(std::string text) { return {"application/sdp", std::move(text)}; }

sipmsg::sdp::SessionDescription parsed(const sipua::Body& body) {
    CHECK(body.content_type == "application/sdp");
    auto description = sipmsg::sdp::parse(body.content);
    REQUIRE(description);
    return *description;
}

}  // namespace sipmedia::test
