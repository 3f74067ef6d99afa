// SPDX-License-Identifier: MIT
#pragma once

// From a header's name to its number: one multiplication, one look at a table, one comparison.

#include "chars.hpp"
#include "header_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipmsg::detail {

inline constexpr std::size_t name_slots = 2048;

/// Size, first two and last four octets tell the known names apart, in any case.
[[nodiscard]] constexpr std::uint64_t name_key(std::uint64_t first2, std::uint64_t last4, std::size_t size) noexcept {
    return first2 | last4 << 16U | 0x2020'2020'2020U | static_cast<std::uint64_t>(size) << 48U;
}

/// The octets of a name as name_key() wants them. In front of a name of two or three octets stands the line end of the
/// line before it.
[[nodiscard]] constexpr std::uint64_t name_key_of(std::string_view name) noexcept {
    const auto octet = [&](std::size_t i) -> std::uint64_t {
        if (i >= 4) return static_cast<unsigned char>(name[i - 4]);
        return static_cast<unsigned char>("\0\0\r\n"[i]);
    };
    const auto n = name.size();
    const auto last4 = octet(n) | octet(n + 1) << 8U | octet(n + 2) << 16U | octet(n + 3) << 24U;
    return name_key(octet(4) | octet(5) << 8U, last4, n);
}

struct NameIndex {
    std::uint64_t seed = 0x9E37'79B9'7F4A'7C15U;
    std::array<std::uint8_t, name_slots> ids{};  // Header, or 0
};

[[nodiscard]] constexpr std::size_t slot_of(std::uint64_t key, std::uint64_t seed) noexcept {
    return static_cast<std::size_t>((key * seed) >> (64U - 11U));
}

consteval auto make_name_keys() {
    std::array<std::uint64_t, header_table.size()> keys{};
    for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = name_key_of(header_table[i].name);
    return keys;
}
inline constexpr auto name_keys = make_name_keys();

consteval bool keys_are_unique() {
    for (std::size_t i = 0; i < name_keys.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (name_keys[i] == name_keys[j]) return false;
    return true;
}
static_assert(keys_are_unique(), "name_key() must look at more octets");
static_assert(name_slots == 1U << 11U);

consteval bool fill(NameIndex& index) {
    index.ids = {};
    for (std::size_t i = 0; i < name_keys.size(); ++i) {
        auto& id = index.ids[slot_of(name_keys[i], index.seed)];
        if (id != 0) return false;
        id = static_cast<std::uint8_t>(header_table[i].id);
    }
    return true;
}

/// Tries multipliers until no two names meet.
consteval NameIndex make_name_index() {
    NameIndex index;
    while (!fill(index)) index.seed = (index.seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'406U) | 1U;
    return index;
}
[[gnu::visibility("hidden")]] inline constexpr auto name_index = make_name_index();

[[nodiscard]] constexpr std::size_t slot_of(std::uint64_t key) noexcept { return slot_of(key, name_index.seed); }

/// A name and its colon, for comparison in one step: octets that differ from `text` only where `mask` has no bit are
/// the same.
struct alignas(64) KnownName {
    std::array<char, 32> text{};
    std::array<char, 32> mask{};  ///< 0xDF at a letter, 0xFF at another octet, 0 behind the colon
};

consteval auto make_known_names() {
    std::array<KnownName, header_count> names{};
    names[static_cast<std::size_t>(Header::none)].mask.fill('\xFF');
    for (const auto& row : header_table) {
        auto& name = names[static_cast<std::size_t>(row.id)];
        if (row.name.size() >= name.text.size()) throw "a name without room for its colon";
        for (std::size_t i = 0; i < row.name.size(); ++i) {
            name.text[i] = row.name[i];
            name.mask[i] = static_cast<char>(lower(row.name[i]) >= 'a' && lower(row.name[i]) <= 'z' ? 0xDF : 0xFF);
        }
        name.text[row.name.size()] = ':';
        name.mask[row.name.size()] = '\xFF';
    }
    return names;
}
[[gnu::visibility("hidden")]] inline constexpr auto known_names = make_known_names();

consteval std::array<std::uint8_t, 32> make_compact_index() {
    std::array<std::uint8_t, 32> index{};
    for (const auto& row : header_table)
        if (row.compact != '\0')
            index[static_cast<std::size_t>(row.compact & 0x1F)] = static_cast<std::uint8_t>(row.id);
    return index;
}
inline constexpr auto compact_index = make_compact_index();

/// By the one letter of a compact form; `other` when it is none.
[[nodiscard]] constexpr Header compact_name(char c) noexcept {
    const char letter = lower(c);
    const auto id = letter >= 'a' && letter <= 'z' ? compact_index[static_cast<std::size_t>(letter & 0x1F)] : 0;
    return id == 0 ? Header::other : static_cast<Header>(id);
}

}  // namespace sipmsg::detail
