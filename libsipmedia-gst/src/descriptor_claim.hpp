// SPDX-License-Identifier: MIT
#pragma once

#include <sipmedia/error.hpp>

#include <expected>
#include <memory>

namespace sipmedia {

/// GLib ends the process where it gets no file descriptor. So an engine asks first, and holds this until it has opened
/// all of its own.
using DescriptorClaim = std::shared_ptr<const void>;

/// Errc::overloaded when too few are left for one more, besides the engines that hold claims. Any thread.
[[nodiscard]] std::expected<DescriptorClaim, EngineError> claim_descriptors();

}  // namespace sipmedia
