// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/error.hpp>

namespace sipua {

/// What the final answer to a request means to whoever waits for it: one of sipdialog's outputs that have `status`,
/// `response` and `error`. Without a response and an error the session ended first.
template <class News>
[[nodiscard]] std::error_code answer_error(const News& news) {
    if (news.response) return sip_error(news.status);
    return news.error ? news.error : Errc::session_terminated;
}

}  // namespace sipua
