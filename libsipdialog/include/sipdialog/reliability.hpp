// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/message_view.hpp>

#include <cstdint>

namespace sipdialog {

/// Whether provisional responses to an INVITE are sent reliably: the option tag 100rel. RFC 3262 §3, §4.
enum class Reliability : std::uint8_t {
    none,
    supported,  ///< `Supported: 100rel`: the callee may
    required,   ///< `Require: 100rel`: the callee must
};

/// What an INVITE says of it. Require beats Supported.
[[nodiscard]] Reliability reliability_of(const sipmsg::MessageView& invite);

}  // namespace sipdialog
