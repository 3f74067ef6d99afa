// SPDX-License-Identifier: MIT
// How you test your application: in a world with virtual time and a network that loses a third of everything. An hour
// passes in a moment, and a seed replays exactly.
#include <sipua/sim/world.hpp>
#include <sipua/sipua.hpp>

#include <siptxn/sim/scenario.hpp>

#include <iostream>
#include <list>

using namespace std::chrono_literals;

/// The application under test: answers, and hangs up after a minute.
struct Application {
    explicit Application(const sipua::Stack& stack) {
        sipua::UserAgentOptions options{.uri = "sip:app@10.0.0.2"};
        options.delegate.on_invite = [this](sipua::Invitation call) {
            calls.push_back(std::move(call));
            calls.back().accept([](std::error_code) {});
            timers.emplace_back(*agent, 1min, [this] { calls.back().bye([](std::error_code) {}); });
        };
        agent.emplace(stack, std::move(options));
        agent->start([](std::error_code) {});
    }
    std::list<sipua::Invitation> calls;
    std::list<sipua::Timer> timers;
    std::optional<sipua::UserAgent> agent;
};

/// Whether the application hung up after a minute, whatever the network did.
bool hangs_up_after_a_minute(std::uint64_t seed) {
    sipua::sim::World world(seed);
    siptxn::sim::Scenario names(world.network());
    names.host("caller", "10.0.0.1");
    names.host("app", "10.0.0.2");
    world.network().impair({.delay_max = 80ms, .loss = 0.33, .duplication = 0.1});
    Application application(world.stack("10.0.0.2"));
    sipua::UserAgent caller(world.stack("10.0.0.1"), {.uri = "sip:caller@10.0.0.1"});
    sipua::Inviter call(caller, "sip:app@10.0.0.2");
    caller.start([](std::error_code) {});
    call.invite([](std::error_code) {});
    world.run(1h);
    const auto talked = call.record().talked(world.now());
    const bool good = call.end() && call.record().ended_by == sipua::Side::remote && talked > 50s && talked < 100s;
    if (!good) std::cout << "seed " << seed << " fails:\n" << names.ladder();
    return good;
}

int main() {
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
        if (!hangs_up_after_a_minute(seed)) return 1;
    std::cout << "100 hours, each another storm: all well\n";
}
