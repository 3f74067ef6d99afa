// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/error.hpp>

#include <sipmsg/message.hpp>

#include <system_error>

namespace sipdialog {

/// How a request of ours ended: with a final response, or without one.
struct Answer {
    int status = 0;               ///< of the response, or our word for its absence
    sipmsg::MessagePtr response;  ///< null: none came
    std::error_code error;        ///< why none came
};

[[nodiscard]] inline Answer answered(const sipmsg::MessagePtr& response) { return {response->status(), response, {}}; }

/// RFC 3261 §8.1.3.1.
[[nodiscard]] inline Answer unanswered(std::error_code error) {
    return {error == siptxn::Errc::timeout ? 408 : 503, nullptr, error};
}

}  // namespace sipdialog
