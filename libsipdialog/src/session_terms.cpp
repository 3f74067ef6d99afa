// SPDX-License-Identifier: MIT
// What two messages agree on about the session timer. RFC 4028 §7, §9.
#include "text.hpp"

#include <sipdialog/session_timer.hpp>

#include <sipmsg/sipmsg.hpp>

#include <algorithm>

namespace sipdialog {

using sipmsg::Refresher;

std::expected<SessionTimerTerms, seconds> answer_timer(const sipmsg::MessageView& request,
                                                       const SessionTimerOptions& ours) {
    bool peer_knows = lists_tag<sipmsg::Supported>(request, "timer") || lists_tag<sipmsg::Require>(request, "timer");
    auto asked = request.top<sipmsg::SessionExpires>();
    auto least = request.top<sipmsg::MinSe>();
    auto lowest = std::max(seconds(least ? least->seconds : 90), ours.min_se);
    SessionTimerTerms terms{.peer_knows = peer_knows};
    if (asked) {
        terms.interval = seconds(asked->seconds);
        if (peer_knows && terms.interval < ours.min_se) return std::unexpected(ours.min_se);
        // Shorter if we like, but never below what anyone on the way can bear.
        if (ours.expires > seconds(0)) terms.interval = std::min(terms.interval, std::max(ours.expires, lowest));
    } else if (ours.expires > seconds(0)) {
        terms.interval = std::max(ours.expires, lowest);
    }
    auto wish = asked ? asked->refresher() : std::nullopt;
    terms.refresher = peer_knows ? wish.value_or(ours.refresher.value_or(Refresher::uac)) : Refresher::uas;
    return terms;
}

SessionTimerTerms read_timer(const sipmsg::MessageView& response) {
    auto said = response.top<sipmsg::SessionExpires>();
    if (!said) return {};
    return {.interval = seconds(said->seconds), .refresher = said->refresher().value_or(Refresher::uac)};
}

}  // namespace sipdialog
