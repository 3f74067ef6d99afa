// SPDX-License-Identifier: MIT
// Subscriptions to REFERs, which share the dialog of a session and may outlive it. RFC 5057 §4.2, §5.3; RFC 3515
// §2.4.4.
#include "layer.hpp"
#include "subscriptions.hpp"
#include "text.hpp"

#include <sipdialog/notify.hpp>

#include <sipmsg/sipmsg.hpp>

#include <algorithm>

namespace sipdialog {

using sipmsg::Method;

namespace {

constexpr seconds unless_told{180};  // longer than an INVITE rings (RFC 3261 §16.6 step 11)
constexpr seconds most{3600};

/// The usage that such a request of the peer (or of ours, `sent`) belongs to. NOTIFYs come to whoever sent the REFER.
ReferUsage* usage_of(Session& s, const sipmsg::MessageView& request, bool sent) {
    auto method = request.method();
    if (method != Method::notify && method != Method::subscribe) return nullptr;
    auto event = request.top<sipmsg::Event>();
    if (!event) return nullptr;
    bool ours = (method == Method::subscribe) == sent;
    auto found = std::ranges::find_if(s.usages, [&](const ReferUsage& usage) {
        return usage.ours == ours && is_event_of_refer(*event, usage.cseq, usage.first);
    });
    return found == s.usages.end() ? nullptr : &*found;
}

void forget(Session& s, const ReferUsage* usage) {
    if (usage) s.usages.erase(s.usages.begin() + (usage - s.usages.data()));
}

}  // namespace

bool belongs_to_usage(Session& s, const sipmsg::MessageView& request, bool sent) {
    return usage_of(s, request, sent) != nullptr;
}

void Layer::note_refer(Session& s, std::uint32_t cseq, bool ours, TimePoint now) {
    prune(s, now);
    if (s.usages.size() >= options_.limits.open_requests) return;
    bool first = std::ranges::none_of(s.usages, [&](const ReferUsage& usage) { return usage.ours == ours; });
    s.usages.push_back({cseq, ours, first, now + unless_told});
}

void Layer::note_notify(Session& s, const sipmsg::MessageView& notify, bool ours, TimePoint now) {
    auto* usage = usage_of(s, notify, !ours);
    auto state = notify.top<sipmsg::SubscriptionState>();
    if (!usage || !state) return;
    if (state->phase() == sipmsg::SubscriptionPhase::terminated) return forget(s, usage);
    if (auto rest = state->expires()) usage->until = now + std::min(seconds(*rest), most);
}

void Layer::drop_usage(Session& s, const sipmsg::MessageView& notify) { forget(s, usage_of(s, notify, true)); }

void Layer::prune(Session& s, TimePoint now) {
    std::erase_if(s.usages, [&](const ReferUsage& usage) { return usage.until <= now; });
    if (!s.is_ended()) return;
    if (s.usages.empty() && !s.work->progress.late_prack) return forget_dialogs(s);
    for (const auto& usage : s.usages) s.linger = std::max(s.linger.value_or(now), usage.until);
}

}  // namespace sipdialog
