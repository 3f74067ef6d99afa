// SPDX-License-Identifier: MIT
#include <sipmsg/method.hpp>

#include "fold.hpp"

#include <array>
#include <cstdint>

namespace sipmsg {

namespace {

constexpr std::array<std::string_view, 15> names = {
    "",          "INVITE", "ACK",     "OPTIONS", "BYE",   "CANCEL",  "REGISTER", "PRACK",
    "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO",    "REFER", "MESSAGE", "UPDATE",
};

constexpr std::size_t shortest = 3;
constexpr std::size_t longest = 9;

/// Size and first letter tell them apart.
constexpr std::size_t slot_of(std::string_view text) noexcept {
    return (text.size() * 11 + static_cast<unsigned char>(text[0])) & 0x1FU;
}

consteval std::array<std::uint8_t, 32> make_index() {
    std::array<std::uint8_t, 32> index{};
    for (std::size_t i = 1; i < names.size(); ++i) {
        auto& slot = index[slot_of(names[i])];
        if (slot != 0) throw "two methods in one slot";
        slot = static_cast<std::uint8_t>(i);
    }
    return index;
}
constexpr auto index = make_index();

}  // namespace

Method method_of(std::string_view text) noexcept {
    if (text.size() < shortest || text.size() > longest) return Method::other;
    const auto i = index[slot_of(text)];
    return detail::same_octets(names[i], text) ? static_cast<Method>(i) : Method::other;
}

std::string_view to_string(Method method) noexcept { return names[static_cast<std::size_t>(method)]; }

}  // namespace sipmsg
