// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/error.hpp>

#include <siptxn/error.hpp>

namespace sipua {

/// What the final answer to a request means to whoever waits for it. `came`: false when `status` is our own word for
/// its absence, 408 or 503 (RFC 3261 §8.1.3.1), or 487 because the session ended first.
[[nodiscard]] inline std::error_code answer_error(int status, bool came) {
    if (came) return sip_error(status);
    if (status == 408) return siptxn::Errc::timeout;
    if (status == 487) return Errc::session_terminated;
    return siptxn::Errc::transport;
}

}  // namespace sipua
