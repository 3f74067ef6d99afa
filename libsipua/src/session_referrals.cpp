// SPDX-License-Identifier: MIT
#include "session_referrals.hpp"

#include "answer_error.hpp"
#include "session_impl.hpp"

#include <sipdialog/notify.hpp>

#include <sipmsg/header/simple.hpp>
#include <sipmsg/sipfrag.hpp>
#include <sipmsg/status.hpp>

#include <algorithm>

namespace sipua {

using std::chrono::seconds;

// Ours.

void SentReferrals::refer(const std::string& refer_to, ReferOptions options, const std::shared_ptr<Pending>& pending) {
    auto& agent = *session_.shared_agent();
    HeaderList headers{
        {"Refer-To",    "<" + refer_to + ">"           },
        {"Referred-By", "<" + agent.options().uri + ">"}
    };
    if (!options.subscription) headers.emplace_back("Refer-Sub", "false");
    for (auto& header : agent.capabilities()) headers.push_back(header);
    for (auto& header : options.headers) headers.push_back(header);
    auto& core = session_.core();
    auto id = core.dialogs().request(session_.dialog_session(), "REFER", {}, core.now(), headers);
    if (id == sipdialog::RequestId::none) return pending->finish(Errc::invalid_state);
    all_.push_back(std::make_shared<One>(One{id, !std::exchange(any_, true), std::move(options), pending}));
    core.changed();
}

void SentReferrals::sent(sipdialog::RequestId id, const sipmsg::Message& request) {
    auto one = std::ranges::find(all_, id, [](auto& each) { return each->request; });
    if (one != all_.end()) (*one)->cseq = request.top<sipmsg::CSeq>()->number;
}

bool SentReferrals::answered(const sipdialog::ResponseInDialog& output) {
    auto found = std::ranges::find(all_, output.id, [](auto& each) { return each->request; });
    if (found == all_.end() || !(*found)->pending) return false;
    auto one = *found;
    auto wish = output.response ? output.response->top<sipmsg::ReferSub>() : sipmsg::Result<sipmsg::ReferSub>();
    bool told_none = output.response && wish && !wish->value();
    if (!sipmsg::is_success(output.status) || told_none || one->over) erase(one);
    auto pending = std::exchange(one->pending, nullptr);
    pending->finish(answer_error(output));
    return true;
}

bool SentReferrals::notified(const sipdialog::RequestInDialog& output) {
    const auto& notify = *output.request;
    auto event = notify.top<sipmsg::Event>();
    if (!event || event->package() != "refer") return false;
    auto found = std::ranges::find_if(
        all_, [&](auto& each) { return !each->over && sipdialog::is_event_of_refer(*event, each->cseq, each->first); });
    if (found == all_.end()) return false;
    auto one = *found;
    auto responder = std::make_shared<Responder>(session_.core().shared_from_this(), output.transaction, output.request,
                                                 output.session);
    if (int refusal = sipdialog::notify_refusal(notify)) return responder->answer(refusal, {}, {}), true;
    bool last = notify.top<sipmsg::SubscriptionState>()->phase() == sipmsg::SubscriptionPhase::terminated;
    auto fragment = sipmsg::Sipfrag::parse(notify.body());
    int status = fragment ? fragment->status().value_or(0) : 0;
    one->over = last;
    if (last && !one->pending) erase(one);  // else it waits for the answer to its REFER, which it overtook
    Notification notification(std::move(responder));
    if (one->options.on_notify) one->options.on_notify(std::move(notification));
    if (one->options.on_progress) one->options.on_progress(status, last);
    return true;
}

void SentReferrals::close() {
    for (auto& one : std::exchange(all_, {})) {
        if (one->pending) one->pending->finish(Errc::session_terminated);
    }
}

// The peer's.

void AcceptedReferrals::begin(std::uint32_t cseq) {
    constexpr std::uint32_t lasting = 180;  // Seconds; longer than an INVITE rings (RFC 3261 §16.6 step 11).
    all_.emplace_back(cseq, lasting, session_.core().now());
    pump();
}

sipdialog::ReferNotifier* AcceptedReferrals::find(std::uint32_t cseq) {
    auto found = std::ranges::find(all_, cseq, &sipdialog::ReferNotifier::cseq);
    return found == all_.end() ? nullptr : &*found;
}

void AcceptedReferrals::report(std::uint32_t cseq, int status, const std::string& phrase) {
    auto* one = find(cseq);
    if (!one) return;
    one->report(status, phrase);
    pump();
}

bool AcceptedReferrals::answered(const sipdialog::ResponseInDialog& output) {
    auto node = open_.extract(output.id);
    if (!node) return false;
    if (auto* one = find(node.mapped())) one->answered(output.response ? output.status : 0);
    pump();
    return true;
}

// RFC 3515 §2.4.4: refreshes and ends what a REFER began; nothing else makes a subscription to refer.
void AcceptedReferrals::subscribed(const sipdialog::RequestInDialog& output) {
    auto& core = session_.core();
    auto responder =
        std::make_shared<Responder>(core.shared_from_this(), output.transaction, output.request, output.session);
    auto event = output.request->top<sipmsg::Event>();
    auto found = std::ranges::find_if(all_, [&](auto& one) {
        bool stands = one.state() != sipdialog::NotifierState::terminated;
        return stands && event && sipdialog::is_event_of_refer(*event, one.cseq(), all_.size() == 1);
    });
    if (found == all_.end()) return void(responder->answer(403, {}, {}));
    auto asked = output.request->top<sipmsg::Expires>();
    constexpr std::uint32_t most = 3600;
    auto granted = std::min(asked ? asked->value : most, most);
    HeaderList headers{
        {"Expires", std::to_string(granted)}
    };
    responder->answer(200, headers, {});
    found->refresh(granted, core.now());
    pump();
}

void AcceptedReferrals::pump() {
    auto& core = session_.core();
    std::optional<siptxn::TimePoint> next;
    for (auto& one : all_) {
        one.expire(core.now());
        if (auto notify = one.poll(core.now())) {
            auto id =
                core.dialogs().request(session_.dialog_session(), "NOTIFY", notify->body, core.now(), notify->headers);
            if (id == sipdialog::RequestId::none) {
                one.answered(0);
            } else {
                open_[id] = one.cseq();
            }
        }
        if (auto at = one.next_expiry(); at && (!next || *at < *next)) next = at;
    }
    std::erase_if(all_, [](auto& one) { return one.is_over(); });
    core.clock().cancel(std::exchange(timer_, siptxn::TimerId::none));
    if (next) {
        timer_ = core.clock().schedule(*next, [weak = session_.weak_from_this()] {
            if (auto session = weak.lock()) session->referrals().accepted.pump();
        });
    }
    core.changed();
}

void AcceptedReferrals::close() {
    all_.clear();
    open_.clear();
    session_.core().clock().cancel(std::exchange(timer_, siptxn::TimerId::none));
}

}  // namespace sipua
