// SPDX-License-Identifier: MIT
#pragma once

// Optional: fmt prints what has a to_string(). Needs fmt; nothing else of libsipmsg does.
//   fmt::print("{} from {}\n", message.method(), *message.top<sipmsg::From>());

#include <sipmsg/sipmsg.hpp>

#include <fmt/format.h>

#include <type_traits>

namespace sipmsg::detail {

/// The types that fmt learns here: each has a to_string() in namespace sipmsg.
template <class T>
inline constexpr bool is_printable =
    std::is_same_v<T, ParseError> || std::is_same_v<T, ParseErrc> || std::is_same_v<T, Header> ||
    std::is_same_v<T, Method> || std::is_same_v<T, Uri> || Printable<T>;

}  // namespace sipmsg::detail

template <class T>
requires sipmsg::detail::is_printable<T>
struct fmt::formatter<T> : fmt::formatter<fmt::string_view> {
    template <class Context>
    auto format(const T& value, Context& context) const {
        return fmt::formatter<fmt::string_view>::format(sipmsg::to_string(value), context);
    }
};
