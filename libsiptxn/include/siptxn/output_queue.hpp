// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace siptxn {

/// What a layer has to say until poll() takes it: first in, first out. Its memory stays for what comes next, but for
/// that of a burst, so that steady traffic allocates nothing here.
template <class Output>
class OutputQueue {
public:
    template <class T>
    void push(T&& output) {
        items_.emplace_back(std::forward<T>(output));
    }
    [[nodiscard]] std::optional<Output> pop() {
        if (first_ == items_.size()) return std::nullopt;
        std::optional<Output> output(std::move(items_[first_++]));
        if (first_ == items_.size()) {
            clear();
        } else if (first_ >= usual && first_ * 2 >= items_.size()) {
            items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(std::exchange(first_, 0)));
        }
        return output;
    }

private:
    static constexpr std::size_t usual = 32;  ///< at once

    void clear() {
        first_ = 0;
        items_.clear();
        if (items_.capacity() > 2 * usual) items_.shrink_to_fit();
    }

    std::vector<Output> items_;
    std::size_t first_ = 0;  ///< of those that have not been taken
};

}  // namespace siptxn
