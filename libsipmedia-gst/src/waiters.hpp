// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/completion.hpp>

#include <asio/error.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace sipmedia {

/// Who waits for something that happens once, on a thread of the library's. Any thread.
///
/// A completion counts as work of its io_context until it is destroyed, so it is completed and destroyed under the
/// lock: when `finish` returns, whichever call of it came first, no thread touches that context any more.
class Waiters {
public:
    /// Completes at once when it has happened already. The result names the waiter to `cancel`.
    std::uint64_t wait(sipua::Completion done) {
        std::lock_guard lock(mutex_);
        if (result_)
            std::exchange(done, nullptr)(*result_);
        else
            waiting_.push_back({++last_id_, std::move(done)});
        return last_id_;
    }

    void cancel(std::uint64_t id) {
        std::lock_guard lock(mutex_);
        std::erase_if(waiting_, [&](Waiter& each) {
            if (each.id != id) return false;
            each.done(asio::error::operation_aborted);
            return true;
        });
    }

    /// It has happened; the first result stands.
    void finish(std::error_code result) {
        std::lock_guard lock(mutex_);
        if (!result_) result_ = result;
        for (auto& each : waiting_) each.done(*result_);
        waiting_.clear();
    }

private:
    struct Waiter {
        std::uint64_t id;
        sipua::Completion done;
    };

    std::mutex mutex_;
    std::optional<std::error_code> result_;
    std::uint64_t last_id_ = 0;
    std::vector<Waiter> waiting_;
};

}  // namespace sipmedia
