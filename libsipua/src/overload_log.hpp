// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/clock.hpp>

#include <cstdint>

namespace sipua {

class Core;

/// Tells the log that limits of ours were reached, and how often: whoever made them must learn why peers get 503.
class OverloadLog {
public:
    void look(Core& core);

private:
    std::uint64_t told_ = 0;
    siptxn::TimePoint quiet_until_{};
};

}  // namespace sipua
