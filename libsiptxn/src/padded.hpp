// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>
#include <siptxn/output.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace siptxn {

/// A copy behind which 64 octets more may be read, as WireEvents::on_octets() promises.
inline Octets padded(std::string_view octets) {
    constexpr std::size_t readable_behind = 64;
    std::string copy;
    copy.reserve(octets.size() + readable_behind);
    copy.append(octets).append(readable_behind, '\0').resize(octets.size());
    return std::make_shared<const std::string>(std::move(copy));
}

}  // namespace siptxn
