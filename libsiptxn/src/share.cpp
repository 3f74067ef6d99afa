// SPDX-License-Identifier: MIT
#include <siptxn/share.hpp>

#include "layer/keyed_hash.hpp"

namespace siptxn {

// The upper half: its share of the range, without a division.
std::uint32_t Share::owner_of(std::string_view call_id) const noexcept {
    if (workers <= 1) return 0;
    const auto upper = KeyedHash(key0, key1)(call_id) >> 32;
    return static_cast<std::uint32_t>(upper * workers >> 32);
}

}  // namespace siptxn
