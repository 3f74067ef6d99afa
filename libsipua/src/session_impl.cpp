// SPDX-License-Identifier: MIT
#include "session_impl.hpp"

#include <sipmsg/header/identity.hpp>
#include <sipmsg/owned_uri.hpp>

#include <algorithm>
#include <stdexcept>

namespace sipua {

using sipdialog::EndCause;

SessionImpl::SessionImpl(std::shared_ptr<Agent> agent, bool outgoing) : agent_(std::move(agent)), outgoing_(outgoing) {}

SessionImpl::~SessionImpl() { close_handlers(); }

// RFC 3325 §9.1: the first one that came stays.
void SessionImpl::note_identity(const sipmsg::Message& message) {
    auto asserted = message.top<sipmsg::PAssertedIdentity>();
    if (asserted && asserted_identity_.empty()) asserted_identity_ = sipmsg::unfold(asserted->text());
}

namespace {

std::string header_of(const sipmsg::Message& request, sipmsg::Header header) {
    return sipmsg::unfold(request.raw(header).value_or(""));
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
    const auto fields = request_->view().dialog_fields();
    return std::string(fields ? fields->from_tag.value_or("") : "");
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

// What the program asks for.

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

bool SessionImpl::is_open(sipdialog::RequestId id) const noexcept {
    return std::ranges::find(requests_, id, &OpenRequest::id) != requests_.end();
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
