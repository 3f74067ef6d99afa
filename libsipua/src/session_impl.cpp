// SPDX-License-Identifier: MIT
#include "session_impl.hpp"

#include <sipmsg/header/name_addr.hpp>

#include <asio/error.hpp>

#include <algorithm>
#include <stdexcept>

namespace sipua {

using sipdialog::EndCause;

SessionImpl::SessionImpl(std::shared_ptr<Agent> agent, bool outgoing)
    : agent_(std::move(agent)), outgoing_(outgoing), factory_(agent_->media()) {}

SessionImpl::~SessionImpl() {
    if (handler_) handler_->close();
}

std::shared_ptr<SessionImpl> SessionImpl::outgoing(std::shared_ptr<Agent> agent, std::string target,
                                                   InviterOptions options) {
    auto session = std::make_shared<SessionImpl>(std::move(agent), true);
    session->target_ = std::move(target);
    session->options_ = std::move(options);
    session->set_delegate(std::move(session->options_.delegate));
    if (session->options_.media) session->factory_ = session->options_.media;
    session->call_id_ = session->core().identifiers().call_id();
    session->local_tag_ = session->core().identifiers().tag();
    session->local_identity_ = session->agent_->name_addr();
    session->remote_identity_ = "<" + session->target_ + ">";
    return session;
}

std::shared_ptr<SessionImpl> SessionImpl::incoming(const std::shared_ptr<Agent>& agent, sipdialog::SessionId id,
                                                   sipmsg::MessagePtr request, const siptxn::Flow& flow) {
    auto session = std::make_shared<SessionImpl>(agent, false);
    session->id_ = id;
    session->flow_ = flow;
    session->call_id_ = request->raw(sipmsg::Header::call_id).value_or("");
    session->local_identity_ = request->raw(sipmsg::Header::to).value_or("");
    session->remote_identity_ = request->raw(sipmsg::Header::from).value_or("");
    if (auto from = request->top<sipmsg::From>()) session->local_tag_ = from->tag().value_or("");
    session->request_ = std::move(request);
    agent->add(session);
    return session;
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

void SessionImpl::start(siptxn::TimerId& timer, Duration delay, void (SessionImpl::*action)()) {
    core().clock().cancel(timer);
    timer = core().clock().schedule(core().now() + delay, [weak = weak_from_this(), action] {
        if (auto self = weak.lock()) ((*self).*action)();
    });
}

void SessionImpl::stop_timers() {
    core().clock().cancel(std::exchange(answer_timer_, siptxn::TimerId::none));
    core().clock().cancel(std::exchange(progress_timer_, siptxn::TimerId::none));
}

// What the program asks for.

void SessionImpl::invite(const std::shared_ptr<Pending>& pending) {
    if (state_ != SessionState::initial || !outgoing_) return pending->finish(Errc::invalid_state);
    if (cancelled_) return pending->finish(sip_error(487));
    if (agent_->state() != UserAgentState::started || agent_->is_stopping()) return pending->finish(Errc::stopped);
    inviting_ = pending;
    sipdialog::InviteOptions options;
    options.request_uri = target_;
    options.from = local_identity_;
    options.to = remote_identity_;
    options.call_id = call_id_;
    options.from_tag = local_tag_;
    options.routing = agent_->routing(options_.transport);
    options.headers = Agent::capability_headers();
    options.headers.insert(options.headers.end(), options_.headers.begin(), options_.headers.end());
    // In the request that sipdialog keeps, since its ACK repeats them (RFC 3261 §13.2.2.4).
    for (auto& line :
         agent_->answerer().preemptive(parts("INVITE", target_, {}), first_attempts_, core().identifiers())) {
        options.headers.emplace_back(sipmsg::to_string(line.header), line.value);
    }
    options.common_headers = agent_->common_headers();
    options.without_offer = options_.without_sdp;
    id_ = core().dialogs().invite(std::move(options), core().now());
    core().adopt(id_, shared_from_this());
    agent_->add(shared_from_this());
    enter(SessionState::establishing);
    if (options_.ring_timeout > Duration::zero())
        start(answer_timer_, options_.ring_timeout, &SessionImpl::on_ring_timeout);
    core().changed();
}

void SessionImpl::cancel() {
    if (!outgoing_) return;
    cancelled_ = true;
    if (state_ == SessionState::initial) return terminate({EndCause::canceled, 487, nullptr}, sip_error(487));
    if (state_ != SessionState::establishing) return;
    enter(SessionState::terminating);
    core().dialogs().cancel(id_, core().now());
    core().changed();
}

void SessionImpl::ring() {
    progress(180, {});
    if (agent_->options().no_answer_timeout > Duration::zero())
        start(answer_timer_, agent_->options().no_answer_timeout, &SessionImpl::on_no_answer);
}

void SessionImpl::progress(int status, const HeaderList& headers) {
    if (outgoing_ || state_ != SessionState::initial) return;
    auto all = agent_->common_headers();
    all.insert(all.end(), headers.begin(), headers.end());
    core().dialogs().progress(id_, status, core().now(), all, agent_->contact());
    core().changed();
}

void SessionImpl::accept(const std::shared_ptr<Pending>& pending) {
    if (state_ == SessionState::terminated) return pending->finish(Errc::session_terminated);
    if (outgoing_ || state_ != SessionState::initial) return pending->finish(Errc::invalid_state);
    accepting_ = pending;
    stop_timers();
    enter(SessionState::establishing);
    auto headers = agent_->common_headers();
    for (auto& header : Agent::capability_headers()) headers.push_back(header);
    core().dialogs().accept(id_, core().now(), agent_->contact(), headers);
    core().changed();
}

void SessionImpl::reject(int status, const HeaderList& headers) {
    if (outgoing_ || (state_ != SessionState::initial && state_ != SessionState::establishing)) return;
    auto all = agent_->common_headers();
    all.insert(all.end(), headers.begin(), headers.end());
    stop_timers();
    enter(SessionState::terminating);
    core().dialogs().reject(id_, status, core().now(), all);
    core().changed();
}

void SessionImpl::bye(const std::shared_ptr<Pending>& pending) {
    if (state_ != SessionState::established) return pending->finish(Errc::invalid_state);
    ending_.push_back(pending);
    enter(SessionState::terminating);
    core().dialogs().bye(id_, core().now());
    core().changed();
}

void SessionImpl::reinvite(bool hold, const std::shared_ptr<Pending>& pending) {
    if (state_ != SessionState::established) return pending->finish(Errc::invalid_state);
    if (reinviting_) return pending->finish(Errc::request_pending);
    if (!core().dialogs().reinvite(id_, core().now())) return pending->finish(Errc::request_pending);
    hold_wanted_ = hold;
    reinviting_ = pending;
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

void SessionImpl::send(std::string method, const Body& body, const std::shared_ptr<Pending>& pending) {
    if (state_ != SessionState::established || !is_plain(method)) return pending->finish(Errc::invalid_state);
    auto request = sipdialog::RequestId::none;
    try {
        request = core().dialogs().request(id_, std::move(method), body, core().now());
    } catch (const std::invalid_argument&) {
        return pending->finish(Errc::invalid_header);
    }
    if (request == sipdialog::RequestId::none) return pending->finish(Errc::invalid_state);
    requests_[request] = pending;
    core().changed();
}

void SessionImpl::wait_for_end(const std::shared_ptr<Pending>& pending) {
    if (state_ == SessionState::terminated) return pending->finish({});
    ending_.push_back(pending);
}

void SessionImpl::end_by_state() {
    switch (state_) {
        case SessionState::initial:
        case SessionState::establishing: return outgoing_ ? cancel() : reject(480, {});
        case SessionState::established: return bye(Pending::make([](std::error_code) {}));
        case SessionState::terminating:
        case SessionState::terminated: return;
    }
}

void SessionImpl::dispose() {
    set_delegate({});
    end_by_state();
}

bool SessionImpl::abort() {
    if (state_ == SessionState::terminated || id_ == sipdialog::SessionId::none) return false;
    core().dialogs().abort(id_, core().now());
    core().changed();
    terminate({EndCause::aborted, outgoing_ ? 487 : 480, nullptr}, Errc::stopped);
    return true;
}

// What sipdialog says.

siptxn::auth::RequestParts SessionImpl::parts(std::string_view method, std::string_view uri,
                                              std::string_view body) const {
    return {.method = method, .uri = uri, .body = body, .call_id = call_id_, .server = agent_->options().server};
}

void SessionImpl::authorize(sipdialog::SendRequest& output) {
    auto& request = output.request;
    if (outgoing_ && !request_) {
        request_ = std::make_shared<const sipmsg::Message>(request);
        attempts_[output.id] = first_attempts_;
    }
    if (attempts_.contains(output.id)) return;
    auto lines = agent_->answerer().preemptive(parts(request.method_text(), request.request_uri_text(), request.body()),
                                               attempts_[output.id], core().identifiers());
    if (!lines.empty()) siptxn::auth::apply(request, lines);
}

void SessionImpl::on(sipdialog::Challenged& output) {
    auto& request = *output.request;
    auto lines = agent_->answerer().answer(output.response->view(),
                                           parts(request.method_text(), request.request_uri_text(), request.body()),
                                           attempts_[output.id], core().identifiers());
    if (!lines) {
        core().log(LogLevel::warning, "session",
                   std::string("challenge not answered: ").append(to_string(lines.error().code)));
        return core().dialogs().give_up(output.id, core().now());
    }
    HeaderList headers;
    for (auto& line : *lines) headers.emplace_back(sipmsg::to_string(line.header), line.value);
    core().dialogs().retry(output.id, headers, core().now());
}

void SessionImpl::on(sipdialog::Progressed& output) {
    if (options_.progress_timeout > Duration::zero())
        start(progress_timer_, options_.progress_timeout, &SessionImpl::on_ring_timeout);
    if (auto delegate = delegate_; delegate->on_progress) delegate->on_progress(*output.response);
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
        remote_identity_ = output.response->raw(sipmsg::Header::to).value_or(remote_identity_);
    }
    enter(SessionState::established);
    if (auto pending = std::exchange(inviting_, nullptr)) pending->finish({});
    if (auto pending = std::exchange(accepting_, nullptr)) pending->finish({});
}

void SessionImpl::on(sipdialog::Acknowledged& output) {
    if (auto delegate = delegate_; delegate->on_ack) delegate->on_ack(*output.request);
}

void SessionImpl::on(sipdialog::Reinvited& output) {
    auto pending = std::exchange(reinviting_, nullptr);
    std::erase_if(attempts_, [this](auto& entry) { return !requests_.contains(entry.first); });
    bool agreed = output.status >= 200 && output.status < 300;
    if (agreed) {
        held_ = hold_wanted_;
    } else {
        hold_wanted_ = held_;
    }
    if (pending) pending->finish(agreed ? std::error_code() : sip_error(output.status));
}

void SessionImpl::on(sipdialog::PeerReinvited& output) {
    if (auto delegate = delegate_; delegate->on_invite) delegate->on_invite(*output.request, output.status);
}

void SessionImpl::on(sipdialog::RequestInDialog& output) {
    using sipmsg::Method;
    auto responder = std::make_shared<Responder>(core().shared_from_this(), output.transaction, output.request, id_);
    switch (output.request->method()) {
        case Method::info:
            if (auto delegate = delegate_; delegate->on_info) return delegate->on_info(Info(responder));
            break;
        case Method::message:
            if (auto delegate = delegate_; delegate->on_message) return delegate->on_message(Message(responder));
            break;
        case Method::notify:
            if (auto delegate = delegate_; delegate->on_notify) return delegate->on_notify(Notification(responder));
            break;
        case Method::options: responder->answer(200, Agent::capability_headers(), {}); return;
        case Method::refer:
            if (auto delegate = delegate_; delegate->on_refer) return delegate->on_refer(Referral(responder));
            responder->answer(603, {}, {});
            return;
        default: responder->answer(405, Agent::capability_headers(), {}); return;
    }
    responder->answer(200, {}, {});
}

void SessionImpl::on(sipdialog::ResponseInDialog& output) {
    auto node = requests_.extract(output.id);
    attempts_.erase(output.id);
    if (!node) return;
    if (output.response) return node.mapped()->finish(sip_error(output.status));
    node.mapped()->finish(output.status == 408 ? siptxn::Errc::timeout : siptxn::Errc::transport);
}

std::error_code SessionImpl::invite_error(const sipdialog::Ended& output) const {
    if (cancelled_) return sip_error(487);
    switch (output.cause) {
        case EndCause::refused: return sip_error(output.status);
        case EndCause::no_answer: return output.status == 408 ? siptxn::Errc::timeout : siptxn::Errc::transport;
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
    if (outgoing_ && output.message && output.message->is_response()) response_ = output.message;
    auto error = invite_error(output);
    terminate({output.cause, output.status, output.message}, error);
}

void SessionImpl::terminate(SessionEnd end, std::error_code error) {
    auto self = shared_from_this();
    stop_timers();
    end_ = std::move(end);
    if (handler_) handler_->close();
    auto inviting = std::exchange(inviting_, nullptr);
    auto accepting = std::exchange(accepting_, nullptr);
    auto reinviting = std::exchange(reinviting_, nullptr);
    auto ending = std::exchange(ending_, {});
    auto requests = std::exchange(requests_, {});
    enter(SessionState::terminated);
    if (auto delegate = delegate_; delegate->on_end) delegate->on_end(*end_);
    if (inviting) inviting->finish(error);
    if (accepting)
        accepting->finish(end_->cause == EndCause::media_failed ? error : make_error_code(Errc::session_terminated));
    if (reinviting) reinviting->finish(Errc::session_terminated);
    for (auto& [id, pending] : requests) pending->finish(Errc::session_terminated);
    for (auto& pending : ending) pending->finish({});
    set_delegate({});  // It may hold the session's own handle.
    agent_->remove(this);
}

}  // namespace sipua
