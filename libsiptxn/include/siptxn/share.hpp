// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>

#include <cstdint>
#include <string_view>

namespace siptxn {

/// The part of the calls that is one stack's, when several stacks, one a core, share a port. Each Call-ID has one
/// owner, so that a dialog, its retransmissions and the responses to it are always the same stack's. A value; the
/// stacks of one port have the same but for `worker`.
struct Share {
    std::uint32_t worker = 0;   ///< below `workers`
    std::uint32_t workers = 1;  ///< at most 65535; one has no company, and owns everything
    /// From a good random source: peers choose Call-IDs, and must not be able to choose whom to overload.
    std::uint64_t key0 = 0;
    std::uint64_t key1 = 0;

    [[nodiscard]] std::uint32_t owner_of(std::string_view call_id) const noexcept;
    [[nodiscard]] bool owns(std::string_view call_id) const noexcept {
        return workers <= 1 || owner_of(call_id) == worker;
    }
};

/// The stack whose wire has a flow: the upper 16 bits of its id, which are 0 without workers.
[[nodiscard]] constexpr std::uint32_t home_of(FlowId id) noexcept {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(id) >> 48);
}
/// The id, among all workers, of what is `id` on the wire of one of them.
[[nodiscard]] constexpr FlowId at_home(FlowId id, std::uint32_t worker) noexcept {
    return id == FlowId::none ? id : FlowId{static_cast<std::uint64_t>(id) | static_cast<std::uint64_t>(worker) << 48};
}
/// And back.
[[nodiscard]] constexpr FlowId without_home(FlowId id) noexcept {
    return FlowId{static_cast<std::uint64_t>(id) & 0xffff'ffff'ffff};
}

}  // namespace siptxn
