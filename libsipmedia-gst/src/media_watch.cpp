// SPDX-License-Identifier: MIT
#include "media_watch.hpp"

#include <algorithm>
#include <utility>

namespace sipmedia {

struct MediaWatch::State {
    State(asio::any_io_executor executor, std::chrono::milliseconds patience)
        : timer(std::move(executor)), timeout(patience) {}

    asio::steady_timer timer;
    std::chrono::milliseconds timeout;
    bool running = false;
    Look look;
    std::weak_ptr<EngineEvents> events;
    std::vector<std::pair<std::size_t, FlowWatch>> watches;  // by m-line
};

MediaWatch::MediaWatch(asio::any_io_executor executor, std::chrono::milliseconds timeout)
    : state_(std::make_shared<State>(std::move(executor), timeout)) {}

void MediaWatch::start(Look look, std::weak_ptr<EngineEvents> events) {
    if (state_->timeout <= std::chrono::milliseconds::zero()) return;
    state_->look = std::move(look);
    state_->events = std::move(events);
    state_->watches.clear();
    state_->running = true;
    wait(state_);
}

void MediaWatch::stop() {
    state_->running = false;
    state_->timer.cancel();
}

// Four looks within the time, so that it is told at the latest a quarter later.
void MediaWatch::wait(const std::shared_ptr<State>& state) {
    state->timer.expires_after(std::max(state->timeout / 4, std::chrono::milliseconds(10)));
    state->timer.async_wait([weak = std::weak_ptr(state)](std::error_code error) {
        auto self = weak.lock();
        if (!self || error || !self->running) return;
        look(self);
        if (self->running) wait(self);
    });
}

void MediaWatch::look(const std::shared_ptr<State>& state) {
    const auto now = std::chrono::steady_clock::now();
    for (const auto& [mline, expected, packets] : state->look()) {
        auto watch = std::ranges::find(state->watches, mline, &std::pair<std::size_t, FlowWatch>::first);
        if (watch == state->watches.end()) watch = state->watches.emplace(watch, mline, FlowWatch(state->timeout));
        const auto news = watch->second.look(expected, packets, now);
        if (news == FlowWatch::News::none) continue;
        const auto events = state->events.lock();
        if (!events) return;
        auto& event = news == FlowWatch::News::lost ? events->on_media_lost : events->on_media_returned;
        if (event) event(mline);
        if (!state->running) return;
    }
}

}  // namespace sipmedia
