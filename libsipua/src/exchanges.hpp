// SPDX-License-Identifier: MIT
#pragma once

#include "pending.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace sipua {

/// The re-INVITEs and UPDATEs of one session, which go one after another (RFC 3261 §14.1): the program's, one at a
/// time, and our own, of which it knows nothing. The first may be under way; it and those behind it wait while an
/// exchange is open that is none of these: the peer's, or a refresh.
class Exchanges {
public:
    using Begin = std::move_only_function<bool()>;  ///< false: not now
    enum class By : std::uint8_t { program, us };

    /// It begins when its turn comes; a second one of the program's ends with request_pending. One whose pending is no
    /// longer open then, since it was cancelled, never begins. `pending` may be null for one of ours.
    void add(By by, Begin begin, std::shared_ptr<Pending> pending) {
        if (by == By::program && has_programs()) return pending->finish(Errc::request_pending);
        waiting_.push_back({by, std::move(begin), std::move(pending)});
        go_on();
    }
    /// One of the program's that begins at once or not at all.
    void add_now(Begin begin, const std::shared_ptr<Pending>& pending) {
        if (has_programs() || !begin()) return pending->finish(Errc::request_pending);
        waiting_.insert(waiting_.begin(), Exchange{By::program, {}, pending, true});
    }
    /// A wish without a pending, unless one waits already.
    void wish(Begin begin) {
        if (std::ranges::none_of(waiting_, &Exchange::is_waiting_wish)) add(By::us, std::move(begin), nullptr);
    }
    /// What was wished for came about otherwise.
    void drop_wish() { std::erase_if(waiting_, &Exchange::is_waiting_wish); }

    /// An exchange may have ended.
    void go_on() {
        std::erase_if(waiting_,
                      [](const Exchange& each) { return !each.begun && each.pending && !each.pending->is_open(); });
        if (waiting_.empty() || waiting_.front().begun) return;
        auto begin = std::move(waiting_.front().begin);  // What it calls may add to those that wait.
        waiting_.front().begun = begin();
        if (!waiting_.front().begun) waiting_.front().begin = std::move(begin);
    }
    /// A re-INVITE or UPDATE from here has ended: the pending of the one that it was, if any.
    [[nodiscard]] std::shared_ptr<Pending> take_ended() {
        if (waiting_.empty() || !waiting_.front().begun) return nullptr;
        auto pending = std::move(waiting_.front().pending);
        waiting_.erase(waiting_.begin());
        return pending;
    }
    void end(std::error_code error) {
        for (auto& each : std::exchange(waiting_, {}))
            if (each.pending) each.pending->finish(error);
    }

private:
    struct Exchange {
        By by;
        Begin begin;
        std::shared_ptr<Pending> pending;
        bool begun = false;

        [[nodiscard]] bool is_waiting_wish() const { return !pending && !begun; }
    };

    [[nodiscard]] bool has_programs() const { return std::ranges::count(waiting_, By::program, &Exchange::by) > 0; }

    std::vector<Exchange> waiting_;
};

}  // namespace sipua
