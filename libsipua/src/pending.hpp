// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/completion.hpp>

#include <siptxn/clock.hpp>

#include <memory>
#include <utility>

namespace sipua {

/// A completion that is called once, by whoever comes first: the event, a cancellation, or the end of the session. On the core's executor.
class Pending : public std::enable_shared_from_this<Pending> {
public:
    [[nodiscard]] static std::shared_ptr<Pending> make(Completion done) { return std::make_shared<Pending>(std::move(done)); }
    explicit Pending(Completion done) : done_(std::move(done)) {}

    void finish(std::error_code error) {
        if (auto done = std::exchange(done_, nullptr)) done(error);
    }
    [[nodiscard]] bool is_open() const noexcept { return static_cast<bool>(done_); }
    [[nodiscard]] Completion completion() {
        return [self = shared_from_this()](std::error_code error) { self->finish(error); };
    }

    siptxn::TimerId timer = siptxn::TimerId::none;

private:
    Completion done_;
};

}  // namespace sipua
