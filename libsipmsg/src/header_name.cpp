// SPDX-License-Identifier: MIT
#include "chars.hpp"
#include "fold.hpp"
#include "header_table.hpp"

namespace sipmsg {

namespace {

using detail::header_table;

constexpr std::size_t slots = 512;

/// Length and four letters tell the known names apart: found and proved at compile time.
constexpr std::size_t slot_of(std::string_view name, std::uint32_t seed) noexcept {
    const auto n = name.size();
    auto letter = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(name[i]) | 0x20U);
    };
    const std::uint32_t key = letter(0) | letter(n / 2) << 8 | letter(n - 1) << 16 | letter(n * 3 / 4) << 24;
    return ((key + static_cast<std::uint32_t>(n)) * seed) >> 23;
}

struct NameIndex {
    std::uint32_t seed = 0;
    std::array<std::uint8_t, slots> ids{};  // Header, or 0
};

consteval bool fill(NameIndex& index, std::uint32_t seed) {
    index = {seed, {}};
    for (const auto& row : header_table) {
        auto& id = index.ids[slot_of(row.name, seed)];
        if (id != 0) return false;
        id = static_cast<std::uint8_t>(row.id);
    }
    return true;
}

consteval NameIndex make_name_index() {
    NameIndex index;
    std::uint32_t seed = 0x9E3779B1U;
    while (!fill(index, seed)) seed = (seed * 1664525U + 1013904223U) | 1U;
    return index;
}

consteval std::array<std::uint8_t, 32> make_compact_index() {
    std::array<std::uint8_t, 32> index{};
    for (const auto& row : header_table)
        if (row.compact != '\0')
            index[static_cast<std::size_t>(row.compact & 0x1F)] = static_cast<std::uint8_t>(row.id);
    return index;
}

constexpr auto name_index = make_name_index();
constexpr auto compact_index = make_compact_index();

}  // namespace

Header header_of(std::string_view name) noexcept {
    if (name.empty()) return Header::other;
    if (name.size() == 1) {
        const char c = detail::lower(name[0]);
        const auto id = c >= 'a' && c <= 'z' ? compact_index[static_cast<std::size_t>(c & 0x1F)] : 0;
        return id == 0 ? Header::other : static_cast<Header>(id);
    }
    const auto id = name_index.ids[slot_of(name, name_index.seed)];
    if (id == 0) return Header::other;
    const auto header = static_cast<Header>(id);
    return detail::same_folded(name, detail::row_of(header)->name) ? header : Header::other;
}

std::string_view to_string(Header header) noexcept {
    const auto* row = detail::row_of(header);
    return row == nullptr ? std::string_view{} : row->name;
}

}  // namespace sipmsg
