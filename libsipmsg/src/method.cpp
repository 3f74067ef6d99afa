// SPDX-License-Identifier: MIT
#include <sipmsg/method.hpp>

#include <array>

namespace sipmsg {

namespace {

constexpr std::array<std::string_view, 15> names = {
    "",          "INVITE", "ACK",     "OPTIONS", "BYE",   "CANCEL",  "REGISTER", "PRACK",
    "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO",    "REFER", "MESSAGE", "UPDATE",
};

}  // namespace

Method method_of(std::string_view text) noexcept {
    for (std::size_t i = 1; i < names.size(); ++i)
        if (names[i] == text) return static_cast<Method>(i);
    return Method::other;
}

std::string_view to_string(Method method) noexcept { return names[static_cast<std::size_t>(method)]; }

}  // namespace sipmsg
