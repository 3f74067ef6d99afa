// SPDX-License-Identifier: MIT
// The session timer in the messages of a session. RFC 4028 §7 to §10.
#include "layer.hpp"
#include "sending.hpp"
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using SessionState = SessionMachine::State;
using SessionEvent = SessionMachine::Event;
using sipmsg::Header;

namespace {

constexpr int most_raises = 5;  // Each hop may ask for more than the one before; who asks ever more means no interval.

std::string session_expires(seconds interval, std::optional<sipmsg::Refresher> refresher) {
    auto text = std::to_string(interval.count());
    if (refresher) text += *refresher == sipmsg::Refresher::uac ? ";refresher=uac" : ";refresher=uas";
    return text;
}

}  // namespace

HeaderList min_se_header(seconds value) {
    return {
        {"Min-SE", std::to_string(value.count())}
    };
}

// RFC 4028 §7.1, §7.4.
void Layer::add_timer(const Session& s, sipmsg::Message& request) const {
    using sipmsg::Refresher;
    const auto& wish = options_.session_timer;
    bool runs = s.timer.state() != SessionTimer::State::off;
    auto interval = runs ? s.timer.interval() : wish.expires;
    auto refresher = runs ? std::optional(s.timer.is_ours() ? Refresher::uac : Refresher::uas) : wish.refresher;
    if (!lists_tag<sipmsg::Supported>(request.view(), "timer")) request.append(Header::supported, "timer");
    if (interval > seconds(0))
        request.append(Header::session_expires, session_expires(std::max(interval, s.min_se), refresher));
    if (s.min_se > seconds(90)) request.append(Header::min_se, std::to_string(s.min_se.count()));
}

// Our 2xx. RFC 4028 §9. The request has been found acceptable before.
void Layer::answer_with_timer(Session& s, const sipmsg::Message& request, sipmsg::Message& response, TimePoint now) {
    auto terms = answer_timer(request.view(), options_.session_timer).value_or(SessionTimerTerms{});
    s.timer.agree(terms, false, now);
    if (terms.interval == seconds(0)) return;
    response.append(Header::session_expires, session_expires(terms.interval, terms.refresher));
    if (terms.peer_knows) response.append(Header::require, "timer");
}

void Layer::agree_timer(Session& s, const sipmsg::Message& response, TimePoint now) {
    s.timer.agree(read_timer(response.view()), true, now);
}

// RFC 4028 §10: UPDATE without an offer when the peer takes it, else a re-INVITE.
void Layer::refresh_session(Session& s, TimePoint now) {
    if (s.state() != SessionState::confirmed) return s.timer.refused(now);
    if (!s.main_leg().allows_update) {
        if (!reinvite(s.id, now, {}, false)) s.timer.refused(now);
        return;
    }
    auto& dialog = s.dialog();
    auto update = dialog.make_request("UPDATE");
    add_headers(update, *s.common_headers);
    add_timer(s, update);
    submit(s, Purpose::refresh, std::move(update), options_inside(s, dialog, true), dialog.id().remote_tag);
}

void Layer::on_refreshed(Session& s, const Answer& answer, TimePoint now) {
    const auto& [status, response, error] = answer;
    if (s.state() != SessionState::confirmed) return;
    if (sipmsg::is_success(status)) {
        s.dialog().refresh_target(response->view());
        return agree_timer(s, *response, now);
    }
    if (status == 408 || status == 481)
        return fire(s, SessionEvent::gone, now, Why{EndCause::dialog_gone, status, response, error});
    s.timer.refused(now);
}

// 422: the same request again, with an interval that is long enough. RFC 4028 §7.3. False: the 422 is final.
bool Layer::ask_for_longer(Session& s, Request& r, const sipmsg::Message& response, TimePoint now) {
    auto least = response.top<sipmsg::MinSe>();
    auto asked = r.message->top<sipmsg::SessionExpires>();
    if (!least || !asked || asked->seconds >= least->seconds || !may_challenge(s, r)) return false;
    if (++r.raises > most_raises) return false;
    s.min_se = std::max(s.min_se, seconds(least->seconds));
    auto* leg = r.purpose == Purpose::invite ? nullptr : s.find_leg(r.remote_tag);
    auto number = leg ? leg->dialog.next_cseq() : r.message->top<sipmsg::CSeq>()->number + 1;
    auto message = sent_again(*r.message, number, {});
    message.set(Header::session_expires, session_expires(s.min_se, asked->refresher()));
    message.set(Header::min_se, std::to_string(s.min_se.count()));
    send_again(s, r, std::move(message), now);
    return true;
}

}  // namespace sipdialog
