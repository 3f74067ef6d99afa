// SPDX-License-Identifier: MIT
#include <sipua/timer.hpp>

#include "agent.hpp"

namespace sipua {

struct Timer::Impl : std::enable_shared_from_this<Timer::Impl> {
    std::shared_ptr<Core> core;
    siptxn::TimerId id = siptxn::TimerId::none;
    std::move_only_function<void()> work;

    void start(Duration delay) {
        id = core->clock().schedule(core->now() + delay, [weak = weak_from_this()] {
            auto impl = weak.lock();
            if (impl && impl->work) std::exchange(impl->work, nullptr)();
        });
    }
};

Timer::Timer(const UserAgent& agent, Duration delay, std::move_only_function<void()> work)
    : impl_(std::make_shared<Impl>()) {
    impl_->core = agent.agent()->shared_core();
    impl_->work = std::move(work);
    impl_->core->run([impl = impl_, delay] { impl->start(delay); });
}

Timer::Timer(Timer&&) noexcept = default;

Timer& Timer::operator=(Timer&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

Timer::~Timer() {
    if (!impl_) return;
    Core& core = *impl_->core;
    core.run([impl = std::move(impl_)] { impl->core->clock().cancel(impl->id); });
}

}  // namespace sipua
