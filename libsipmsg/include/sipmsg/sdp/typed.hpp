// SPDX-License-Identifier: MIT
#pragma once

// Attributes as values. A type T has `T::name`, the attribute it stands for, `T::parse(value)` and `to_string(T)`; the
// values are views into the description, valid until it changes. What does not parse stays readable as text.

#include <sipmsg/sdp/attribute.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sipmsg::sdp {

/// The first attribute of T's name; nothing when there is none, or when it is malformed.
template <class T>
[[nodiscard]] std::optional<T> first(const Attributes& list) {
    const Attribute* found = find(list, T::name);
    return found != nullptr ? T::parse(found->text()) : std::nullopt;
}

/// Every attribute of T's name, in order; malformed ones are left out.
template <class T>
[[nodiscard]] std::vector<T> all(const Attributes& list) {
    std::vector<T> values;
    for (const Attribute& attribute : list) {
        if (attribute.name != T::name) continue;
        if (auto value = T::parse(attribute.text())) values.push_back(*std::move(value));
    }
    return values;
}

/// Appends the attribute.
template <class T>
void add(Attributes& list, const T& value) {
    add(list, T::name, to_string(value));
}

}  // namespace sipmsg::sdp
