// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace siptxn {

class Deadlines;

/// Something that wants to be woken: a base of transactions, sendings and connections. At most one deadline each.
/// Leaves the queue when destroyed; stays where it is in memory.
class Timed {
public:
    enum class Kind : std::uint8_t { connection, sending, client, server };
    explicit Timed(Kind timed_kind) noexcept : kind(timed_kind) {}
    Timed(const Timed&) = delete;
    Timed& operator=(const Timed&) = delete;

    const Kind kind;

protected:
    ~Timed();

private:
    friend class Deadlines;
    Deadlines* queue_ = nullptr;
    std::size_t index_ = 0;
    TimePoint when_{};
};

/// All deadlines of a layer, the earliest first: a binary heap whose items know their place, so that moving one
/// allocates nothing and nothing stale stays behind.
class Deadlines {
public:
    Deadlines() = default;
    Deadlines(const Deadlines&) = delete;
    Deadlines& operator=(const Deadlines&) = delete;
    ~Deadlines();

    /// Sets, moves, or with nullopt removes.
    void set(Timed& item, std::optional<TimePoint> when);
    [[nodiscard]] std::optional<TimePoint> next() const noexcept;
    /// Removes the earliest item that is due.
    [[nodiscard]] Timed* take_due(TimePoint now);

private:
    void place(std::size_t index, Timed* item) noexcept;
    void rise(std::size_t index) noexcept;
    void sink(std::size_t index) noexcept;
    void remove(Timed& item) noexcept;

    std::vector<Timed*> heap_;
};

}  // namespace siptxn
