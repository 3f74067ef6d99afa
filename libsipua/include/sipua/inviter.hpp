// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/request_params.hpp>
#include <sipua/session.hpp>
#include <sipua/user_agent.hpp>

#include <string>

namespace sipua {

/// SIP.js: InviterOptions, and InviterInviteOptions too.
struct InviterOptions {
    HeaderList headers;  ///< further headers of the INVITE
    /// Nothing the callee gets says who we are: From is "Anonymous", Contact has no user of ours, and Privacy asks for
    /// more (RFC 3323 §4.1). The first hop, which must be one that we trust, learns it from P-Preferred-Identity (RFC
    /// 3325 §9.2).
    bool anonymous = false;
    RequestParams params;
    bool without_sdp = false;  ///< no offer: the peer makes it (RFC 3261 §13.2.1)
    Modifiers modifiers;       ///< of every description, until others are given
    /// Media may begin before the call is answered: the answer of the first provisional response that has one is
    /// applied at once. The call then belongs to that early dialog: a 2xx of another one ends it with Reason 488.
    bool early_media = false;
    /// With early_media: the PRACK of that answer carries a new offer of the handler (RFC 3262 §5).
    bool offer_in_prack = false;
    Duration ring_timeout = {};  ///< an unanswered call is cancelled then, and invite() fails with 487; zero: never
    /// A call whose last provisional response is that old is cancelled: the callee is gone, since it owes one a minute
    /// (RFC 3261 §13.3.1.1); zero: never.
    Duration progress_timeout = 3min;
    /// Contacts of 3xx answers that are tried, the most wanted first, each once (RFC 3261 §8.1.3.4); 0: none, a 3xx
    /// ends the call.
    int max_redirects = 0;
    std::string transport;  ///< "udp", "tcp", "ws" ...; empty: what the target says
    SessionDelegate delegate;
    SessionDescriptionHandlerFactory media;  ///< absent: the agent's
};

/// An outgoing call.
class Inviter : public Session {
public:
    /// Nothing is sent yet. Throws std::invalid_argument when `target` is no SIP URI or a header is not well formed.
    Inviter(const UserAgent& agent, std::string target);
    Inviter(const UserAgent& agent, std::string target, InviterOptions options);
    explicit Inviter(std::shared_ptr<SessionImpl> impl) noexcept;

    /// Sends the INVITE and completes with its final answer: no error once the call stands and is acknowledged; a code
    /// of sip_category() when it was refused; siptxn's timeout when nobody answered. Cancellation completes with
    /// operation_aborted at once and cancels the call. Any thread.
    template <class CompletionToken = asio::use_awaitable_t<>>
    auto invite(CompletionToken&& token = {}) {
        return initiate(executor(), std::forward<CompletionToken>(token),
                        [impl = impl_](Completion done) { return start_invite(impl, std::move(done)); });
    }
    /// CANCEL, when RFC 3261 §9.1 allows it; invite() then fails with 487. `reason`: a Reason value such as
    /// `SIP;cause=200;text="Call completed elsewhere"` (RFC 3326), or empty. Acts at once. Any thread.
    void cancel(const std::string& reason = {});
    /// The same with a Reason made of a status and its phrase, or another text. SIP.js: InviterCancelOptions.
    void cancel(int status, std::string_view text = {});

private:
    static CancelFunction start_invite(const std::shared_ptr<SessionImpl>& impl, Completion done);
};

}  // namespace sipua
