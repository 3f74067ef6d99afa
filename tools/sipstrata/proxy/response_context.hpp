// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/message.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace sipstrata {

/// What a proxy knows of the branches of one request, and which response goes upstream. RFC 3261 §16.7. A value; it
/// sends nothing.
class ResponseContext {
public:
    explicit ResponseContext(sipmsg::MessagePtr request) : request_(std::move(request)) {}

    /// Its number; branches are counted from 0.
    std::size_t add_branch();

    /// What a response calls for. `forward`: now, as it is. `cancel_others`: all branches that are pending. `choose`:
    /// every branch has ended and nothing final was forwarded: best() goes upstream.
    struct Steps {
        bool forward = false;
        bool cancel_others = false;
        bool choose = false;
    };
    [[nodiscard]] Steps on_response(std::size_t branch, const sipmsg::MessagePtr& response);
    /// No response will come: as if `status` had been received, 408 or 503 (RFC 3261 §16.7, §16.8, §16.9).
    [[nodiscard]] Steps on_failure(std::size_t branch, int status);

    /// The best of the final responses (RFC 3261 §16.7 step 6), with the challenges of all 401 and 407 (step 7).
    /// Received ones still have our Via on top; a 503 has become 500; `made_here` was made here, without our Via.
    struct Best {
        sipmsg::Message response;
        bool made_here = false;
    };
    [[nodiscard]] Best best() const;

    [[nodiscard]] bool is_pending(std::size_t branch) const { return !branches_[branch].ended; }
    [[nodiscard]] bool all_ended() const;
    [[nodiscard]] std::size_t branches() const noexcept { return branches_.size(); }
    [[nodiscard]] bool has_forwarded_final() const noexcept { return forwarded_final_; }
    [[nodiscard]] const sipmsg::Message& request() const noexcept { return *request_; }

private:
    struct Branch {
        bool ended = false;
        int status = 0;
        sipmsg::MessagePtr response;  ///< nullptr: none was received
    };
    [[nodiscard]] Steps ended(std::size_t branch, int status, sipmsg::MessagePtr response);

    sipmsg::MessagePtr request_;
    std::vector<Branch> branches_;
    bool forwarded_final_ = false;
};

}  // namespace sipstrata
