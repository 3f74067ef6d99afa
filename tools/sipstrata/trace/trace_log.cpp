// SPDX-License-Identifier: MIT
#include "trace_log.hpp"

#include <algorithm>

namespace sipstrata {

void TraceLog::add(const siptxn::TraceMessage& message) {
    constexpr std::size_t most_in_flight = 256;
    TraceRecord record = make_record(message);
    Sent key{record.source, record.destination, record.fingerprint};
    if (record.sent) {
        in_flight_.push_back(key);
        if (in_flight_.size() > most_in_flight) in_flight_.pop_front();
    } else if (auto sent = std::ranges::find(in_flight_, key); sent != in_flight_.end()) {
        in_flight_.erase(sent);
        return;
    }
    if (records_.size() >= limit_) records_.pop_front();
    records_.push_back(std::move(record));
}

std::vector<TraceRecord> TraceLog::of_call(std::string_view call_id) const {
    std::vector<TraceRecord> found;
    std::ranges::copy_if(records_, std::back_inserter(found),
                         [&](const TraceRecord& record) { return record.call_id == call_id; });
    return found;
}

void TraceLog::clear() {
    records_.clear();
    in_flight_.clear();
}

}  // namespace sipstrata
