// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/sound.hpp>

#include <memory>

namespace sipmedia {

/// Joins sessions: each hears all others, and not itself. Two of them are a bridge. Any thread.
class Conference {
public:
    /// `rate` in hertz: that of the sum.
    explicit Conference(unsigned rate = 16'000);
    ~Conference();  ///< members get back the sources of their options
    Conference(Conference&&) noexcept;
    Conference& operator=(Conference&&) noexcept;

    void add(const std::shared_ptr<SessionSound>& sound);  ///< no effect on a null pointer or a member
    void remove(const std::shared_ptr<SessionSound>& sound);
    [[nodiscard]] std::size_t size() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sipmedia
