// SPDX-License-Identifier: MIT
#include <sipdialog/media_negotiator.hpp>

#include <string>
#include <utility>

namespace sipdialog {

SessionDescription DescriptionVersions::stamped(SessionDescription next) {
    if (sent_) {
        next.origin.version = sent_->origin.version;
        if (next != *sent_) ++next.origin.version;
    }
    sent_ = next;
    return next;
}

MediaNegotiator::MediaNegotiator(MediaCapabilities capabilities, std::uint64_t session_id)
    : capabilities_(std::move(capabilities)),
      origin_{.session_id = std::to_string(session_id & INT64_MAX), .version = 1} {}

SessionDescription MediaNegotiator::offer(bool hold) {
    pending_ = versions_.stamped(local_ ? make_reoffer(*local_, capabilities_, hold)
                                        : make_offer(capabilities_, origin_, hold));
    return *pending_;
}

std::expected<SessionDescription, Refusal> MediaNegotiator::answer(const SessionDescription& offer, bool hold) {
    if (pending_) return std::unexpected(Refusal{.status = 491, .reason = "an offer of ours is out"});
    if (local_ && offer.media.size() < local_->media.size())
        return std::unexpected(Refusal{.reason = "m-lines are missing from the offer"});  // RFC 3264 §8
    auto answer = make_answer(offer, capabilities_, origin_, hold);
    if (!answer) return answer;
    answer = versions_.stamped(*std::move(answer));
    agree_on(*answer, offer);
    return answer;
}

std::expected<void, Refusal> MediaNegotiator::apply_answer(const SessionDescription& answer) {
    if (!pending_) return std::unexpected(Refusal{.reason = "an answer without an offer"});
    if (auto checked = check_answer(*pending_, answer); !checked) return std::unexpected(std::move(checked.error()));
    agree_on(*std::exchange(pending_, std::nullopt), answer);
    return {};
}

void MediaNegotiator::rollback() noexcept { pending_.reset(); }

void MediaNegotiator::agree_on(SessionDescription local, SessionDescription remote) {
    media_ = agree(local, remote);
    local_ = std::move(local);
    remote_ = std::move(remote);
}

}  // namespace sipdialog
