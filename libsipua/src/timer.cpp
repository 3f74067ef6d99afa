// SPDX-License-Identifier: MIT
#include <sipua/timer.hpp>

#include "agent.hpp"

namespace sipua {

struct Timer::Impl {
    std::shared_ptr<Core> core;
    siptxn::TimerId id = siptxn::TimerId::none;
    std::move_only_function<void()> work;
};

Timer::Timer(const UserAgent& agent, Duration delay, std::move_only_function<void()> work) : impl_(std::make_shared<Impl>()) {
    impl_->core = agent.agent()->shared_core();
    impl_->work = std::move(work);
    impl_->id = impl_->core->clock().schedule(impl_->core->now() + delay, [weak = std::weak_ptr(impl_)] {
        auto impl = weak.lock();
        if (impl) std::exchange(impl->work, nullptr)();
    });
}

Timer::Timer(Timer&&) noexcept = default;

Timer& Timer::operator=(Timer&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

Timer::~Timer() {
    if (impl_) impl_->core->clock().cancel(impl_->id);
}

}  // namespace sipua
