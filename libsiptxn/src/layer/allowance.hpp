// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <cstddef>

namespace siptxn {

/// So many a second, no more: what is left of one second is not saved for the next.
class Allowance {
public:
    explicit Allowance(std::size_t each_second) : each_second_(each_second) {}

    /// False when this second's are used up.
    bool take(TimePoint now) noexcept {
        if (now - began_ >= 1s || now < began_) {
            began_ = now;
            taken_ = 0;
        }
        if (taken_ >= each_second_) return false;
        ++taken_;
        return true;
    }

private:
    std::size_t each_second_;
    TimePoint began_{};
    std::size_t taken_ = 0;
};

}  // namespace siptxn
