// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

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
template <class Table, class State, class Event>
[[nodiscard]] const typename Table::value_type* find_row(const Table& table, State state, Event event) noexcept {
    auto row = std::ranges::find_if(table, [&](const auto& t) { return t.in == state && t.on == event; });
    return row == table.end() ? nullptr : &*row;
}

}  // namespace sipdialog
