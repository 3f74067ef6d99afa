// SPDX-License-Identifier: MIT
#include <siptxn/net/asio_clock.hpp>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace siptxn::net {

/// All waiting work in one ordered map under one system timer, which is set anew only when something earlier comes.
struct AsioClock::State : std::enable_shared_from_this<State> {
    explicit State(asio::any_io_executor e) : executor(std::move(e)), timer(executor) {}

    using Key = std::pair<TimePoint, std::uint64_t>;

    void arm() {
        if (queue.empty()) return;
        auto first = queue.begin()->first.first;
        if (armed && *armed <= first) return;
        armed = first;
        timer.expires_at(first);
        timer.async_wait([weak = weak_from_this()](std::error_code error) {
            auto self = weak.lock();
            if (self && !error) self->fire();
        });
    }

    // Only what was there at the start: work that schedules more work for now must not keep the sockets waiting.
    void fire() {
        armed.reset();
        auto now = std::chrono::steady_clock::now();
        auto end = last;
        auto keep = shared_from_this();
        struct Rearm {
            State& state;
            ~Rearm() { state.arm(); }
        } rearm{*this};
        for (auto next = queue.begin(); next != queue.end() && next->first.first <= now;) {
            if (next->first.second > end) {
                ++next;
                continue;
            }
            auto entry = queue.extract(next);
            times.erase(entry.key().second);
            entry.mapped()();
            next = queue.begin();
        }
    }

    asio::any_io_executor executor;
    asio::steady_timer timer;
    std::optional<TimePoint> armed;
    std::uint64_t last = 0;
    std::map<Key, std::move_only_function<void()>> queue;
    std::unordered_map<std::uint64_t, TimePoint> times;
};

AsioClock::AsioClock(asio::any_io_executor executor) : state_(std::make_shared<State>(std::move(executor))) {}

// The work is dropped before the state, for it may own what calls back here.
AsioClock::~AsioClock() {
    state_->timer.cancel();
    auto dropped = std::exchange(state_->queue, {});
}

TimePoint AsioClock::now() const { return std::chrono::steady_clock::now(); }
std::chrono::system_clock::time_point AsioClock::calendar() const { return std::chrono::system_clock::now(); }

TimerId AsioClock::schedule(TimePoint when, std::move_only_function<void()> work) {
    auto sequence = ++state_->last;
    state_->queue.emplace(State::Key{when, sequence}, std::move(work));
    state_->times.emplace(sequence, when);
    state_->arm();
    return TimerId{sequence};
}

void AsioClock::cancel(TimerId timer) {
    auto time = state_->times.find(static_cast<std::uint64_t>(timer));
    if (time == state_->times.end()) return;
    auto entry = state_->queue.extract(State::Key{time->second, time->first});
    state_->times.erase(time);
    if (!state_->queue.empty()) return;
    state_->armed.reset();
    state_->timer.cancel();  // else an idle context would wait for nothing
}

void AsioClock::post(std::move_only_function<void()> work) {
    asio::post(state_->executor, [weak = std::weak_ptr(state_), work = std::move(work)]() mutable {
        if (auto alive = weak.lock()) work();
    });
}

}  // namespace siptxn::net
