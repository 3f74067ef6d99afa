// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <cstdint>

namespace siptxn {

class Deadlines;

/// Something that wants to be woken: a base of transactions, sendings and connections. At most one deadline each.
/// Leaves the queue when destroyed; stays where it is in memory.
class Timed {
public:
    enum class Kind : std::uint8_t { connection, binding, sending, client, server };
    explicit Timed(Kind timed_kind) noexcept : kind(timed_kind) {}
    Timed(const Timed&) = delete;
    Timed& operator=(const Timed&) = delete;

    const Kind kind;

protected:
    ~Timed();

private:
    friend class Deadlines;
    friend class TimedList;
    std::uint16_t slot_ = 0;
    Deadlines* queue_ = nullptr;
    Timed* before_ = nullptr;
    Timed* after_ = nullptr;
    TimePoint when_{};
};

/// Items in the order they were added, which is the order of their deadlines as well most of the time: equal waits end
/// in the order they begin. Which one is the earliest is known until that one leaves; then the list is put in order if
/// it is not.
class TimedList {
public:
    [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }
    void add(Timed& item) noexcept;
    void remove(Timed& item) noexcept;
    /// The earliest; of equal ones the one added first. Not for an empty list.
    [[nodiscard]] Timed& first() noexcept {
        if (!first_) put_in_order();
        return *first_;
    }
    /// Any item, or nullptr.
    [[nodiscard]] Timed* any() const noexcept { return head_; }

private:
    void put_in_order() noexcept;
    [[nodiscard]] static Timed* take_run(Timed*& rest) noexcept;
    [[nodiscard]] static Timed* merge(Timed* earlier, Timed* later) noexcept;
    void relink(Timed* head) noexcept;

    Timed* head_ = nullptr;
    Timed* tail_ = nullptr;
    Timed* first_ = nullptr;  ///< nullptr when it must be found
    bool in_order_ = true;
};

}  // namespace siptxn
