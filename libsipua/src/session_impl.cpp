// SPDX-License-Identifier: MIT
#include "session_impl.hpp"

#include "client_request.hpp"

#include <sipmsg/header/identity.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/owned_uri.hpp>

#include <asio/error.hpp>

#include <algorithm>
#include <stdexcept>

namespace sipua {

using sipdialog::EndCause;

SessionImpl::SessionImpl(std::shared_ptr<Agent> agent, bool outgoing) : agent_(std::move(agent)), outgoing_(outgoing) {}

SessionImpl::~SessionImpl() { close_handlers(); }

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

// RFC 3325 §9.1: the first one that came stays.
void SessionImpl::note_identity(const sipmsg::Message& message) {
    auto asserted = message.top<sipmsg::PAssertedIdentity>();
    if (asserted && asserted_identity_.empty()) asserted_identity_ = asserted->text();
}

namespace {

std::string header_of(const sipmsg::Message& request, sipmsg::Header header) {
    return std::string(request.raw(header).value_or(""));
}

bool hears_nothing(const SessionDelegate& delegate) {
    const auto& [state, progress, ack, end, invite, hold, info, dtmf, message, notify, refer] = delegate;
    return !(state || progress || ack || end || invite || hold || info || dtmf || message || notify || refer);
}

}  // namespace

std::string SessionImpl::call_id() const {
    return names_ ? names_->call_id : header_of(*request_, sipmsg::Header::call_id);
}

std::string SessionImpl::caller_tag() const {
    if (names_) return names_->local_tag;
    auto from = request_->top<sipmsg::From>();
    return std::string(from ? from->tag().value_or("") : "");
}

std::string SessionImpl::local_identity() const {
    return names_ ? names_->local_identity : header_of(*request_, sipmsg::Header::to);
}

std::string SessionImpl::remote_identity() const {
    return names_ ? names_->remote_identity : header_of(*request_, sipmsg::Header::from);
}

void SessionImpl::set_delegate(SessionDelegate delegate) {
    delegate_ = hears_nothing(delegate) ? nobody() : std::make_shared<SessionDelegate>(std::move(delegate));
}

const std::shared_ptr<SessionDelegate>& SessionImpl::nobody() {
    static const auto nobody = std::make_shared<SessionDelegate>();
    return nobody;
}

const std::optional<Passport>& SessionImpl::identity() const noexcept {
    static const std::optional<Passport> none;
    return identity_ ? *identity_ : none;
}

void SessionImpl::enter(SessionState state) {
    if (state_ == state) return;
    state_ = state;
    auto self = shared_from_this();
    state_change_.emit(state);
    if (state_ != state)
        return;  // An observer went on; who hears the newer state first must not hear the older one after it.
    if (auto delegate = delegate_; delegate->on_state_change) delegate->on_state_change(state);
}

void SessionImpl::modify_by(std::optional<Modifiers> given) {
    if (!given) return;
    const bool any = !given->local.empty() || !given->remote.empty();
    modifiers_ = any ? std::make_unique<const Modifiers>(*std::move(given)) : nullptr;
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

// What the program asks for.

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

void SessionImpl::bye(const std::shared_ptr<Pending>& pending, const HeaderList& headers) {
    if (state_ != SessionState::established) return pending->finish(Errc::invalid_state);
    ending_.push_back(pending);
    enter(SessionState::terminating);
    core().dialogs().bye(id_, core().now(), headers);
    core().changed();
}

void SessionImpl::reinvite(SessionInviteOptions options, const std::shared_ptr<Pending>& pending) {
    if (state_ != SessionState::established) return pending->finish(Errc::invalid_state);
    exchanges_.add(
        Exchanges::By::program, [this, options = std::move(options)] { return reinvite(options); }, pending);
}

bool SessionImpl::reinvite(const SessionInviteOptions& options) {
    if (!core().dialogs().reinvite(id_, core().now(), options.headers, options.without_sdp)) return false;
    hold_wanted_ = options.hold.value_or(held_);
    restart_wanted_ = options.restart;
    modify_by(options.modifiers);
    core().changed();
    return true;
}

bool SessionImpl::set_muted(bool muted) {
    if (!handler_ || !handler_->set_muted(muted)) return false;
    muted_ = muted;
    return true;
}

void SessionImpl::update(const std::shared_ptr<Pending>& pending) {
    if (state_ == SessionState::terminating || state_ == SessionState::terminated)
        return pending->finish(Errc::invalid_state);
    exchanges_.add_now([this] { return core().dialogs().update(id_, core().now()); }, pending);
    core().changed();
}

namespace {

// Methods that are no state change of the session: those have functions of their own.
bool is_plain(std::string_view method) {
    using sipmsg::Method;
    auto known = sipmsg::method_of(method);
    auto own = {Method::invite, Method::ack,    Method::bye,      Method::cancel,
                Method::prack,  Method::update, Method::register_};
    return std::ranges::find(own, known) == own.end();
}

}  // namespace

void SessionImpl::send(std::string method, const Body& body, const HeaderList& headers,
                       const std::shared_ptr<Pending>& pending) {
    if (state_ != SessionState::established || !is_plain(method)) return pending->finish(Errc::invalid_state);
    auto request = sipdialog::RequestId::none;
    try {
        request = core().dialogs().request(id_, std::move(method), body, core().now(), headers);
    } catch (const std::invalid_argument&) {
        return pending->finish(Errc::invalid_header);
    }
    if (request == sipdialog::RequestId::none) return pending->finish(Errc::invalid_state);
    open_request(request).pending = pending;
    core().changed();
}

OpenRequest& SessionImpl::open_request(sipdialog::RequestId id) {
    auto place = std::ranges::find(requests_, id, &OpenRequest::id);
    return place == requests_.end() ? requests_.emplace_back(OpenRequest{.id = id}) : *place;
}

std::shared_ptr<Pending> SessionImpl::close_request(sipdialog::RequestId id) {
    auto place = std::ranges::find(requests_, id, &OpenRequest::id);
    if (place == requests_.end()) return nullptr;
    auto pending = std::move(place->pending);
    requests_.erase(place);
    return pending;
}

void SessionImpl::forget_exchanges() {
    std::erase_if(requests_, [](const auto& open) { return open.pending == nullptr; });
    requests_.shrink_to_fit();
}

Referrals& SessionImpl::referrals() {
    if (!referrals_) referrals_ = std::make_unique<Referrals>(*this);
    return *referrals_;
}

void SessionImpl::refer(const std::string& target, ReferOptions options, const std::shared_ptr<Pending>& pending) {
    if (state_ != SessionState::established) return pending->finish(Errc::invalid_state);
    referrals().sent.refer(target, std::move(options), pending);
}

// The new call names the dialog as its peer knows it (RFC 3891 §6.1).
void SessionImpl::refer(const SessionImpl& other, ReferOptions options, const std::shared_ptr<Pending>& pending) {
    auto dialog = core().dialogs().identity(other.id_);
    auto target = dialog ? sipmsg::OwnedUri::parse(dialog->remote_target) : sipmsg::Result<sipmsg::OwnedUri>();
    if (!dialog || !target || &other == this) return pending->finish(Errc::invalid_state);
    target->set_header("Replaces",
                       dialog->call_id + ";to-tag=" + dialog->remote_tag + ";from-tag=" + dialog->local_tag);
    refer(target->text(), std::move(options), pending);
}

void SessionImpl::wait_for_end(const std::shared_ptr<Pending>& pending) {
    if (state_ == SessionState::terminated) return pending->finish({});
    ending_.push_back(pending);
}

void SessionImpl::end_by_state() {
    switch (state_) {
        case SessionState::initial:
        case SessionState::establishing: return outgoing_ ? cancel() : reject(480);
        case SessionState::established: return bye(Pending::nobody());
        case SessionState::terminating:
        case SessionState::terminated: return;
    }
}

void SessionImpl::dispose() {
    drop_delegate();
    end_by_state();
}

bool SessionImpl::abort() {
    if (state_ == SessionState::terminated || id_ == sipdialog::SessionId::none) return false;
    core().dialogs().abort(id_, core().now());
    core().changed();
    terminate({EndCause::aborted, outgoing_ ? 487 : 480, nullptr}, Errc::stopped);
    return true;
}

}  // namespace sipua
