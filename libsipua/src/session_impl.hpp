// SPDX-License-Identifier: MIT
#pragma once

#include "agent.hpp"
#include "exchanges.hpp"
#include "pending.hpp"
#include "referral_impl.hpp"
#include "responder.hpp"
#include "session_referrals.hpp"

#include <sipua/invitation.hpp>
#include <sipua/inviter.hpp>
#include <sipua/session.hpp>

#include <sipdialog/trickle.hpp>

#include <siptxn/auth/client.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sipua {

/// A string of tones that somebody waits for.
struct DtmfJob {
    std::string tones;
    DtmfOptions options;
    std::shared_ptr<Pending> pending;
};

/// A request of ours without final answer.
struct OpenRequest {
    sipdialog::RequestId id;
    std::shared_ptr<Pending> pending = {};  ///< of the program's own
    siptxn::auth::RequestAttempts attempts = {};
    bool sent = false;
    bool asked = false;  ///< the program, for credentials
};

/// What a call needs until it stands.
struct CallSetup {
    std::string target;                         ///< outgoing
    std::unique_ptr<InviterOptions> options;    ///< outgoing
    std::uint32_t cseq = 0;                     ///< of our last INVITE; 0: none yet
    siptxn::auth::RequestAttempts attempts;     ///< of the initial INVITE, until its id is known
    std::vector<std::string> tried, redirects;  ///< targets: those behind, those ahead
    std::optional<std::string> answered_by;     ///< the early dialog whose answer the handler has
    std::shared_ptr<Pending> inviting, accepting;
    siptxn::TimerId answer_timer = siptxn::TimerId::none;    ///< ring_timeout, no_answer_timeout
    siptxn::TimerId expires_timer = siptxn::TimerId::none;   ///< Expires of the peer's INVITE
    siptxn::TimerId progress_timer = siptxn::TimerId::none;  ///< progress_timeout
    /// An INVITE without offer: the handler of each early dialog, by its remote tag, until one of them wins.
    std::map<std::string, std::shared_ptr<SessionDescriptionHandler>> early_handlers;
};

/// What an outgoing call is called; of an incoming one the INVITE says it.
struct CallNames {
    std::string call_id, local_tag, local_identity, remote_identity;
};

/// The body of Inviter and Invitation. Lives on the core's executor; the core keeps it until sipdialog says Ended.
class SessionImpl : public std::enable_shared_from_this<SessionImpl> {
public:
    static std::shared_ptr<SessionImpl> outgoing(std::shared_ptr<Agent> agent, std::string target,
                                                 InviterOptions options);
    static std::shared_ptr<SessionImpl> incoming(const std::shared_ptr<Agent>& agent, sipdialog::SessionId id,
                                                 sipmsg::MessagePtr request, const siptxn::Flow& flow);
    SessionImpl(std::shared_ptr<Agent> agent, bool outgoing);
    ~SessionImpl();

    [[nodiscard]] Core& core() const noexcept { return agent_->core(); }
    [[nodiscard]] const std::shared_ptr<Agent>& shared_agent() const noexcept { return agent_; }
    [[nodiscard]] sipdialog::SessionId dialog_session() const noexcept { return id_; }
    [[nodiscard]] Referrals& referrals();
    [[nodiscard]] std::shared_ptr<SessionImpl> replacee() const { return replacee_.lock(); }
    [[nodiscard]] SessionState state() const noexcept { return state_; }
    [[nodiscard]] Emitter<SessionState>& state_change() noexcept { return state_change_; }
    /// Of an incoming call: the INVITE.
    [[nodiscard]] const sipmsg::MessagePtr& request() const noexcept { return request_; }
    [[nodiscard]] const sipmsg::MessagePtr& response() const noexcept { return response_; }
    [[nodiscard]] const std::optional<SessionEnd>& end() const noexcept { return end_; }
    [[nodiscard]] bool is_on_hold() const noexcept { return held_; }
    [[nodiscard]] bool is_held_by_peer() const noexcept { return held_by_peer_; }
    [[nodiscard]] bool is_muted() const noexcept { return muted_; }
    bool set_muted(bool muted);
    [[nodiscard]] SessionDescriptionHandler* handler() const noexcept { return handler_.get(); }
    [[nodiscard]] std::string call_id() const;
    [[nodiscard]] std::string caller_tag() const;
    [[nodiscard]] std::string local_identity() const;
    [[nodiscard]] std::string remote_identity() const;
    [[nodiscard]] const std::string& asserted_identity() const noexcept { return asserted_identity_; }
    [[nodiscard]] const CallRecord& record() const noexcept { return record_; }
    void set_delegate(SessionDelegate delegate);
    void drop_delegate() { delegate_ = nobody(); }

    // What the program asks for.
    void invite(const std::shared_ptr<Pending>& pending);
    void cancel(const std::string& reason = {});
    void accept(InvitationAcceptOptions options, const std::shared_ptr<Pending>& pending);
    void progress(InvitationProgressOptions options, const std::shared_ptr<Pending>& pending);
    void reject(InvitationRejectOptions options);
    void reject(int status, const std::string& phrase = {}) { reject({.status = status, .phrase = phrase}); }
    void bye(const std::shared_ptr<Pending>& pending, const HeaderList& headers = {});
    void reinvite(SessionInviteOptions options, const std::shared_ptr<Pending>& pending);
    /// False when it cannot begin now.
    bool reinvite(const SessionInviteOptions& options);
    void update(const std::shared_ptr<Pending>& pending);
    void refer(const std::string& target, ReferOptions options, const std::shared_ptr<Pending>& pending);
    void refer(const SessionImpl& other, ReferOptions options, const std::shared_ptr<Pending>& pending);
    /// What becomes of this call is told to whoever asked for it.
    void follow(std::shared_ptr<ReferralImpl> referral) { referral_ = std::move(referral); }
    /// In whose place this call comes.
    void replace(const std::shared_ptr<SessionImpl>& other) { replacee_ = other; }
    void send(std::string method, const Body& body, const HeaderList& headers, const std::shared_ptr<Pending>& pending);
    void send_dtmf(std::string tones, DtmfOptions options, const std::shared_ptr<Pending>& pending);
    void wait_for_end(const std::shared_ptr<Pending>& pending);
    /// CANCEL, 480 or BYE; nothing when it is over or has not begun.
    void end_by_state();
    /// The handle is gone.
    void dispose();
    /// Ends it at once; false when there was nothing to end.
    bool abort();
    /// The clocks that end an unanswered call.
    void watch();
    /// The program hears of the call, after 180, or the caller is refused.
    void identified(IdentityVerdict verdict, const std::optional<Passport>& passport);
    [[nodiscard]] const std::optional<Passport>& identity() const noexcept;

    // What sipdialog says.
    void authorize(sipdialog::SendRequest& output);
    void on(sipdialog::DescriptionWanted& output);
    void on(sipdialog::Rollback& output);
    void on(sipdialog::Progressed& output);
    void on(sipdialog::ProgressDone& output);
    void on(sipdialog::Established& output);
    void on(sipdialog::Acknowledged& output);
    void on(sipdialog::Challenged& output);
    void on(sipdialog::Reinvited& output);
    void on(sipdialog::PeerReinvited& output);
    void on(sipdialog::RequestInDialog& output);
    void on(sipdialog::ResponseInDialog& output);
    void on(sipdialog::Ended& output);

private:
    /// Hears nothing; all sessions share it.
    [[nodiscard]] static const std::shared_ptr<SessionDelegate>& nobody();
    void enter(SessionState state);
    void modify_by(std::optional<Modifiers> given);
    void ring();
    void send_invite();
    [[nodiscard]] OpenRequest& open_request(sipdialog::RequestId id);
    [[nodiscard]] bool is_open(sipdialog::RequestId id) const noexcept;
    void learn(const sipmsg::MessagePtr& response);
    [[nodiscard]] std::shared_ptr<Pending> close_request(sipdialog::RequestId id);
    /// Those that nobody waits for: INVITE, UPDATE and PRACK, whose end sipdialog tells otherwise.
    void forget_exchanges();
    [[nodiscard]] bool answer(const sipdialog::Challenged& output);
    void note_identity(const sipmsg::Message& message);
    /// Goes on with the next Contact of a 3xx; false when there is none.
    [[nodiscard]] bool follow_redirect(const sipdialog::Ended& output);
    void end_replacee();
    void referred(const std::shared_ptr<ReferralImpl>& referral);
    void terminate(SessionEnd end, std::error_code error);
    [[nodiscard]] std::error_code invite_error(const sipdialog::Ended& output) const;
    void start(siptxn::TimerId& timer, Duration delay, void (SessionImpl::*action)());
    void stop_timers();
    void on_ring_timeout() { cancel(); }
    void on_no_answer() { reject(480); }
    void on_expired() { reject(487); }  // RFC 3261 §13.3.1

    // session_dtmf.cpp
    void begin_dtmf();
    void next_dtmf_info();
    void end_dtmf();
    void end_dtmf(std::error_code error);
    void drop_dtmf();
    void hear_dtmf(const Dtmf& dtmf);
    [[nodiscard]] bool take_dtmf_info(const sipmsg::Message& request, Responder& responder);

    // session_trickle.cpp
    void note_recv_info(const sipmsg::Message& message);
    void trickle(sipdialog::TrickleMachine::Event event);
    void send_fragment();
    [[nodiscard]] bool take_fragment_info(const sipmsg::Message& request, Responder& responder);

    // session_media.cpp
    using Handler = std::shared_ptr<SessionDescriptionHandler>;
    [[nodiscard]] Handler& handler_of(const std::string& remote_tag);
    [[nodiscard]] Handler media(const std::string& remote_tag);
    [[nodiscard]] Handler make_handler();
    [[nodiscard]] std::string listening_address() const;
    void adopt_handler(const std::string& remote_tag);
    void close_handlers();
    void describe(const sipdialog::DescriptionWanted& output);
    template <class Work>
    void contain(sipdialog::DescriptionId id, Work work);
    /// `held`: by the offer that is answered.
    void get_description(sipdialog::DescriptionId id, const Handler& handler, const DescriptionOptions& options,
                         std::optional<bool> held = std::nullopt);
    /// What the peer's description says of hold; nothing when it says nothing.
    [[nodiscard]] static std::optional<bool> held_by(const Body& remote);
    void note_held(std::optional<bool> held);
    void media_failed(const SessionDescriptionHandler* handler, std::error_code error);
    /// A re-INVITE of ours that offers one.
    [[nodiscard]] Exchanges::Begin fresh_path();
    [[nodiscard]] static HeaderList media_lost();
    void described(sipdialog::DescriptionId id, std::expected<Body, std::error_code> result);

    std::shared_ptr<Agent> agent_;
    bool outgoing_;
    sipdialog::SessionId id_ = sipdialog::SessionId::none;
    siptxn::IpAddress local_ip_;                                        ///< incoming: where the INVITE came to
    std::unique_ptr<CallSetup> setup_ = std::make_unique<CallSetup>();  ///< null when the call stands or is over
    std::unique_ptr<CallNames> names_;                                  ///< outgoing
    SessionState state_ = SessionState::initial;
    Emitter<SessionState> state_change_;
    std::shared_ptr<SessionDelegate> delegate_ = nobody();  ///< pinned by a copy while one of its members runs
    std::shared_ptr<SessionDescriptionHandler> handler_;
    std::string asserted_identity_;
    std::unique_ptr<const std::optional<Passport>> identity_;  ///< most calls have none
    CallRecord record_;
    sipmsg::MessagePtr request_;   ///< incoming: the INVITE
    sipmsg::MessagePtr response_;  ///< outgoing: the final one
    std::optional<SessionEnd> end_;
    bool held_ = false;
    bool held_by_peer_ = false;
    bool muted_ = false;
    bool hold_wanted_ = false;
    bool restart_wanted_ = false;                 // the re-INVITE under way offers a fresh media path
    std::unique_ptr<const Modifiers> modifiers_;  ///< null: none
    bool cancelled_ = false;
    Exchanges exchanges_;
    std::vector<std::shared_ptr<Pending>> progressing_;  ///< one for each ProgressDone to come
    std::vector<std::shared_ptr<Pending>> ending_;
    std::vector<DtmfJob> dtmf_;  ///< the first is being sent
    siptxn::TimerId dtmf_timer_ = siptxn::TimerId::none;
    sipdialog::TrickleMachine trickle_;
    bool peer_takes_fragments_ = false;  ///< by its last Recv-Info
    std::vector<OpenRequest> requests_;
    std::unique_ptr<Referrals> referrals_;    ///< few calls have any
    std::shared_ptr<ReferralImpl> referral_;  ///< that this call was made for
    std::weak_ptr<SessionImpl> replacee_;
};

}  // namespace sipua
