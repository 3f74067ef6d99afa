// SPDX-License-Identifier: MIT
#include <sipdialog/media_negotiator.hpp>

#include <string>
#include <utility>

namespace sipdialog {

const DescriptionPtr& DescriptionVersions::share(SessionDescription next) {
    if (sent_) {
        next.origin.version = sent_->origin.version;
        if (next == *sent_) return sent_;
        ++next.origin.version;
    }
    return sent_ = std::make_shared<const SessionDescription>(std::move(next));
}

MediaNegotiator::MediaNegotiator(std::shared_ptr<const MediaCapabilities> capabilities, std::uint64_t session_id)
    : capabilities_(std::move(capabilities)), session_id_(session_id) {}

DescriptionPtr MediaNegotiator::offer(bool hold) {
    pending_ = versions_.share(local_ ? make_reoffer(*local_, *capabilities_, hold)
                                      : make_offer(*capabilities_, origin(), hold));
    return pending_;
}

std::expected<DescriptionPtr, Refusal> MediaNegotiator::answer(SessionDescription offer, bool hold) {
    if (pending_) return std::unexpected(Refusal{.status = 491, .reason = "an offer of ours is out"});
    if (local_ && offer.media.size() < local_->media.size())
        return std::unexpected(Refusal{.reason = "m-lines are missing from the offer"});  // RFC 3264 §8
    auto answer = make_answer(offer, *capabilities_, origin(), hold);
    if (!answer) return std::unexpected(std::move(answer.error()));
    local_ = versions_.share(*std::move(answer));
    remote_ = std::move(offer);
    return local_;
}

std::expected<void, Refusal> MediaNegotiator::apply_answer(SessionDescription answer) {
    if (!pending_) return std::unexpected(Refusal{.reason = "an answer without an offer"});
    if (auto checked = check_answer(*pending_, answer); !checked) return std::unexpected(std::move(checked.error()));
    local_ = std::exchange(pending_, nullptr);
    remote_ = std::move(answer);
    return {};
}

void MediaNegotiator::rollback() noexcept { pending_.reset(); }

std::vector<NegotiatedMedia> MediaNegotiator::media() const {
    return local_ ? agree(*local_, *remote_) : std::vector<NegotiatedMedia>{};
}

}  // namespace sipdialog
