// SPDX-License-Identifier: MIT
#pragma once

#include "agent.hpp"

#include <sipua/session_manager.hpp>
#include <sipua/timer.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace sipua {

/// What SessionManager hides: its calls (session_manager_calls.cpp), and its server with the registration there
/// (session_manager_link.cpp). Lives on the core's executor.
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

    void received(Invitation invitation);

    std::string begin(Inviter inviter, SessionDelegate theirs, Completion done);

    /// What the program wants to hear of a call, after what the manager must.
    SessionDelegate watch(const std::string& id, SessionDelegate theirs);
    template <class Member, class Request>
    static void accept(const std::weak_ptr<Impl>& weak, Member member, Request& request) {
        request.accept();
        auto self = weak.lock();
        if (self) self->tell(member, request);
    }
    /// The peer of a call transfers us: one more call, whatever the limit, since another one ends for it.
    void referred(Referral referral);

    // What is asked of a call.

    void act(Deed deed, const std::string& id, std::string what, Completion done);
    static void hang_up(Call& call);
    void hold(const std::string& id, Session& session, bool held, Completion done);
    void transfer(const std::string& id, Session& session, const std::string& target, Completion done);
    void message(const std::string& target, std::string text, Completion done);

    // The server.

    void connected();
    void disconnected(std::error_code error);
    void ping_later();
    void ping();
    /// Any answer is a sign of life, but for those that say that nobody was reached.
    void pinged(int status);

    // The registration.

    void register_wanted(bool want, Completion done);
    void register_again();
    void retry_later();
    void registration_changed(RegistererState state);

    UserAgentOptions agent_options();
    void begin_life();
    void end_life();

    SessionManagerOptions options;
    std::shared_ptr<SessionManagerDelegate> delegate;
    std::optional<UserAgent> agent;
    std::optional<Registerer> registerer;
    std::map<std::string, Call> calls;
    std::optional<Timer> timer, retry;
    bool wanted = false;  ///< to be registered
    bool lost = false;    ///< the server was, and has not come back
};

}  // namespace sipua
