// SPDX-License-Identifier: MIT
#pragma once

#include "record.hpp"

#include <cstddef>
#include <deque>
#include <string_view>
#include <vector>

namespace sipstrata {

/// The messages of one or several endpoints, kept for a ladder; the newest `limit` of them. A message that was seen by
/// its sender and by its receiver, both in this process, is kept once. One thread.
class TraceLog {
public:
    explicit TraceLog(std::size_t limit = 10'000) : limit_(limit) {}
    void add(const siptxn::TraceMessage& message);
    [[nodiscard]] const std::deque<TraceRecord>& records() const noexcept { return records_; }
    /// Those of one call, in order.
    [[nodiscard]] std::vector<TraceRecord> of_call(std::string_view call_id) const;
    void clear();

private:
    struct Sent {
        siptxn::SocketAddress source;
        siptxn::SocketAddress destination;
        std::size_t fingerprint;
        friend bool operator==(const Sent&, const Sent&) = default;
    };
    std::size_t limit_;
    std::deque<TraceRecord> records_;
    std::deque<Sent> in_flight_;  ///< sent, not yet seen to arrive
};

}  // namespace sipstrata
