// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/events.hpp>
#include <sipmsg/message.hpp>

#include <cstdint>

namespace sipdialog {

/// The final status for a NOTIFY that says too little to be understood, as RFC 6665 §8.2 wants it: 489 without Event or
/// with a state nobody knows, 400 for a value that cannot be read; 0 for one in order.
[[nodiscard]] int notify_refusal(const sipmsg::Message& notify);

/// Whether this Event names the subscription made by the REFER with that number. `first` of its dialog: its notifier
/// may leave the `id` out (RFC 3515 §2.4.6).
[[nodiscard]] bool is_event_of_refer(const sipmsg::Event& event, std::uint32_t cseq, bool first) noexcept;

}  // namespace sipdialog
