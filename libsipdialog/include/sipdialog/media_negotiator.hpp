// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/negotiation.hpp>

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sipdialog {

/// The text of a description, shared by those who keep it: a fifth of what the value takes, and kept as long as a call.
using DescriptionText = std::shared_ptr<const std::string>;

/// The versions of the descriptions that one side sends in a session. RFC 3264 §8: one more whenever anything differs
/// from the last one sent, refused or not, so a version that left once is never used for another description.
class DescriptionVersions {
public:
    /// `next` with its version; the first keeps the one it has.
    [[nodiscard]] SessionDescription stamped(SessionDescription next) {
        stamp(next);
        return next;
    }
    /// The same as text. What is the same as the last one is that one.
    [[nodiscard]] DescriptionText text_of(SessionDescription&& next) {
        stamp(next);
        return sent_;
    }

private:
    void stamp(SessionDescription& next);

    DescriptionText sent_;
    std::uint64_t version_ = 0;  ///< of sent_
};

/// Offer/answer for one session with fixed capabilities: remembers what both sides said, counts versions, rolls back.
/// Texts go in and out, since it is texts that are sent, compared and kept. Pure. The o= version rises by one whenever
/// a description differs from the last one sent (RFC 3264 §8), and what is repeated is repeated octet for octet.
///
///              offer()                     answer() leaves it stable
///   stable ----------------> have_local_offer
///     ^  <-- apply_answer(), rollback() --'
class MediaNegotiator {
public:
    /// As in RFC 8829 §3.2; answers are made at once, so there is no have-remote-offer.
    enum class State : std::uint8_t { stable, have_local_offer };

    /// `capabilities`: what sdp::parse() can read again when it is printed, or later calls throw
    /// std::bad_expected_access. `session_id`: from the random source, for the o= line; below 2^63 (RFC 3264 §5).
    MediaNegotiator(MediaCapabilities capabilities, std::uint64_t session_id)
        : MediaNegotiator(std::make_shared<const MediaCapabilities>(std::move(capabilities)), session_id) {}
    /// The same, with capabilities that sessions share.
    MediaNegotiator(std::shared_ptr<const MediaCapabilities> capabilities, std::uint64_t session_id);

    /// The first offer, or one that changes the session; called again before its answer, the offer replaces the one
    /// before.
    DescriptionText offer(bool hold = false);
    /// The answer to the peer's offer. Refused with 488 when nothing can be had, when m-lines are missing and when it
    /// is no description, with 491 while our own offer is out; then nothing has changed.
    std::expected<DescriptionText, Refusal> answer(std::string offer, bool hold = false);
    /// Takes the answer to offer(). When it is refused the offer is still out: rollback() or another answer follows.
    std::expected<void, Refusal> apply_answer(std::string answer);
    /// Forgets an offer that was not answered; no effect when stable.
    void rollback() noexcept;

    [[nodiscard]] State state() const noexcept { return pending_ ? State::have_local_offer : State::stable; }
    /// The descriptions last agreed; null and empty before the first exchange is complete. Valid until the next call.
    [[nodiscard]] const DescriptionText& local() const noexcept { return local_; }
    [[nodiscard]] const std::string& remote() const noexcept { return remote_; }
    /// What they come to, by m-line; empty before. Worked out when it is asked for.
    [[nodiscard]] std::vector<NegotiatedMedia> media() const;
    /// The peer does not receive on any stream.
    [[nodiscard]] bool is_held_by_peer() const { return is_hold(remote_); }

private:
    /// Of the first description.
    [[nodiscard]] sipmsg::sdp::Origin origin() const {
        return {.session_id = std::to_string(session_id_ & INT64_MAX), .version = 1};
    }

    std::shared_ptr<const MediaCapabilities> capabilities_;
    std::uint64_t session_id_;
    DescriptionVersions versions_;
    DescriptionText pending_;  ///< our offer while it has no answer
    DescriptionText local_;
    std::string remote_;
};

}  // namespace sipdialog
