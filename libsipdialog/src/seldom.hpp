// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

namespace sipdialog {

/// A value that few have: the one made by default until somebody changes it.
template <class T>
class Seldom {
public:
    [[nodiscard]] const T& operator*() const {
        static const T none{};
        return value_ ? *value_ : none;
    }
    [[nodiscard]] const T* operator->() const { return &**this; }
    /// To be changed.
    [[nodiscard]] T& own() {
        if (!value_) value_ = std::make_unique<T>();
        return *value_;
    }
    [[nodiscard]] explicit operator bool() const noexcept { return value_ != nullptr; }
    void reset() noexcept { value_.reset(); }

private:
    std::unique_ptr<T> value_;
};

}  // namespace sipdialog
