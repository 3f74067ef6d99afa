// SPDX-License-Identifier: MIT
#include "session_manager_impl.hpp"

#include <sipua/messager.hpp>

#include <siptxn/error.hpp>

namespace sipua {

void SessionManager::Impl::connected() {
    tell(&SessionManagerDelegate::on_server_connect);
    bool again = std::exchange(lost, false);
    if (!agent || !again) return;
    register_again();
    if (!options.restart_calls) return;
    for (auto& [id, call] : calls)
        if (call.session().state() == SessionState::established) call.session().restart_media([](std::error_code) {});
}

void SessionManager::Impl::disconnected(std::error_code error) {
    lost = lost || error;
    tell(&SessionManagerDelegate::on_server_disconnect, error);
}

void SessionManager::Impl::ping_later() {
    if (options.ping_interval <= Duration::zero()) return;
    timer.emplace(*agent, options.ping_interval, [weak = weak_from_this()] {
        if (auto self = weak.lock()) self->ping();
    });
}

void SessionManager::Impl::ping() {
    auto request = std::make_shared<Requester>(*agent, "OPTIONS", options.ping_uri, Body{});
    request->send([weak = weak_from_this(), request](std::error_code error) {
        auto self = weak.lock();
        if (!self || error == Errc::stopped) return;
        self->pinged(status_of(error));
    });
}

void SessionManager::Impl::pinged(int status) {
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

void SessionManager::Impl::register_wanted(bool want, Completion done) {
    wanted = want;
    retry.reset();
    auto then = [weak = weak_from_this(), done = std::move(done)](std::error_code error) mutable {
        if (auto self = weak.lock(); self && error) self->retry_later();
        done(error);
    };
    want ? registerer->register_contact(std::move(then)) : registerer->unregister(std::move(then));
}

void SessionManager::Impl::register_again() {
    if (!wanted || (options.register_guard && options.register_guard())) return;
    registerer->register_contact([weak = weak_from_this()](std::error_code error) {
        auto self = weak.lock();
        if (self && error && error != Errc::request_pending) self->retry_later();
    });
}

void SessionManager::Impl::retry_later() {
    if (!wanted || !options.registration_retry) return;
    auto& identifiers = agent->agent()->core().identifiers();
    auto interval = std::chrono::duration_cast<std::chrono::milliseconds>(options.registration_retry_interval);
    auto extra = std::chrono::milliseconds(identifiers.between(0, static_cast<std::uint64_t>(interval.count())));
    retry.emplace(*agent, interval + extra, [weak = weak_from_this()] {
        if (auto self = weak.lock()) self->register_again();
    });
}

void SessionManager::Impl::registration_changed(RegistererState state) {
    if (state == RegistererState::registered) tell(&SessionManagerDelegate::on_registered);
    if (state == RegistererState::unregistered) tell(&SessionManagerDelegate::on_unregistered);
}

UserAgentOptions SessionManager::Impl::agent_options() {
    auto given = std::move(options.agent);
    auto weak = weak_from_this();
    given.delegate.on_invite = [weak](Invitation invitation) {
        if (auto self = weak.lock()) self->received(std::move(invitation));
    };
    given.delegate.on_message = [weak](Message message) { accept(weak, &SessionManagerDelegate::on_message, message); };
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

void SessionManager::Impl::begin_life() {
    registerer.emplace(*agent, options.registration);
    registerer->state_change().add_listener([weak = weak_from_this()](RegistererState state) {
        if (auto self = weak.lock()) self->registration_changed(state);
    });
    if (options.ping_uri.empty()) options.ping_uri = registerer->registrar();
}

void SessionManager::Impl::end_life() {
    wanted = false;
    timer.reset();
    retry.reset();
}

}  // namespace sipua
