// SPDX-License-Identifier: MIT
// What sipdialog says of a session, and what the program hears of it.
#include "answer_error.hpp"
#include "authorizing.hpp"
#include "session_impl.hpp"

#include <sipmsg/header/events.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>

namespace sipua {

using sipdialog::EndCause;

void SessionImpl::authorize(sipdialog::SendRequest& output) {
    auto& request = output.request;
    if (referrals_) referrals_->sent.sent(output.id, request);
    // RFC 3261 §15.1.1: media ends when the BYE goes out, whatever comes back and when.
    if (request.method() == sipmsg::Method::bye) close_handlers();
    agent_->take_flow(request, output.options);
    bool opens = outgoing_ && state_ == SessionState::establishing && request.method() == sipmsg::Method::invite;
    if (opens) agent_->sign(request);
    if (opens) setup_->cseq = request.top<sipmsg::CSeq>()->number;
    // A refresh of the session timer ends unheard: those before this one are over.
    const bool refreshes = request.method() == sipmsg::Method::update && request.body().empty();
    if (refreshes && state_ == SessionState::established && !is_open(output.id)) forget_exchanges();
    auto& open = open_request(output.id);
    if (std::exchange(open.sent, true)) return;
    if (opens) {
        open.attempts = setup_->attempts;
    } else {
        add_credentials(*agent_, request, open.attempts);
    }
}

void SessionImpl::on(sipdialog::Challenged& output) {
    if (answer(output)) return;
    auto go_on = [self = shared_from_this(), output] {
        if (self->state_ == SessionState::terminated || self->answer(output)) return;
        self->core().dialogs().give_up(output.id, self->core().now());
    };
    const bool asked = std::exchange(open_request(output.id).asked, true);
    if (!asked && ask_for_credentials(*agent_, *output.response, std::move(go_on))) return;
    core().dialogs().give_up(output.id, core().now());
}

bool SessionImpl::answer(const sipdialog::Challenged& output) {
    auto headers =
        answer_challenge(*agent_, *output.request, *output.response, open_request(output.id).attempts, "session");
    if (headers) core().dialogs().retry(output.id, *headers, core().now());
    return headers.has_value();
}

// Authentication-Info names its request by the cnonce.
void SessionImpl::learn(const sipmsg::MessagePtr& response) {
    if (!response) return;
    for (const auto& open : requests_) learn_from(*agent_, *response, open.attempts, "session");
}

void SessionImpl::on(sipdialog::Progressed& output) {
    if (!setup_) return;  // Aborted meanwhile.
    if (auto timeout = setup_->options->progress_timeout; timeout > Duration::zero())
        start(setup_->progress_timer, timeout, &SessionImpl::on_ring_timeout);
    note_identity(*output.response);
    note_recv_info(*output.response);
    if (referral_) referral_->report(output.response->status(), std::string(output.response->reason()));
    if (auto delegate = delegate_; delegate->on_progress) delegate->on_progress(*output.response);
}

void SessionImpl::on(sipdialog::ProgressDone& output) {
    if (progressing_.empty()) return;  // Aborted meanwhile: everybody has been told.
    auto pending = std::move(progressing_.front());
    progressing_.erase(progressing_.begin());
    if (output.status == 487) return pending->finish(Errc::session_terminated);
    pending->finish(sip_error(output.status));
}

void SessionImpl::on(sipdialog::Established& output) {
    auto self = shared_from_this();
    stop_timers();
    if (state_ != SessionState::establishing) {  // Given up between the 2xx and this news; no effect where cancel() has
                                                 // seen to it.
        core().dialogs().bye(id_, core().now());
        return core().changed();
    }
    if (output.response) {
        response_ = output.response;
        note_identity(*response_);
        note_recv_info(*response_);
        learn(response_);
        if (auto to = output.response->raw(sipmsg::Header::to)) names_->remote_identity = sipmsg::unfold(*to);
        const auto fields = response_->view().dialog_fields();
        adopt_handler(std::string(fields ? fields->to_tag.value_or("") : ""));
    }
    if (referral_ && output.response)
        referral_->report(output.response->status(), std::string(output.response->reason()));
    record_.answered = core().now();
    enter(SessionState::established);
    end_replacee();
    forget_exchanges();
    if (auto setup = std::exchange(setup_, nullptr)) {  // An observer may have ended the call.
        if (setup->inviting) setup->inviting->finish({});
        if (setup->accepting) setup->accepting->finish({});
    }
    using Trickle = sipdialog::TrickleMachine::Event;
    trickle(peer_takes_fragments_ ? Trickle::opened : Trickle::closed);
    exchanges_.go_on();
}

void SessionImpl::on(sipdialog::Acknowledged& output) {
    if (auto delegate = delegate_; delegate->on_ack) delegate->on_ack(*output.request);
}

void SessionImpl::on(sipdialog::Reinvited& output) {
    auto pending = exchanges_.take_ended();
    learn(output.response);
    forget_exchanges();
    bool agreed = output.status >= 200 && output.status < 300;
    if (std::exchange(restart_wanted_, false) && agreed) exchanges_.drop_wish();
    if (agreed) {
        held_ = hold_wanted_;
    } else {
        hold_wanted_ = held_;
    }
    exchanges_.go_on();
    if (!pending) return;
    if (!output.response && state_ >= SessionState::terminating) return pending->finish(Errc::session_terminated);
    pending->finish(output.error ? output.error : sip_error(output.status));
}

void SessionImpl::on(sipdialog::PeerReinvited& output) {
    note_identity(*output.request);
    exchanges_.go_on();
    if (auto delegate = delegate_; delegate->on_invite) delegate->on_invite(*output.request, output.status);
}

void SessionImpl::on(sipdialog::RequestInDialog& output) {
    using sipmsg::Method;
    auto responder = std::make_shared<Responder>(core().shared_from_this(), output.transaction, output.request, id_);
    switch (output.request->method()) {
        case Method::info:
            if (take_fragment_info(*output.request, *responder)) return;
            if (take_dtmf_info(*output.request, *responder)) return;
            if (auto delegate = delegate_; delegate->on_info) return delegate->on_info(Info(responder));
            break;
        case Method::message:
            if (auto delegate = delegate_; delegate->on_message) return delegate->on_message(Message(responder));
            break;
        case Method::notify:
            if (referrals_ && referrals_->sent.notified(output)) return;
            if (auto delegate = delegate_; delegate->on_notify) return delegate->on_notify(Notification(responder));
            break;
        case Method::options: responder->answer(200, agent_->capabilities(), {}); return;
        case Method::refer:
            return referred(std::make_shared<SessionReferral>(shared_from_this(), responder, output.request));
        case Method::subscribe: return referrals().accepted.subscribed(output);
        default: responder->answer(405, agent_->capability_headers(), {}); return;
    }
    auto event = output.request->top<sipmsg::Event>();
    bool unknown = output.request->method() == Method::notify && event && event->package() == "refer";
    responder->answer(unknown ? 481 : 200, {}, {});
}

// RFC 3891 §3: the call that this one was accepted for.
void SessionImpl::end_replacee() {
    if (auto other = replacee_.lock()) other->end_by_state();
}

void SessionImpl::referred(const std::shared_ptr<ReferralImpl>& referral) {
    if (auto delegate = delegate_; delegate->on_refer) return delegate->on_refer(Referral(referral));
    if (agent_->options().follow_referrals) return sipua::follow(Referral(referral));
    referral->answer(603, {});
}

void SessionImpl::on(sipdialog::ResponseInDialog& output) {
    learn(output.response);
    auto pending = close_request(output.id);
    if (pending) return pending->finish(answer_error(output));
    if (referrals_ && !referrals_->sent.answered(output)) (void)referrals_->accepted.answered(output);
}

std::error_code SessionImpl::invite_error(const sipdialog::Ended& output) const {
    if (cancelled_) return sip_error(487);
    switch (output.cause) {
        case EndCause::refused: return sip_error(output.status);
        case EndCause::no_answer: return output.error;
        case EndCause::canceled: return sip_error(487);
        case EndCause::media_failed:
            return output.status == 488   ? Errc::not_acceptable
                   : output.status == 415 ? Errc::content_type
                                          : Errc::media_failed;
        default: return Errc::session_terminated;
    }
}

void SessionImpl::on(sipdialog::Ended& output) {
    if (state_ == SessionState::terminated) return;  // Aborted before.
    if (follow_redirect(output)) return;
    if (outgoing_ && !record_.answered && output.message && output.message->is_response()) response_ = output.message;
    auto error = invite_error(output);
    terminate({output.cause, output.status, output.message}, error);
}

namespace {

Side ended_by(const SessionEnd& end, bool outgoing, bool cancelled) {
    switch (end.cause) {
        case EndCause::refused: return cancelled ? Side::local : Side::remote;
        case EndCause::canceled: return outgoing ? Side::local : Side::remote;
        case EndCause::rejected:
        case EndCause::local_bye:
        case EndCause::aborted: return Side::local;
        case EndCause::remote_bye: return Side::remote;
        default: return Side::none;
    }
}

}  // namespace

void SessionImpl::terminate(SessionEnd end, std::error_code error) {
    auto self = shared_from_this();
    stop_timers();
    end_ = std::move(end);
    record_.ended = core().now();
    record_.cause = end_->cause;
    record_.ended_by = ended_by(*end_, outgoing_, cancelled_);
    if (auto referral = std::exchange(referral_, nullptr))
        referral->report(end_->status < 300 ? 487 : end_->status, {});
    if (referrals_) referrals_->close();
    close_handlers();
    auto setup = std::exchange(setup_, nullptr);
    auto progressing = std::exchange(progressing_, {});
    auto ending = std::exchange(ending_, {});
    auto requests = std::exchange(requests_, {});
    enter(SessionState::terminated);
    if (auto delegate = delegate_; delegate->on_end) delegate->on_end(*end_);
    if (setup && setup->inviting) setup->inviting->finish(error);
    if (setup && setup->accepting)
        setup->accepting->finish(end_->cause == EndCause::media_failed ? error
                                                                       : make_error_code(Errc::session_terminated));
    exchanges_.end(Errc::session_terminated);
    drop_dtmf();
    for (auto& pending : progressing) pending->finish(Errc::session_terminated);
    for (auto& request : requests)
        if (request.pending) request.pending->finish(Errc::session_terminated);
    for (auto& pending : ending) pending->finish({});
    drop_delegate();  // It may hold the session's own handle.
    agent_->check_idle();
}

}  // namespace sipua
