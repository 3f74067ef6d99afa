// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/inviter.hpp>
#include <sipua/registerer.hpp>
#include <sipua/user_agent.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sipua {

/// What happens to the calls of a SessionManager, each named by Session::id(). Called on the agent's executor; all
/// optional. SIP.js: SessionManagerDelegate.
struct SessionManagerDelegate {
    std::move_only_function<void(const std::string& call)> on_call_created;   ///< ours or theirs; find() has it
    std::move_only_function<void(const std::string& call)> on_call_received;  ///< absent: 480
    std::move_only_function<void(const std::string& call)> on_call_answered;
    /// The last word of a call; find() still has it, and not any more afterwards.
    std::move_only_function<void(const std::string& call, const SessionEnd& end)> on_call_hangup;
    std::move_only_function<void(const std::string& call, bool held)> on_call_hold;  ///< by us
    std::move_only_function<void(const std::string& call, const Dtmf& dtmf)> on_call_dtmf;
    std::move_only_function<void(const Message& message)> on_message;  ///< in a call or outside; it has been accepted
    std::move_only_function<void(const Notification& notification)> on_notification;  ///< likewise
    std::move_only_function<void()> on_registered;
    std::move_only_function<void()> on_unregistered;
    std::move_only_function<void()> on_server_connect;
    /// The connection is lost, or a ping stayed without an answer.
    std::move_only_function<void(std::error_code)> on_server_disconnect;
};

struct SessionManagerOptions {
    /// Its delegate is the manager's own; on_refer and on_subscribe are kept. reconnection_attempts is 3 here, not 0.
    UserAgentOptions agent = {.reconnection_attempts = 3};
    RegistererOptions registration;
    SessionManagerDelegate delegate;
    std::size_t max_calls = 2;  ///< further ones are refused with 486, ours fail; 0: as many as come
    /// A REGISTER that is refused, or fails, is tried again after one to two times the interval.
    bool registration_retry = false;
    Duration registration_retry_interval = 3s;
    /// Asked before each REGISTER that nobody called register_contact() for; true: not now.
    std::function<bool()> register_guard;
    /// OPTIONS to `ping_uri` that often; 408, 503 or nothing means that the server is lost. Zero: never.
    Duration ping_interval = {};
    std::string ping_uri;  ///< empty: the registrar
    /// After a lost connection has come back, the calls get a fresh media path by a re-INVITE from where we are now.
    /// Otherwise they are left as they are.
    bool restart_calls = true;
};

/// The calls of a phone: made, received, held and transferred by their names, within a limit; the registration kept up
/// over losses of the connection. Everything here can be done with UserAgent, Inviter and Invitation by hand. SIP.js:
/// SessionManager, and SimpleUser with max_calls 1. A handle that can be moved; functions are for the agent's executor,
/// unless they say "any thread".
class SessionManager {
public:
    /// Throws as UserAgent and Registerer do.
    SessionManager(asio::any_io_executor executor, SessionManagerOptions options);
    SessionManager(const Stack& stack, SessionManagerOptions options);
    SessionManager(SessionManager&&) noexcept;
    SessionManager& operator=(SessionManager&&) noexcept;
    ~SessionManager();

    [[nodiscard]] UserAgent& agent() const;
    [[nodiscard]] bool is_registered() const;
    [[nodiscard]] std::vector<std::string> calls() const;
    /// Null when there is no such call. Valid until on_call_hangup of it has returned.
    [[nodiscard]] Session* find(const std::string& call) const;

    /// Starts the agent. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto connect(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return do_connect(impl, std::move(done)); });
    }
    /// Ends the calls and the registration, and stops the agent. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto disconnect(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return do_disconnect(impl, std::move(done)); });
    }
    /// Registers, and does so again whenever the binding was lost, until unregister(). Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto register_contact(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return do_register(impl, true, std::move(done)); });
    }
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto unregister(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return do_register(impl, false, std::move(done)); });
    }

    /// Begins a call; `done` as Inviter::invite() completes. Returns its name. Throws std::invalid_argument as Inviter
    /// does, std::length_error when there are max_calls already. The delegate of the options hears of the call too.
    std::string call(const std::string& target, InviterOptions options = {}, Completion done = {});
    /// Errc::invalid_state when there is no such call, or it is no incoming one that rings. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto answer(std::string call, CompletionToken&& token = {}) {
        return start(Deed::answer, std::move(call), {}, std::forward<CompletionToken>(token));
    }
    /// 480. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto decline(std::string call, CompletionToken&& token = {}) {
        return start(Deed::decline, std::move(call), {}, std::forward<CompletionToken>(token));
    }
    /// CANCEL, 480 or BYE, as it needs; completes when the call is over. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto hangup(std::string call, CompletionToken&& token = {}) {
        return start(Deed::hangup, std::move(call), {}, std::forward<CompletionToken>(token));
    }
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto hold(std::string call, CompletionToken&& token = {}) {
        return start(Deed::hold, std::move(call), {}, std::forward<CompletionToken>(token));
    }
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto unhold(std::string call, CompletionToken&& token = {}) {
        return start(Deed::unhold, std::move(call), {}, std::forward<CompletionToken>(token));
    }
    /// 0 to 9, '*', '#', 'A' to 'D', ','. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto send_dtmf(std::string call, std::string tones, CompletionToken&& token = {}) {
        return start(Deed::dtmf, std::move(call), std::move(tones), std::forward<CompletionToken>(token));
    }
    /// To a URI, or to the peer of another call, in whose place the new one comes. Completes with the answer to the
    /// REFER; the transferred call is hung up when the target has answered. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto transfer(std::string call, std::string target_or_call, CompletionToken&& token = {}) {
        return start(Deed::transfer, std::move(call), std::move(target_or_call), std::forward<CompletionToken>(token));
    }
    /// MESSAGE outside calls. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto message(std::string target, std::string text, CompletionToken&& token = {}) {
        return start(Deed::message, std::move(target), std::move(text), std::forward<CompletionToken>(token));
    }
    /// False when there is no such call, or no media that could.
    bool set_muted(const std::string& call, bool muted);

private:
    struct Impl;
    enum class Deed { answer, decline, hangup, hold, unhold, dtmf, transfer, message };

    template <class CompletionToken>
    auto start(Deed deed, std::string call, std::string what, CompletionToken&& token) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_, deed, call = std::move(call), what = std::move(what)](Completion done) mutable {
                            return do_deed(impl, deed, std::move(call), std::move(what), std::move(done));
                        });
    }
    [[nodiscard]] asio::any_io_executor executor() const;
    static CancelFunction do_connect(const std::shared_ptr<Impl>& impl, Completion done);
    static CancelFunction do_disconnect(const std::shared_ptr<Impl>& impl, Completion done);
    static CancelFunction do_register(const std::shared_ptr<Impl>& impl, bool wanted, Completion done);
    static CancelFunction do_deed(const std::shared_ptr<Impl>& impl, Deed deed, std::string call, std::string what,
                                  Completion done);

    std::shared_ptr<Impl> impl_;
};

}  // namespace sipua
