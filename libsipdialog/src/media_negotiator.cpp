// SPDX-License-Identifier: MIT
#include <sipdialog/media_negotiator.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace sipdialog {

void DescriptionVersions::stamp(SessionDescription& next) {
    if (sent_) next.origin.version = version_;
    auto text = to_string(next);
    if (sent_ && text == *sent_) return;
    if (sent_) {
        ++next.origin.version;
        text = to_string(next);
    }
    version_ = next.origin.version;
    sent_ = std::make_shared<const std::string>(std::move(text));
}

namespace {

Refusal unreadable() { return {.reason = "no session description"}; }

/// What was read or printed here before.
SessionDescription read_again(const std::string& text) { return sipmsg::sdp::parse(text).value(); }

}  // namespace

MediaNegotiator::MediaNegotiator(std::shared_ptr<const MediaCapabilities> capabilities, std::uint64_t session_id)
    : capabilities_(std::move(capabilities)), session_id_(session_id) {}

DescriptionText MediaNegotiator::offer(bool hold) {
    pending_ = versions_.text_of(local_ ? make_reoffer(read_again(*local_), *capabilities_, hold)
                                        : make_offer(*capabilities_, origin(), hold));
    return pending_;
}

std::expected<DescriptionText, Refusal> MediaNegotiator::answer(std::string offer, bool hold) {
    if (pending_) return std::unexpected(Refusal{.status = 491, .reason = "an offer of ours is out"});
    const auto offered = sipmsg::sdp::parse(offer);
    if (!offered) return std::unexpected(unreadable());
    if (local_ && offered->media.size() < read_again(*local_).media.size())
        return std::unexpected(Refusal{.reason = "m-lines are missing from the offer"});  // RFC 3264 §8
    auto answer = make_answer(*offered, *capabilities_, origin(), hold);
    if (!answer) return std::unexpected(std::move(answer.error()));
    local_ = versions_.text_of(*std::move(answer));
    remote_ = std::move(offer);
    return local_;
}

std::expected<void, Refusal> MediaNegotiator::apply_answer(std::string answer) {
    if (!pending_) return std::unexpected(Refusal{.reason = "an answer without an offer"});
    const auto answered = sipmsg::sdp::parse(answer);
    if (!answered) return std::unexpected(unreadable());
    if (auto checked = check_answer(read_again(*pending_), *answered); !checked)
        return std::unexpected(std::move(checked.error()));
    local_ = std::exchange(pending_, nullptr);
    remote_ = std::move(answer);
    return {};
}

void MediaNegotiator::rollback() noexcept { pending_.reset(); }

std::vector<NegotiatedMedia> MediaNegotiator::media() const {
    return local_ ? agree(read_again(*local_), read_again(remote_)) : std::vector<NegotiatedMedia>{};
}

}  // namespace sipdialog
