// SPDX-License-Identifier: MIT
// A call from its begin to where it stands or is refused.
#include "client_request.hpp"
#include "session_impl.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>

namespace sipua {

using sipdialog::EndCause;

std::shared_ptr<SessionImpl> SessionImpl::outgoing(std::shared_ptr<Agent> agent, std::string target,
                                                   InviterOptions options) {
    auto session = std::make_shared<SessionImpl>(std::move(agent), true);
    session->set_delegate(std::move(options.delegate));
    session->modify_by(std::move(options.modifiers));
    auto& identifiers = session->core().identifiers();
    CallNames names{.call_id = identifiers.call_id(),
                    .local_tag = identifiers.tag(),
                    .local_identity = {},
                    .remote_identity = to_value(target, options.params)};
    names.local_identity = options.anonymous ? R"("Anonymous" <sip:anonymous@anonymous.invalid>)"
                                             : from_value(*session->agent_, options.params);
    session->names_ = std::make_unique<CallNames>(std::move(names));
    session->setup_->target = std::move(target);
    session->setup_->options = std::make_unique<InviterOptions>(std::move(options));
    session->record_.outgoing = true;
    return session;
}

std::shared_ptr<SessionImpl> SessionImpl::incoming(const std::shared_ptr<Agent>& agent, sipdialog::SessionId id,
                                                   sipmsg::MessagePtr request, const siptxn::Flow& flow) {
    auto session = std::make_shared<SessionImpl>(agent, false);
    session->id_ = id;
    session->local_ip_ = flow.local.ip;
    session->note_identity(*request);
    session->note_recv_info(*request);
    session->record_.begun = session->core().now();
    session->request_ = std::move(request);
    return session;
}

void SessionImpl::start(siptxn::TimerId& timer, Duration delay, void (SessionImpl::*action)()) {
    core().clock().cancel(timer);
    timer = core().clock().schedule(core().now() + delay, [weak = weak_from_this(), action] {
        if (auto self = weak.lock()) ((*self).*action)();
    });
}

void SessionImpl::stop_timers() {
    if (!setup_) return;
    for (auto* timer : {&setup_->answer_timer, &setup_->expires_timer, &setup_->progress_timer})
        core().clock().cancel(std::exchange(*timer, siptxn::TimerId::none));
}

void SessionImpl::invite(const std::shared_ptr<Pending>& pending) {
    if (state_ != SessionState::initial || !outgoing_) return pending->finish(Errc::invalid_state);
    if (cancelled_) return pending->finish(sip_error(487));
    if (agent_->state() != UserAgentState::started || agent_->is_stopping()) return pending->finish(Errc::stopped);
    setup_->inviting = pending;
    record_.begun = core().now();
    send_invite();
    enter(SessionState::establishing);
    if (auto timeout = setup_->options->ring_timeout; timeout > Duration::zero())
        start(setup_->answer_timer, timeout, &SessionImpl::on_ring_timeout);
}

void SessionImpl::send_invite() {
    const auto& wish = *setup_->options;
    sipdialog::InviteOptions options;
    options.request_uri = setup_->target;
    options.from = names_->local_identity;
    options.to = names_->remote_identity;
    options.call_id = names_->call_id;
    options.from_tag = names_->local_tag;
    if (setup_->cseq != 0) options.cseq = setup_->cseq + 1;  // After a redirection: the same call.
    options.routing = agent_->dialog_routing(wish.transport);
    if (wish.anonymous) {
        options.routing.contact = agent_->contact(true);
        options.headers = {
            {"Privacy",              "id"               },
            {"P-Preferred-Identity", agent_->name_addr()}
        };
    }
    for (auto& header : agent_->capability_headers()) options.headers.push_back(header);
    options.route = agent_->route_set();
    if (agent_->options().sip_extension_replaces == SipExtension::required)
        options.headers.emplace_back("Require", "replaces");
    options.headers.insert(options.headers.end(), wish.headers.begin(), wish.headers.end());
    // In the request that sipdialog keeps, since its ACK repeats them (RFC 3261 §13.2.2.4).
    siptxn::auth::RequestParts parts{.method = "INVITE",
                                     .uri = setup_->target,
                                     .body = {},
                                     .call_id = names_->call_id,
                                     .server = agent_->options().server};
    for (auto& line : agent_->answerer().preemptive(parts, setup_->attempts, core().identifiers())) {
        options.headers.emplace_back(sipmsg::to_string(line.header), line.value);
    }
    options.common_headers = agent_->common_headers();
    options.without_offer = wish.without_sdp;
    options.reliability = agent_->reliability();
    options.early_media = wish.early_media;
    options.offer_in_prack = wish.offer_in_prack;
    setup_->answered_by.reset();
    id_ = core().dialogs().invite(std::move(options), core().now());
    core().adopt(id_, shared_from_this());
    core().changed();
}

void SessionImpl::cancel(const std::string& reason) {
    if (!outgoing_) return;
    cancelled_ = true;
    if (state_ == SessionState::initial) return terminate({EndCause::canceled, 487, nullptr}, sip_error(487));
    if (state_ != SessionState::establishing) return;
    enter(SessionState::terminating);
    core().dialogs().cancel(id_, core().now(), reason);
    core().changed();
}

void SessionImpl::ring() {
    using sipdialog::Reliability;
    const auto& options = agent_->options();
    bool reliable = sipdialog::reliability_of(request_->view()) == Reliability::required ||
                    options.sip_extension_100rel == SipExtension::required;
    if (options.send_initial_provisional_response && !reliable) progress({}, Pending::nobody());
}

void SessionImpl::watch() {
    const auto& options = agent_->options();
    if (options.no_answer_timeout > Duration::zero())
        start(setup_->answer_timer, options.no_answer_timeout, &SessionImpl::on_no_answer);
    auto expires = request_->top<sipmsg::Expires>();
    if (expires) start(setup_->expires_timer, std::chrono::seconds(expires->value), &SessionImpl::on_expired);
}

void SessionImpl::identified(IdentityVerdict verdict, const std::optional<Passport>& passport) {
    if (state_ != SessionState::initial) return;  // The caller gave up meanwhile.
    if (auto [status, phrase] = refusal_of(verdict); status != 0) return reject(status, std::string(phrase));
    if (passport) identity_ = std::make_unique<const std::optional<Passport>>(passport);
    auto delegate = agent_->delegate();
    if (!delegate->on_invite) return reject(486);
    ring();
    delegate->on_invite(Invitation(shared_from_this()));
}

void SessionImpl::progress(InvitationProgressOptions options, const std::shared_ptr<Pending>& pending) {
    if (outgoing_ || state_ != SessionState::initial) return pending->finish(Errc::invalid_state);
    // RFC 3311 §4: Allow, so that the caller knows whether UPDATE may follow.
    sipdialog::ProgressOptions wish{.status = options.status,
                                    .headers = std::move(options.headers),
                                    .common_headers = agent_->answer_headers(),
                                    .contact = agent_->contact(),
                                    .body = std::move(options.body),
                                    .phrase = std::move(options.phrase)};
    auto extension = agent_->options().sip_extension_100rel;
    wish.reliable = extension == SipExtension::required || (options.rel100 && extension == SipExtension::supported);
    wish.describe = options.status == 183;
    bool begun = core().dialogs().progress(id_, std::move(wish), core().now());
    if (!begun) return pending->finish(Errc::request_pending);
    modify_by(std::move(options.modifiers));
    progressing_.push_back(pending);
    core().changed();
}

void SessionImpl::accept(InvitationAcceptOptions options, const std::shared_ptr<Pending>& pending) {
    if (state_ == SessionState::terminated) return pending->finish(Errc::session_terminated);
    if (outgoing_ || state_ != SessionState::initial) return pending->finish(Errc::invalid_state);
    setup_->accepting = pending;
    modify_by(std::move(options.modifiers));
    stop_timers();
    enter(SessionState::establishing);
    core().dialogs().accept(id_, core().now(), agent_->contact(), std::move(options.headers), 200,
                            agent_->answer_headers());
    core().changed();
}

void SessionImpl::reject(InvitationRejectOptions options) {
    if (outgoing_ || (state_ != SessionState::initial && state_ != SessionState::establishing)) return;
    auto headers = joined(agent_->common_headers(), options.headers);
    stop_timers();
    enter(SessionState::terminating);
    core().dialogs().reject(id_, options.status, core().now(), headers, std::move(options.phrase),
                            std::move(options.body));
    core().changed();
}

}  // namespace sipua
