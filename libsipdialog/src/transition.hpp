// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sipdialog {

/// A row of a state machine: `effects` is a set of that machine's effect bits.
template <class State, class Event>
struct Transition {
    State in;
    Event on;
    State to;
    unsigned effects;
};

/// The row for `event` in `state`, or nullptr: not in the figure, and so ignored.
template <const auto& table, class State, class Event>
[[nodiscard]] const auto* find_row(State state, Event event) noexcept {
    constexpr std::size_t most = 16;     // states, and events
    static constexpr auto places = [] {  // of each row, from 1
        std::array<std::array<std::uint8_t, most>, most> all{};
        for (std::size_t row = table.size(); row-- > 0;)
            all.at(static_cast<std::size_t>(table[row].in)).at(static_cast<std::size_t>(table[row].on)) =
                static_cast<std::uint8_t>(row + 1);
        return all;
    }();
    const auto place = places[static_cast<std::size_t>(state) % most][static_cast<std::size_t>(event) % most];
    return place == 0 ? nullptr : &table[place - 1U];
}

}  // namespace sipdialog
