// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg::sdp {

/// One a= line: "a=name" or "a=name:value". RFC 8866 §5.13.
struct Attribute {
    std::string name;
    std::optional<std::string> value = std::nullopt;  ///< none for a flag; "" for "a=name:"

    /// The value, or "" for a flag. Points into this attribute.
    [[nodiscard]] std::string_view text() const noexcept {
        return value ? std::string_view(*value) : std::string_view();
    }
    friend bool operator==(const Attribute&, const Attribute&) = default;
};

/// In the order of the description. Names compare octet for octet.
using Attributes = std::vector<Attribute>;

/// The first one of that name, or null. Valid until the list changes.
[[nodiscard]] const Attribute* find(const Attributes& list, std::string_view name) noexcept;
[[nodiscard]] bool has(const Attributes& list, std::string_view name) noexcept;

/// The first value of that name; a flag gives "". Valid until the list changes.
[[nodiscard]] std::optional<std::string_view> value_of(const Attributes& list, std::string_view name) noexcept;

/// Every value of that name, in order; flags give "". Valid until the list changes.
[[nodiscard]] std::vector<std::string_view> values_of(const Attributes& list, std::string_view name);

/// Replaces the first of that name in its place and removes the others; appends when there was none.
void set(Attributes& list, std::string_view name, std::optional<std::string> value = std::nullopt);

void add(Attributes& list, std::string_view name, std::optional<std::string> value = std::nullopt);

/// Removes every attribute of that name; how many there were.
std::size_t remove(Attributes& list, std::string_view name);

}  // namespace sipmsg::sdp
