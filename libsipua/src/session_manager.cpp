// SPDX-License-Identifier: MIT
#include <sipua/session_manager.hpp>

#include "agent.hpp"
#include "pending.hpp"

#include <sipua/messager.hpp>
#include <sipua/timer.hpp>

#include <siptxn/error.hpp>

#include <sipmsg/uri.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>
#include <variant>

namespace sipua {

struct SessionManager::Impl : std::enable_shared_from_this<SessionManager::Impl> {
    explicit Impl(SessionManagerOptions given)
        : options(std::move(given)), delegate(std::make_shared<SessionManagerDelegate>(std::move(options.delegate))) {}

    struct Call {
        std::variant<Inviter, Invitation> handle;
        [[nodiscard]] Session& session() {
            return std::visit([](auto& one) -> Session& { return one; }, handle);
        }
    };

    /// A copy pins the delegate: what it is told may be the manager's end.
    template <class... Parameters, class... Arguments>
    void tell(std::move_only_function<void(Parameters...)> SessionManagerDelegate::*member, Arguments&&... arguments) {
        auto pinned = delegate;
        if (auto& heard = (*pinned).*member) heard(std::forward<Arguments>(arguments)...);
    }

    // Calls.

    [[nodiscard]] Call* find(const std::string& id) {
        auto found = calls.find(id);
        return found == calls.end() ? nullptr : &found->second;
    }
    [[nodiscard]] bool is_full() const { return options.max_calls != 0 && calls.size() >= options.max_calls; }

    void received(Invitation invitation) {
        if (is_full()) return invitation.reject(486);
        if (!delegate->on_call_received) return invitation.reject(480);
        auto id = invitation.id();
        invitation.set_delegate(watch(id, {}));
        calls.emplace(id, Call{std::move(invitation)});
        tell(&SessionManagerDelegate::on_call_created, id);
        if (find(id)) tell(&SessionManagerDelegate::on_call_received, id);
    }

    std::string begin(Inviter inviter, SessionDelegate theirs, Completion done) {
        auto id = inviter.id();
        inviter.set_delegate(watch(id, std::move(theirs)));
        calls.emplace(id, Call{std::move(inviter)});
        tell(&SessionManagerDelegate::on_call_created, id);
        auto* call = find(id);
        if (!call) return id;
        std::get<Inviter>(call->handle).invite([done = std::move(done)](std::error_code error) mutable {
            if (done) done(error);
        });
        return id;
    }

    /// What the program wants to hear of a call, after what the manager must.
    SessionDelegate watch(const std::string& id, SessionDelegate theirs) {
        auto also = std::make_shared<SessionDelegate>(std::move(theirs));
        auto weak = weak_from_this();
        SessionDelegate delegate = std::move(*also);
        delegate.on_state_change = [weak, id, then = std::move(delegate.on_state_change)](SessionState state) mutable {
            auto self = weak.lock();
            if (self && state == SessionState::established) self->tell(&SessionManagerDelegate::on_call_answered, id);
            if (then) then(state);
        };
        delegate.on_end = [weak, id, then = std::move(delegate.on_end)](const SessionEnd& end) mutable {
            if (then) then(end);
            auto self = weak.lock();
            if (!self) return;
            self->tell(&SessionManagerDelegate::on_call_hangup, id, end);
            auto node = self->calls.extract(id);
        };
        if (!delegate.on_dtmf) {
            delegate.on_dtmf = [weak, id](const Dtmf& dtmf) {
                auto self = weak.lock();
                if (self) self->tell(&SessionManagerDelegate::on_call_dtmf, id, dtmf);
            };
        }
        if (!delegate.on_message)
            delegate.on_message = [weak](Message message) {
                accept(weak, &SessionManagerDelegate::on_message, message);
            };
        if (!delegate.on_notify)
            delegate.on_notify = [weak](Notification notification) {
                accept(weak, &SessionManagerDelegate::on_notification, notification);
            };
        if (!delegate.on_refer)
            delegate.on_refer = [weak](Referral referral) {
                if (auto self = weak.lock()) self->referred(std::move(referral));
            };
        return delegate;
    }
    template <class Member, class Request>
    static void accept(const std::weak_ptr<Impl>& weak, Member member, Request& request) {
        request.accept();
        auto self = weak.lock();
        if (self) self->tell(member, request);
    }
    /// The peer of a call transfers us: one more call, whatever the limit, since another one ends for it.
    void referred(Referral referral) {
        referral.accept();
        begin(referral.make_inviter(), {}, {});
    }

    // What is asked of a call.

    void act(Deed deed, const std::string& id, std::string what, Completion done) {
        if (deed == Deed::message) return message(id, std::move(what), std::move(done));
        auto* call = find(id);
        if (!call) return done(Errc::invalid_state);
        auto& session = call->session();
        auto* incoming = std::get_if<Invitation>(&call->handle);
        switch (deed) {
            case Deed::answer:
                if (!incoming) return done(Errc::invalid_state);
                return incoming->accept(std::move(done));
            case Deed::decline:
                if (!incoming || session.state() != SessionState::initial) return done(Errc::invalid_state);
                session.ended(std::move(done));
                return incoming->reject(480);
            case Deed::hangup: session.ended(std::move(done)); return hang_up(*call);
            case Deed::hold:
            case Deed::unhold: return hold(id, session, deed == Deed::hold, std::move(done));
            case Deed::dtmf:
                if (!is_dtmf(what)) return done(std::make_error_code(std::errc::invalid_argument));
                return session.send_dtmf(std::move(what), DtmfOptions{}, std::move(done));
            case Deed::transfer: return transfer(id, session, what, std::move(done));
            case Deed::message: return;
        }
    }
    static void hang_up(Call& call) {
        if (auto* ours = std::get_if<Inviter>(&call.handle); ours && ours->state() != SessionState::established)
            return ours->cancel();
        auto& session = call.session();
        if (session.state() == SessionState::established) return session.bye([](std::error_code) {});
        if (auto* theirs = std::get_if<Invitation>(&call.handle)) theirs->reject(480);
    }
    void hold(const std::string& id, Session& session, bool held, Completion done) {
        auto then = [weak = weak_from_this(), id, held, done = std::move(done)](std::error_code error) mutable {
            auto self = weak.lock();
            if (self && !error) self->tell(&SessionManagerDelegate::on_call_hold, id, held);
            done(error);
        };
        held ? session.hold(std::move(then)) : session.resume(std::move(then));
    }
    void transfer(const std::string& id, Session& session, const std::string& target, Completion done) {
        ReferOptions refer;
        refer.on_progress = [weak = weak_from_this(), id](int status, bool last) {
            auto self = weak.lock();
            auto* call = self && last && status >= 200 && status < 300 ? self->find(id) : nullptr;
            if (call) hang_up(*call);
        };
        if (auto* other = find(target)) return session.refer(other->session(), std::move(refer), std::move(done));
        if (!sipmsg::Uri::parse(target)) return done(std::make_error_code(std::errc::invalid_argument));
        session.refer(target, std::move(refer), std::move(done));
    }
    void message(const std::string& target, std::string text, Completion done) {
        try {
            auto messager = std::make_shared<Messager>(*agent, target, std::move(text));
            messager->message([messager, done = std::move(done)](std::error_code error) mutable { done(error); });
        } catch (const std::invalid_argument&) {
            done(std::make_error_code(std::errc::invalid_argument));
        }
    }

    // The server.

    void connected() {
        tell(&SessionManagerDelegate::on_server_connect);
        bool again = std::exchange(lost, false);
        if (!agent || !again) return;
        register_again();
        if (!options.restart_calls) return;
        for (auto& [id, call] : calls)
            if (call.session().state() == SessionState::established)
                call.session().restart_media([](std::error_code) {});
    }
    void disconnected(std::error_code error) {
        lost = lost || error;
        tell(&SessionManagerDelegate::on_server_disconnect, error);
    }
    void ping_later() {
        if (options.ping_interval <= Duration::zero()) return;
        timer.emplace(*agent, options.ping_interval, [weak = weak_from_this()] {
            if (auto self = weak.lock()) self->ping();
        });
    }
    void ping() {
        auto request = std::make_shared<Requester>(*agent, "OPTIONS", options.ping_uri, Body{});
        request->send([weak = weak_from_this(), request](std::error_code error) {
            auto self = weak.lock();
            if (!self || error == Errc::stopped) return;
            self->pinged(status_of(error));
        });
    }
    /// Any answer is a sign of life, but for those that say that nobody was reached.
    void pinged(int status) {
        bool alive = status != 408 && status != 503;
        if (!alive && !lost && agent->agent()->lose_connection(siptxn::Errc::timeout)) {
            lost = true;  // and told of as a connection is
        } else if (!alive && !lost) {
            disconnected(siptxn::Errc::timeout);
        } else if (alive && lost && agent->is_connected()) {
            connected();
        }
        if (agent) ping_later();
    }

    // The registration.

    void register_wanted(bool want, Completion done) {
        wanted = want;
        retry.reset();
        auto then = [weak = weak_from_this(), done = std::move(done)](std::error_code error) mutable {
            if (auto self = weak.lock(); self && error) self->retry_later();
            done(error);
        };
        want ? registerer->register_contact(std::move(then)) : registerer->unregister(std::move(then));
    }
    void register_again() {
        if (!wanted || (options.register_guard && options.register_guard())) return;
        registerer->register_contact([weak = weak_from_this()](std::error_code error) {
            auto self = weak.lock();
            if (self && error && error != Errc::request_pending) self->retry_later();
        });
    }
    void retry_later() {
        if (!wanted || !options.registration_retry) return;
        auto& identifiers = agent->agent()->core().identifiers();
        auto interval = std::chrono::duration_cast<std::chrono::milliseconds>(options.registration_retry_interval);
        auto extra = std::chrono::milliseconds(identifiers.between(0, static_cast<std::uint64_t>(interval.count())));
        retry.emplace(*agent, interval + extra, [weak = weak_from_this()] {
            if (auto self = weak.lock()) self->register_again();
        });
    }
    void registration_changed(RegistererState state) {
        if (state == RegistererState::registered) tell(&SessionManagerDelegate::on_registered);
        if (state == RegistererState::unregistered) tell(&SessionManagerDelegate::on_unregistered);
    }

    UserAgentOptions agent_options() {
        auto given = std::move(options.agent);
        auto weak = weak_from_this();
        given.delegate.on_invite = [weak](Invitation invitation) {
            if (auto self = weak.lock()) self->received(std::move(invitation));
        };
        given.delegate.on_message = [weak](Message message) {
            accept(weak, &SessionManagerDelegate::on_message, message);
        };
        given.delegate.on_notify = [weak](Notification notification) {
            accept(weak, &SessionManagerDelegate::on_notification, notification);
        };
        given.delegate.on_connect = [weak] {
            if (auto self = weak.lock()) self->connected();
        };
        given.delegate.on_disconnect = [weak](std::error_code error) {
            if (auto self = weak.lock()) self->disconnected(error);
        };
        return given;
    }
    void begin_life() {
        registerer.emplace(*agent, options.registration);
        registerer->state_change().add_listener([weak = weak_from_this()](RegistererState state) {
            if (auto self = weak.lock()) self->registration_changed(state);
        });
        if (options.ping_uri.empty()) options.ping_uri = registerer->registrar();
    }
    void end_life() {
        wanted = false;
        timer.reset();
        retry.reset();
    }

    SessionManagerOptions options;
    std::shared_ptr<SessionManagerDelegate> delegate;
    std::optional<UserAgent> agent;
    std::optional<Registerer> registerer;
    std::map<std::string, Call> calls;
    std::optional<Timer> timer, retry;
    bool wanted = false;  ///< to be registered
    bool lost = false;    ///< the server was, and has not come back
};

SessionManager::SessionManager(asio::any_io_executor executor, SessionManagerOptions options)
    : impl_(std::make_shared<Impl>(std::move(options))) {
    impl_->agent.emplace(std::move(executor), impl_->agent_options());
    impl_->begin_life();
}

SessionManager::SessionManager(const Stack& stack, SessionManagerOptions options)
    : impl_(std::make_shared<Impl>(std::move(options))) {
    impl_->agent.emplace(stack, impl_->agent_options());
    impl_->begin_life();
}

SessionManager::SessionManager(SessionManager&&) noexcept = default;

SessionManager& SessionManager::operator=(SessionManager&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

SessionManager::~SessionManager() {
    if (!impl_) return;
    auto& core = impl_->agent->agent()->core();
    core.run([impl = std::move(impl_)] {
        impl->end_life();
        impl->delegate = std::make_shared<SessionManagerDelegate>();
        impl->calls.clear();
        impl->registerer.reset();
        impl->agent.reset();
    });
}

UserAgent& SessionManager::agent() const { return *impl_->agent; }
bool SessionManager::is_registered() const { return impl_->registerer->state() == RegistererState::registered; }
asio::any_io_executor SessionManager::executor() const { return impl_->agent->executor(); }

std::vector<std::string> SessionManager::calls() const {
    std::vector<std::string> names;
    for (const auto& [id, call] : impl_->calls) names.push_back(id);
    return names;
}

Session* SessionManager::find(const std::string& call) const {
    auto* found = impl_->find(call);
    return found ? &found->session() : nullptr;
}

bool SessionManager::set_muted(const std::string& call, bool muted) {
    auto* session = find(call);
    return session && session->set_muted(muted);
}

std::string SessionManager::call(const std::string& target, InviterOptions options, Completion done) {
    if (impl_->is_full()) throw std::length_error("there are max_calls calls already");
    auto theirs = std::exchange(options.delegate, {});
    auto impl = impl_;  // whoever hears of the call may end the manager
    return impl->begin(Inviter(*impl_->agent, target, std::move(options)), std::move(theirs), std::move(done));
}

CancelFunction SessionManager::do_connect(const std::shared_ptr<Impl>& impl, Completion done) {
    auto& core = impl->agent->agent()->core();
    auto pending = Pending::make(std::move(done));
    core.run([impl, pending] {
        impl->ping_later();
        impl->agent->start(pending->completion());
    });
    return abandon(core, pending);
}

CancelFunction SessionManager::do_disconnect(const std::shared_ptr<Impl>& impl, Completion done) {
    auto& core = impl->agent->agent()->core();
    auto pending = Pending::make(std::move(done));
    core.run([impl, pending] {
        impl->end_life();
        impl->agent->stop(pending->completion());
    });
    return abandon(core, pending);
}

CancelFunction SessionManager::do_register(const std::shared_ptr<Impl>& impl, bool wanted, Completion done) {
    auto& core = impl->agent->agent()->core();
    auto pending = Pending::make(std::move(done));
    core.run([impl, wanted, pending] { impl->register_wanted(wanted, pending->completion()); });
    return abandon(core, pending);
}

CancelFunction SessionManager::do_deed(const std::shared_ptr<Impl>& impl, Deed deed, std::string call, std::string what,
                                       Completion done) {
    auto& core = impl->agent->agent()->core();
    auto pending = Pending::make(std::move(done));
    core.run([impl, deed, call = std::move(call), what = std::move(what), pending]() mutable {
        impl->act(deed, call, std::move(what), pending->completion());
    });
    return abandon(core, pending);
}

}  // namespace sipua
