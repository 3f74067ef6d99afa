// SPDX-License-Identifier: MIT
#include <sipua/session.hpp>

#include "client_request.hpp"
#include "session_impl.hpp"

#include <sipua/invitation.hpp>
#include <sipua/inviter.hpp>

#include <sipmsg/status.hpp>
#include <sipmsg/uri.hpp>

#include <asio/error.hpp>

#include <stdexcept>

namespace sipua {

std::string_view to_string(SessionState state) noexcept {
    switch (state) {
        case SessionState::initial: return "initial";
        case SessionState::establishing: return "establishing";
        case SessionState::established: return "established";
        case SessionState::terminating: return "terminating";
        case SessionState::terminated: return "terminated";
    }
    return "";
}

namespace {

// Runs `work` with a fresh pending completion; cancelling runs `give_up` after completing it.
template <class Work, class GiveUp>
CancelFunction begin(const std::shared_ptr<SessionImpl>& impl, Completion done, Work work, GiveUp give_up) {
    auto pending = Pending::make(std::move(done));
    impl->core().run([impl, pending, work = std::move(work)]() mutable { work(*impl, pending); });
    return [weak = std::weak_ptr(impl), waiting = std::weak_ptr(pending), give_up] {
        auto held = weak.lock();
        if (!held) return;
        held->core().run([held, waiting, give_up] {
            auto open = waiting.lock();
            if (!open || !open->is_open()) return;
            open->finish(asio::error::operation_aborted);
            give_up(*held);
        });
    };
}

constexpr auto do_nothing = [](SessionImpl&) {};

}  // namespace

Session::Session(std::shared_ptr<SessionImpl> impl) noexcept : impl_(std::move(impl)) {}
Session::Session(Session&&) noexcept = default;

Session& Session::operator=(Session&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

Session::~Session() {
    if (!impl_) return;
    Core& core = impl_->core();
    core.run([impl = std::move(impl_)] { impl->dispose(); });
}

SessionState Session::state() const { return impl_->state(); }
Emitter<SessionState>& Session::state_change() { return impl_->state_change(); }
void Session::set_delegate(SessionDelegate delegate) { impl_->set_delegate(std::move(delegate)); }
std::string Session::id() const { return impl_->call_id() + impl_->caller_tag(); }
std::string Session::call_id() const { return impl_->call_id(); }
std::string Session::local_identity() const { return impl_->local_identity(); }
std::string Session::remote_identity() const { return impl_->remote_identity(); }
sipmsg::MessagePtr Session::response() const { return impl_->response(); }
const SessionEnd* Session::end() const { return impl_->end() ? &*impl_->end() : nullptr; }
std::string Session::replacee() const {
    auto other = impl_->replacee();
    return other ? other->call_id() + other->caller_tag() : std::string();
}
bool Session::is_on_hold() const { return impl_->is_on_hold(); }
bool Session::is_held_by_peer() const { return impl_->is_held_by_peer(); }
SessionDescriptionHandler* Session::session_description_handler() const { return impl_->handler(); }
asio::any_io_executor Session::executor() const { return impl_->core().executor(); }

bool Session::set_muted(bool muted) { return impl_->set_muted(muted); }
bool Session::is_muted() const { return impl_->is_muted(); }

void Session::statistics(std::move_only_function<void(MediaStatistics)> done) {
    if (auto* handler = impl_->handler()) return handler->statistics(std::move(done));
    done({});
}

void Session::dispose() {
    impl_->core().run([impl = impl_] { impl->dispose(); });
}

std::string Session::asserted_identity() const { return impl_->asserted_identity(); }
CallRecord Session::record() const { return impl_->record(); }

std::string_view to_string(Side side) noexcept {
    switch (side) {
        case Side::none: return "none";
        case Side::local: return "local";
        case Side::remote: return "remote";
    }
    return "";
}

void Session::check_request_headers(const HeaderList& headers) { check_headers(headers); }

CancelFunction Session::start_bye(const std::shared_ptr<SessionImpl>& impl, HeaderList headers, Completion done) {
    auto work = [headers = std::move(headers)](SessionImpl& session, auto& pending) { session.bye(pending, headers); };
    return begin(impl, std::move(done), std::move(work), do_nothing);
}

CancelFunction Session::start_reinvite(const std::shared_ptr<SessionImpl>& impl, SessionInviteOptions options,
                                       Completion done) {
    auto work = [options = std::move(options)](SessionImpl& session, auto& pending) mutable {
        session.reinvite(std::move(options), pending);
    };
    return begin(impl, std::move(done), std::move(work), do_nothing);
}

CancelFunction Session::start_update(const std::shared_ptr<SessionImpl>& impl, Completion done) {
    return begin(
        impl, std::move(done), [](SessionImpl& session, auto& pending) { session.update(pending); }, do_nothing);
}

CancelFunction Session::start_request(const std::shared_ptr<SessionImpl>& impl, std::string method, Body body,
                                      HeaderList headers, Completion done) {
    auto work = [method = std::move(method), body = std::move(body), headers = std::move(headers)](
                    SessionImpl& session, auto& pending) mutable {
        session.send(std::move(method), body, headers, pending);
    };
    return begin(impl, std::move(done), std::move(work), do_nothing);
}

CancelFunction Session::start_refer(const std::shared_ptr<SessionImpl>& impl, std::string target, ReferOptions options,
                                    Completion done) {
    if (!sipmsg::Uri::parse(target)) throw std::invalid_argument("not a URI: " + target);
    check_headers(options.headers);
    auto work = [target = std::move(target), options = std::move(options)](SessionImpl& session,
                                                                           auto& pending) mutable {
        session.refer(target, std::move(options), pending);
    };
    return begin(impl, std::move(done), std::move(work), do_nothing);
}

CancelFunction Session::start_refer(const std::shared_ptr<SessionImpl>& impl, const std::shared_ptr<SessionImpl>& other,
                                    ReferOptions options, Completion done) {
    check_headers(options.headers);
    auto work = [other, options = std::move(options)](SessionImpl& session, auto& pending) mutable {
        session.refer(*other, std::move(options), pending);
    };
    return begin(impl, std::move(done), std::move(work), do_nothing);
}

void Session::check_dtmf(std::string_view tones) {
    if (!is_dtmf(tones)) throw std::invalid_argument("not a string of tones");
}

CancelFunction Session::start_dtmf(const std::shared_ptr<SessionImpl>& impl, std::string tones, DtmfOptions options,
                                   Completion done) {
    auto work = [tones = std::move(tones), options](SessionImpl& session, auto& pending) mutable {
        session.send_dtmf(std::move(tones), options, pending);
    };
    return begin(impl, std::move(done), std::move(work), do_nothing);
}

CancelFunction Session::start_ended(const std::shared_ptr<SessionImpl>& impl, Completion done) {
    return begin(
        impl, std::move(done), [](SessionImpl& session, auto& pending) { session.wait_for_end(pending); }, do_nothing);
}

// Inviter

namespace {

InviterOptions checked_options(InviterOptions options) {
    check_params(options.params);
    check_headers(options.headers);
    if (options.max_redirects < 0) throw std::invalid_argument("max_redirects is negative");
    check_transport(options.transport);
    return options;
}

}  // namespace

Inviter::Inviter(const UserAgent& agent, std::string target) : Inviter(agent, std::move(target), InviterOptions{}) {}

Inviter::Inviter(const UserAgent& agent, std::string target, InviterOptions options)
    : Session(SessionImpl::outgoing(agent.agent(), checked_target(std::move(target)),
                                    checked_options(std::move(options)))) {}

Inviter::Inviter(std::shared_ptr<SessionImpl> impl) noexcept : Session(std::move(impl)) {}

CancelFunction Inviter::start_invite(const std::shared_ptr<SessionImpl>& impl, Completion done) {
    return begin(
        impl, std::move(done), [](SessionImpl& session, auto& pending) { session.invite(pending); },
        [](SessionImpl& session) { session.cancel(); });
}

void Inviter::cancel(const std::string& reason) {
    if (!reason.empty())
        check_headers({
            {"Reason", reason}
        });
    impl_->core().run([impl = impl_, reason] { impl->cancel(reason); });
}

void Inviter::cancel(int status, std::string_view text) {
    check_status(status, 100, 699);
    cancel("SIP;cause=" + std::to_string(status) +
           ";text=" + sipmsg::quote(text.empty() ? sipmsg::reason_phrase(status) : text));
}

// Invitation

Invitation::Invitation(std::shared_ptr<SessionImpl> impl) noexcept : Session(std::move(impl)) {}

const sipmsg::Message& Invitation::request() const { return *impl_->request(); }
const std::optional<Passport>& Invitation::identity() const { return impl_->identity(); }

CancelFunction Invitation::start_accept(const std::shared_ptr<SessionImpl>& impl, InvitationAcceptOptions options,
                                        Completion done) {
    auto work = [options = std::move(options)](SessionImpl& session, auto& pending) mutable {
        session.accept(std::move(options), pending);
    };
    return begin(impl, std::move(done), std::move(work), [](SessionImpl& session) { session.end_by_state(); });
}

void Invitation::check(const InvitationProgressOptions& options) {
    check_status(options.status, 101, 199);
    check_headers(options.headers);
    check_phrase(options.phrase);
}

void Invitation::progress(int status, const HeaderList& headers) {
    InvitationProgressOptions options{.status = status, .headers = headers};
    progress(std::move(options), [](std::error_code) {});
}

CancelFunction Invitation::start_progress(const std::shared_ptr<SessionImpl>& impl, InvitationProgressOptions options,
                                          Completion done) {
    auto work = [options = std::move(options)](SessionImpl& session, auto& pending) mutable {
        session.progress(std::move(options), pending);
    };
    return begin(impl, std::move(done), std::move(work), do_nothing);
}

void Invitation::redirect(const std::vector<std::string>& contacts, int status, const HeaderList& headers) {
    check_status(status, 300, 399);
    InvitationRejectOptions options{.status = status, .headers = headers};
    for (const auto& contact : contacts) options.headers.push_back({"Contact", checked_contact(contact)});
    reject(std::move(options));
}

void Invitation::reject(int status, const HeaderList& headers) {
    InvitationRejectOptions options{.status = status, .headers = headers};
    reject(std::move(options));
}

void Invitation::reject(InvitationRejectOptions options) {
    check_status(options.status, 300, 699);
    check_headers(options.headers);
    check_phrase(options.phrase);
    check_body(options.body);
    impl_->core().run([impl = impl_, options = std::move(options)]() mutable { impl->reject(std::move(options)); });
}

}  // namespace sipua
