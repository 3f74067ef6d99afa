// SPDX-License-Identifier: MIT
#include "flow_watch.hpp"

#include <utility>

namespace sipmedia {

FlowWatch::News FlowWatch::look(bool expected, std::uint64_t packets, TimePoint now) {
    const bool goes_on = expected && watching_;
    watching_ = expected;
    if (!goes_on) lost_ = false;
    if (const bool moved = std::exchange(packets_, packets) != packets; !goes_on || moved) {
        last_ = now;
        return std::exchange(lost_, false) ? News::returned : News::none;
    }
    if (!lost_ && now - last_ < timeout_) return News::none;
    return std::exchange(lost_, true) ? News::none : News::lost;
}

}  // namespace sipmedia
