// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/completion.hpp>
#include <sipua/emitter.hpp>
#include <sipua/error.hpp>
#include <sipua/identity.hpp>
#include <sipua/invitation.hpp>
#include <sipua/log.hpp>
#include <sipua/notifier.hpp>
#include <sipua/option_tags.hpp>
#include <sipua/referral.hpp>
#include <sipua/session_description_handler.hpp>
#include <sipua/stack.hpp>

#include <siptxn/time.hpp>

#include <asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sipua {

using siptxn::Duration;
using namespace std::chrono_literals;

enum class UserAgentState { stopped, started };
[[nodiscard]] std::string_view to_string(UserAgentState state) noexcept;

/// Of the connection to `server`; SIP.js's TransportState. Disconnecting is the time of stop(): what has to be said
/// still goes out, and nothing is opened anew. What is closed then counts as gone at once.
///
///     disconnected --> connecting --> connected --> disconnecting --> disconnected
///                           \____________\________________^ _____________^
enum class TransportState { disconnected, connecting, connected, disconnecting };
[[nodiscard]] std::string_view to_string(TransportState state) noexcept;

/// How an extension is used; SIP.js's SIPExtension.
enum class SipExtension {
    unsupported,  ///< a request that requires it gets 420
    supported,
    required,  ///< a request that does not support it gets 421 (RFC 3261 §21.4.15)
};

/// What answers challenges. Never logged.
struct Authorization {
    std::string username;
    std::string password;
    std::string ha1_md5;     ///< MD5(username:realm:password) in hexadecimal, instead of the password
    std::string ha1_sha256;  ///< the same with SHA-256
    /// An access token, for Bearer challenges (RFC 8898). It goes over TLS only, to the server of a secure transport or
    /// a sips target; elsewhere the challenge stays unanswered.
    std::string token;
};

/// A challenge that nothing at hand could answer.
struct CredentialRequest {
    bool proxy = false;        ///< 407, not 401
    std::string scheme;        ///< "Digest", "Bearer"
    std::string realm;         ///< from the network, as all below
    std::string authz_server;  ///< of Bearer: where tokens are given out
    std::string scope;
    std::string error;  ///< why the last token was refused: "invalid_token"
};
/// Asked for what answers a challenge, once a request, on the agent's executor. `answer` may be called later and from
/// any thread: with new credentials, which replace those of the agent, or with nothing. Until then the request waits.
using CredentialProvider =
    std::function<void(const CredentialRequest& request, std::function<void(std::optional<Authorization>)> answer)>;

/// What may happen to an agent outside its sessions. Called on the agent's executor; all optional.
struct UserAgentDelegate {
    std::move_only_function<void(Invitation)> on_invite;    ///< absent: 486
    std::move_only_function<void(Message)> on_message;      ///< absent: 200
    std::move_only_function<void(Notification)> on_notify;  ///< absent: 481
    std::move_only_function<void(Referral)> on_refer;       ///< absent: 405
    std::move_only_function<void(Notifier)> on_subscribe;   ///< absent: 405
    /// Any other method outside a dialog: REGISTER, PUBLISH, one of yours. What RFC 3261 §8.2 wants checked has been.
    /// Absent: 405.
    std::move_only_function<void(IncomingRequest)> on_request;
    std::move_only_function<void()> on_connect;  ///< the connection to `server` stands (connection-oriented transports)
    std::move_only_function<void(std::error_code)> on_disconnect;
};

/// Set with designated initialisers, in a variable or a constructor's argument; never inside a co_await expression,
/// where GCC 12 destroys aggregate temporaries twice.
struct UserAgentOptions {
    std::string uri = "sip:anonymous@anonymous.invalid";  ///< our address of record
    std::string display_name;
    /// Where requests outside dialogs go first: "sip:example.com;transport=tcp", "ws://host:port", "wss://host". Empty:
    /// straight to their target.
    std::string server;
    /// As StackOptions::listen; used when the agent makes its own stack.
    std::vector<std::string> listen;
    siptxn::net::TlsOptions tls;   ///< as StackOptions::tls; likewise
    siptxn::KeepAlive keep_alive;  ///< pings to the server; likewise. SIP.js's keepAliveInterval and keepAliveDebounce
    Authorization authorization;
    CredentialProvider credentials;  ///< when `authorization` does not do
    /// Requests of ours outside dialogs, but for REGISTER, carry Identity (RFC 8224).
    IdentitySigning identity_signing;
    /// Calls and MESSAGEs of peers are checked before on_invite and on_message; what fails is refused by itself.
    IdentityChecking identity_checking;
    SessionDescriptionHandlerFactory media;  ///< absent: signaling_only({})
    UserAgentDelegate delegate;
    std::string contact_user;    ///< absent: a random token
    std::string contact_params;  ///< URI parameters of Contact: ";pn-provider=...;pn-prid=..." (RFC 8599), or empty
    std::string contact_host;    ///< "host" or "host:port" in Contact; absent: where requests leave from
    /// Names this device for good (RFC 5626 §4.1): a UUID with or without "urn:uuid:". Absent: a random one, which is
    /// lost with the agent.
    std::string instance_id;
    bool instance_id_always_added = false;  ///< in every Contact; else in REGISTER alone
    /// Route values of requests outside dialogs, topmost first, but for REGISTER. A registrar's Service-Route (RFC
    /// 3608) takes their place. What has no lr gets it. SIP.js: preloadedRouteSet.
    std::vector<std::string> route_set;
    /// Take requests for a user that no agent of the stack has, when this agent was started first; else they get 404
    /// (RFC 3261 §8.2.2.1).
    bool accept_any_user = true;
    /// Call where a REFER points when no delegate decides, unattended, as SIP.js does; else such REFERs get 603.
    bool follow_referrals = false;
    std::string user_agent = "sipstrata";  ///< the User-Agent and Server headers; empty: none
    /// Reliable provisional responses (RFC 3262).
    SipExtension sip_extension_100rel = SipExtension::supported;
    /// Calls that take another one's place (RFC 3891). Unsupported: the header Replaces is not looked at.
    SipExtension sip_extension_replaces = SipExtension::supported;
    /// Candidates may follow their description, both ways, in INFO requests (RFC 8840): for media that can, as
    /// sipmedia::webrtc(). The first offer of a call has all of ours (half trickle): what the peer takes is not known.
    bool trickle_ice = false;
    /// More option tags for Supported, of features that the program brings along. std::invalid_argument for one that is
    /// not registered (registered_option_tags()), unless that is allowed.
    std::vector<std::string> extra_supported;
    bool allow_unregistered_option_tags = false;
    bool allow_legacy_notifications = false;  ///< a NOTIFY outside any subscription, without on_notify, gets 200
    /// An incoming call gets 180 before on_invite, unless a reliable one is required.
    bool send_initial_provisional_response = true;
    /// Media that fails in an established call is offered anew (Session::restart_media()); the call ends when that
    /// fails, too. Otherwise it ends at once, by a BYE whose Reason says 408 (RFC 3326).
    bool restart_lost_media = false;
    sipdialog::SessionTimerOptions
        session_timer;                 ///< as StackOptions::session_timer; used when the agent makes its own
    Duration no_answer_timeout = 60s;  ///< an incoming call nobody answers gets 480
    Duration stop_timeout = 5s;        ///< stop() is over by then, whatever peers do
    bool graceful_shutdown = true;     ///< false: stop() sends what ends things, and waits for nothing
    /// The connection to `server` that is lost, not closed by us, is opened anew: at once, then after each delay, so
    /// often. SIP.js: reconnectionAttempts, reconnectionDelay.
    int reconnection_attempts = 0;
    Duration reconnection_delay = 4s;
    LogSink log;
    LogLevel log_level = LogLevel::info;
    siptxn::Tracer tracer;  ///< sees every message of the agent's own stack, unmasked
    siptxn::Timers timers;
};

class Agent;

/// A SIP user agent: SIP.js's class of that name. A handle that can be moved; destroying it drops what is left, with
/// CANCEL, 480 or BYE sent once. Several may share one Stack. Functions are for the agent's executor, unless they say
/// "any thread".
class UserAgent {
public:
    /// With a stack of its own on a strand of `executor`. Throws std::invalid_argument for options that cannot be read,
    /// std::system_error when an address cannot be bound.
    UserAgent(asio::any_io_executor executor, UserAgentOptions options);
    UserAgent(const Stack& stack, UserAgentOptions options);
    UserAgent(UserAgent&&) noexcept;
    UserAgent& operator=(UserAgent&&) noexcept;
    ~UserAgent();

    [[nodiscard]] UserAgentState state() const;
    [[nodiscard]] Emitter<UserAgentState>& state_change();
    [[nodiscard]] const std::string& uri() const;
    [[nodiscard]] Stack stack() const;
    [[nodiscard]] asio::any_io_executor executor() const;
    [[nodiscard]] siptxn::TimePoint now() const;

    /// Accepts incoming requests from now on; with a connection-oriented `server`, connects first. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto start(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [agent = agent_](Completion done) { return do_start(agent, std::move(done)); });
    }
    /// Unregisters, ends calls, and waits for both, at most UserAgentOptions::stop_timeout. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto stop(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [agent = agent_](Completion done) { return do_stop(agent, std::move(done)); });
    }
    /// Opens the connection to `server` anew when there is none. Errc::invalid_state when the agent is stopped. Any
    /// thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto reconnect(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [agent = agent_](Completion done) { return do_reconnect(agent, std::move(done)); });
    }
    /// `connected` always, when `server` wants no connection of its own (UDP, a name, or no server).
    [[nodiscard]] TransportState transport_state() const;
    [[nodiscard]] Emitter<TransportState>& transport_state_change();
    [[nodiscard]] bool is_connected() const { return transport_state() == TransportState::connected; }
    /// Waits on the agent's clock, which in a simulation is virtual; Errc::stopped when the agent stops meanwhile. Any
    /// thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto sleep(Duration duration, CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token), [agent = agent_, duration](Completion done) {
            return do_sleep(agent, duration, std::move(done));
        });
    }

    [[nodiscard]] const std::shared_ptr<Agent>& agent() const noexcept { return agent_; }

private:
    static CancelFunction do_start(const std::shared_ptr<Agent>& agent, Completion done);
    static CancelFunction do_stop(const std::shared_ptr<Agent>& agent, Completion done);
    static CancelFunction do_reconnect(const std::shared_ptr<Agent>& agent, Completion done);
    static CancelFunction do_sleep(const std::shared_ptr<Agent>& agent, Duration duration, Completion done);

    std::shared_ptr<Agent> agent_;
};

}  // namespace sipua
