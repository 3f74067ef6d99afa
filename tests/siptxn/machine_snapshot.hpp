// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <array>
#include <string>
#include <vector>

namespace siptxn {

constexpr TimePoint start{};

/// Milliseconds from `start`, for messages that fail.
inline long ms(TimePoint when) { return std::chrono::duration_cast<std::chrono::milliseconds>(when - start).count(); }

/// Every event in every state: one line for each that changes or asks for something. `path` leads a fresh machine
/// into each state.
template <class Machine, class State>
std::string snapshot(Machine (*make)(),
                     const std::vector<std::pair<State, std::vector<typename Machine::Event>>>& paths, int events) {
    std::string out;
    for (const auto& [state, path] : paths) {
        for (int i = 0; i < events; ++i) {
            Machine machine = make();
            for (auto step : path) machine.on(step, start);
            if (machine.state() != state) return "the path does not lead to " + std::string(to_string(state));
            auto event = static_cast<typename Machine::Event>(i);
            bool accepted = machine.accepts(event);
            auto effects = machine.on(event, start);
            if (!accepted && (machine.state() != state || to_string(effects) != "none"))
                return "an ignored event did something";
            if (!accepted) continue;
            out += std::string(to_string(state)) + " " + std::string(to_string(event)) + " -> " +
                   std::string(to_string(machine.state()));
            out += ": " + to_string(effects) + "\n";
        }
    }
    return out;
}

/// Steps a machine by its own deadlines until it has none: what happened when, "500 resend".
template <class Machine>
std::string step_to_the_end(Machine& machine) {
    std::string out;
    for (int turns = 0; machine.next_expiry() && turns < 100; ++turns) {
        auto when = *machine.next_expiry();
        auto effects = machine.expire(when);
        out += std::to_string(ms(when)) + " " + to_string(effects) + "\n";
    }
    return out;
}

}  // namespace siptxn
