// SPDX-License-Identifier: MIT
#pragma once

#include "activity.hpp"
#include "core.hpp"

#include <sipua/user_agent.hpp>

#include <siptxn/auth/client.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace sipua {

class Pending;

/// What a registrar said of our binding: as long as that stands, other requests make use of it.
struct Registered {
    int reg_id = 0;
    std::string pub_gruu, temp_gruu;         ///< URIs (RFC 5627 §4.2)
    std::vector<std::string> service_route;  ///< Route values (RFC 3608 §5)
    std::optional<siptxn::Flow> flow;        ///< requests take it (RFC 5626 §4.3)
};

/// The body of a UserAgent. Lives on the core's executor.
class Agent : public std::enable_shared_from_this<Agent> {
public:
    Agent(std::shared_ptr<Core> core, UserAgentOptions options);

    [[nodiscard]] Core& core() const noexcept { return *core_; }
    [[nodiscard]] const std::shared_ptr<Core>& shared_core() const noexcept { return core_; }
    [[nodiscard]] const UserAgentOptions& options() const noexcept { return options_; }
    /// A copy pins it while one of its members runs.
    [[nodiscard]] std::shared_ptr<UserAgentDelegate> delegate() const noexcept { return delegate_; }
    [[nodiscard]] bool is_stopping() const noexcept { return !stopping_.empty(); }
    [[nodiscard]] UserAgentState state() const noexcept { return state_; }
    [[nodiscard]] Emitter<UserAgentState>& state_change() noexcept { return state_change_; }
    [[nodiscard]] siptxn::auth::Answerer& answerer() noexcept { return answerer_; }
    void set_authorization(Authorization authorization);
    /// Of Bearer; empty: none, or none that may go this way.
    [[nodiscard]] std::string_view token_for(const sipmsg::Message& request) const;

    /// Whether a Request-URI user is this agent's: its address of record's or its Contact's.
    [[nodiscard]] bool is_user(std::string_view user) const;
    /// `"Alice" <sip:alice@example.com>`
    [[nodiscard]] std::string name_addr() const;

    // agent_contact.cpp

    /// `anonymous`: it does not say who we are (RFC 3323 §4.1.1.3).
    [[nodiscard]] siptxn::LocalContact contact(bool anonymous = false) const;
    [[nodiscard]] const std::string& instance() const noexcept { return instance_; }
    [[nodiscard]] const std::string& contact_user() const noexcept { return contact_user_; }
    /// ;+sip.instance="<urn:uuid:...>"
    [[nodiscard]] std::string instance_param() const;
    /// How requests outside dialogs travel; `transport` overrides.
    [[nodiscard]] siptxn::SendOptions routing(std::string_view transport = {}) const;
    /// The same for a request that makes a dialog: the flow is not the dialog's, which outlives it; see take_flow().
    [[nodiscard]] siptxn::SendOptions dialog_routing(std::string_view transport = {}) const;
    /// Binds a request to the flow of a registration, when it begins a dialog and no transport was asked for.
    void take_flow(const sipmsg::Message& request, siptxn::SendOptions& options) const;
    /// The Route values of requests outside dialogs, but for REGISTER.
    [[nodiscard]] std::vector<std::string> route_set() const;
    /// A registration stands, as `by`'s; what it said before is replaced.
    void registered(const void* by, Registered what);
    void unregistered(const void* by);
    /// The one with the lowest reg-id; null: none.
    [[nodiscard]] const Registered* registered() const;
    [[nodiscard]] bool has_flow_but(const void* by) const;

    /// Headers of every request, and those of requests that say what we can do.
    [[nodiscard]] const sipdialog::HeaderList& common_headers() const noexcept { return common_headers_; }
    [[nodiscard]] const sipdialog::HeaderList& capability_headers() const noexcept { return capability_headers_; }
    /// The option tags of every request (RFC 3261 §8.1.1.9).
    [[nodiscard]] const std::string& supported() const noexcept { return supported_; }
    /// Allow alone, which every 405 has.
    [[nodiscard]] static sipdialog::HeaderList allowed();
    /// The same with what the delegate can do.
    [[nodiscard]] const sipdialog::HeaderList& capabilities() const noexcept { return capabilities_; }
    /// Common headers and what we can do: of provisional responses to INVITE, and of the 2xx.
    [[nodiscard]] const sipdialog::SharedHeaders& answer_headers() const noexcept { return answer_headers_; }
    /// What our INVITEs say of reliable provisional responses.
    [[nodiscard]] sipdialog::Reliability reliability() const;
    [[nodiscard]] const SessionDescriptionHandlerFactory& media() const noexcept { return options_.media; }

    // agent_identity.cpp

    /// Puts Identity into a request outside dialogs, when the program signs.
    void sign(sipmsg::Message& request) const;
    /// `then` is called on the executor, at once or later: with `valid` too when nothing is checked, or when a request
    /// needs no Identity and has none. Anything else refuses the request.
    using CheckedIdentity = std::function<void(IdentityVerdict, const std::optional<Passport>&)>;
    void check_identity(const sipmsg::Message& request, CheckedIdentity then) const;

    void start(Completion done);
    void reconnect(Completion done);
    [[nodiscard]] TransportState transport_state() const;
    [[nodiscard]] Emitter<TransportState>& transport_state_change() noexcept { return transport_state_change_; }
    [[nodiscard]] bool is_connected() const { return transport_state() == TransportState::connected; }
    /// Gives the connection to the server up, which then counts as lost; false when there is none.
    bool lose_connection(std::error_code error);
    void stop(Completion done);
    /// The handle is gone: ends everything without waiting.
    void drop();

    void add(const std::shared_ptr<Activity>& activity);
    void sleep(Duration duration, const std::shared_ptr<Pending>& pending);
    void flow_opened(const siptxn::Flow& flow);
    void flow_closed(const siptxn::Flow& flow, std::error_code error);
    /// Looks whether stop() is over.
    void check_idle();

private:
    void enter(UserAgentState state);
    void enter(TransportState state);
    void check_contact_options();
    void make_headers();
    [[nodiscard]] bool connects() const;
    void connect();
    void reconnect_later();
    void end_sessions();
    /// `unregistering`: requests that take bindings back may go on.
    void finish_stop(bool unregistering = false);
    void finish_start(std::error_code error);
    void close(StopOrder order);
    void close_activities();

    std::shared_ptr<Core> core_;
    UserAgentOptions options_;
    std::shared_ptr<UserAgentDelegate> delegate_;
    sipdialog::HeaderList common_headers_;
    std::string supported_;
    sipdialog::HeaderList capability_headers_;
    sipdialog::HeaderList capabilities_;
    sipdialog::SharedHeaders answer_headers_;
    UserAgentState state_ = UserAgentState::stopped;
    Emitter<UserAgentState> state_change_;
    siptxn::auth::Answerer answerer_;
    std::string user_;  ///< of the address of record
    std::string contact_user_;
    std::string instance_;  ///< urn:uuid:...
    std::vector<std::pair<const void*, Registered>> registered_;
    std::optional<siptxn::Transport> server_transport_;
    siptxn::FlowId server_flow_ = siptxn::FlowId::none;
    TransportState transport_state_ = TransportState::disconnected;
    Emitter<TransportState> transport_state_change_;
    int attempts_left_ = 0;  ///< to connect anew
    siptxn::TimerId reconnect_timer_ = siptxn::TimerId::none;
    std::vector<Completion> starting_;
    std::vector<Completion> stopping_;
    siptxn::TimerId stop_timer_ = siptxn::TimerId::none;
    std::vector<std::weak_ptr<Activity>> activities_;
    std::vector<std::weak_ptr<Pending>> sleeps_;
};

}  // namespace sipua
