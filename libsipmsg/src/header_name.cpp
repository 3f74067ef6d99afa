// SPDX-License-Identifier: MIT
#include "fold.hpp"
#include "header_index.hpp"

namespace sipmsg {

Header header_of(std::string_view name) noexcept {
    if (name.size() < 2) return name.empty() ? Header::other : detail::compact_name(name[0]);
    const auto id = detail::name_index.ids[detail::slot_of(detail::name_key_of(name))];
    if (id == 0) return Header::other;
    const auto header = static_cast<Header>(id);
    return detail::same_folded(name, detail::row_of(header)->name) ? header : Header::other;
}

std::string_view to_string(Header header) noexcept {
    const auto* row = detail::row_of(header);
    return row == nullptr ? std::string_view{} : row->name;
}

}  // namespace sipmsg
