// SPDX-License-Identifier: MIT
#pragma once

#include "accounts.hpp"
#include "flow_token.hpp"
#include "forwarding.hpp"
#include "location.hpp"
#include "own_addresses.hpp"
#include "registrar.hpp"
#include "route.hpp"
#include "timer_c.hpp"

#include <siptxn/auth/server.hpp>
#include <siptxn/endpoint.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sipstrata {

struct ProxyOptions {
    std::vector<std::string> domains;  ///< names of our users' domain; our own addresses always count
    Accounts accounts;                 ///< when not empty, REGISTER is challenged (401)
    bool authenticate_calls = false;   ///< challenge (407) what our users send outside dialogs, too
    RegistrarOptions registrar;
    siptxn::Duration timer_c = std::chrono::seconds(200);  ///< above three minutes (RFC 3261 §16.6 step 11)
    /// One line for people about what was done. Safe for a terminal.
    std::function<void(const std::string&)> log;
};

/// A registrar and a stateful proxy on one endpoint. RFC 3261 §10 and §16. It lives on the endpoint's thread; the
/// endpoint must outlive it.
class Proxy final : public siptxn::TransactionUser {
public:
    Proxy(siptxn::Endpoint& endpoint, ProxyOptions options);
    ~Proxy() override;
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;

    void on_event(const siptxn::Event& event) override;
    std::optional<siptxn::TimePoint> next_expiry() const override;
    void expire(siptxn::TimePoint now) override;

    [[nodiscard]] const Location& location() const noexcept { return location_; }
    /// Requests on their way.
    [[nodiscard]] std::size_t contexts() const noexcept { return contexts_.size(); }

private:
    void on(const siptxn::RequestReceived& event);
    void on(const siptxn::AckReceived& event);
    void on(const siptxn::CancelReceived& event);
    void on(const siptxn::ResponseReceived& event);
    void on(const siptxn::RequestFailed& event);
    void on(const siptxn::ResponseFailed& event);
    void on(const siptxn::StrayResponse&) {}  // Whose transaction is gone goes no further (RFC 6026 §7.3).
    void on(const siptxn::ClientEnded& event);
    void on(const siptxn::ServerEnded& event);
    void on(const siptxn::FlowOpened&) {}
    void on(const siptxn::FlowClosed& event) { location_.flow_closed(event.flow.id); }

    // What is done with a request, in the order of RFC 3261 §16.3.
    [[nodiscard]] bool refused(const siptxn::RequestReceived& event);
    [[nodiscard]] bool loops(const siptxn::RequestReceived& event) const;
    /// nullopt when the request has been answered; `missing` of who need not say who he is.
    [[nodiscard]] std::optional<siptxn::auth::Verification> authenticate(const siptxn::RequestReceived& event,
                                                                         const sipmsg::Message& request);
    void register_user(const siptxn::RequestReceived& event, const siptxn::auth::Verification& proof);
    void proxy_request(const siptxn::RequestReceived& event, sipmsg::Message request, const RouteFindings& findings);

    /// Where a request goes; empty with the status that says why not.
    struct Targets {
        std::vector<Target> targets;
        int refusal = 0;
    };
    [[nodiscard]] Targets targets_of(const sipmsg::Message& request, const RouteFindings& findings,
                                     const siptxn::Flow& flow);

    void respond(const siptxn::RequestReceived& event, int status, std::string_view phrase = {});
    void challenge(const siptxn::RequestReceived& event, bool proxy, bool stale);
    void carry_out(Forwarding& forwarding, const ResponseContext::Steps& steps, const sipmsg::MessagePtr& response);
    void send_upstream(Forwarding& forwarding, sipmsg::Message response, bool made_here);
    [[nodiscard]] Forwarding* forwarding_of(siptxn::ClientId client, std::size_t& branch);
    void forget_if_done(siptxn::ServerId server);
    void on_timer_c(siptxn::ClientId client, siptxn::TimePoint now);
    void say(const sipmsg::Message& request, std::string_view what) const;

    siptxn::Endpoint& endpoint_;
    ProxyOptions options_;
    OwnAddresses own_;
    FlowTokens tokens_;
    siptxn::auth::Verifier verifier_;
    Location location_;
    Registrar registrar_;
    std::unordered_map<siptxn::ServerId, std::unique_ptr<Forwarding>> contexts_;
    std::unordered_map<siptxn::ClientId, siptxn::ServerId> clients_;
    std::unordered_map<std::string, int> under_way_;  ///< fingerprints of requests being forwarded, for loop detection
    siptxn::TimePoint next_sweep_;
    TimersC timers_c_;
};

}  // namespace sipstrata
