// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace siptxn {

/// What a layer has to say until it is taken: first in, first out. Its memory stays for what comes next, but for that of
/// a burst, so that steady traffic allocates nothing here.
template <class Output>
class OutputQueue {
public:
    /// With what Output is made of.
    template <class... Parts>
    void push(Parts&&... parts) {
        given_.emplace_back(std::forward<Parts>(parts)...);
    }
    /// The next one, nullptr when there is none. It may be changed, and stands there until another one is asked for.
    [[nodiscard]] Output* next() {
        if (taken_ == leaving_.size() && !turn()) return nullptr;
        return &leaving_[taken_++];
    }
    [[nodiscard]] std::optional<Output> pop() {
        auto* output = next();
        return output ? std::optional<Output>(std::move(*output)) : std::nullopt;
    }

private:
    static constexpr std::size_t usual = 32;  ///< at once

    /// What was given meanwhile leaves next.
    bool turn() {
        taken_ = 0;
        leaving_.clear();
        if (leaving_.capacity() > 2 * usual) leaving_.shrink_to_fit();
        leaving_.swap(given_);
        return !leaving_.empty();
    }

    std::vector<Output> given_;
    std::vector<Output> leaving_;
    std::size_t taken_ = 0;  ///< of those that leave
};

}  // namespace siptxn
