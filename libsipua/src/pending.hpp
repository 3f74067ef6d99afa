// SPDX-License-Identifier: MIT
#pragma once

#include "core.hpp"

#include <sipua/completion.hpp>

#include <siptxn/clock.hpp>

#include <asio/error.hpp>

#include <memory>
#include <utility>

namespace sipua {

/// A completion that is called once, by whoever comes first: the event, a cancellation, or the end of the session. On
/// the core's executor.
class Pending : public std::enable_shared_from_this<Pending> {
public:
    [[nodiscard]] static std::shared_ptr<Pending> make(Completion done) {
        return std::make_shared<Pending>(std::move(done));
    }
    /// For what nobody waits for.
    [[nodiscard]] static const std::shared_ptr<Pending>& nobody() {
        static const auto nobody = std::make_shared<Pending>(nullptr);
        return nobody;
    }
    explicit Pending(Completion done) : done_(std::move(done)) {}

    void finish(std::error_code error) {
        if (!done_) return;
        auto done = std::exchange(done_, nullptr);
        done(error);
    }
    [[nodiscard]] bool is_open() const noexcept { return static_cast<bool>(done_); }
    [[nodiscard]] Completion completion() {
        return [self = shared_from_this()](std::error_code error) { self->finish(error); };
    }

    siptxn::TimerId timer = siptxn::TimerId::none;

private:
    Completion done_;
};

/// Cancellation of an operation that needs nothing but to be forgotten. Holds the pending weakly: the completion may
/// own what owns the result.
[[nodiscard]] inline CancelFunction abandon(Core& core, const std::shared_ptr<Pending>& pending) {
    return [core = core.shared_from_this(), weak = std::weak_ptr(pending)] {
        core->run([weak] {
            if (auto held = weak.lock()) held->finish(asio::error::operation_aborted);
        });
    };
}

}  // namespace sipua
