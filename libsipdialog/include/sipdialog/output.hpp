// SPDX-License-Identifier: MIT
#pragma once

// What DialogLayer::poll() yields: work for the transaction layer, questions for the media side, and news for the user.

#include <siptxn/output.hpp>
#include <siptxn/transaction_layer.hpp>

#include <sipmsg/message.hpp>

#include <cstdint>
#include <string>
#include <system_error>
#include <variant>

namespace sipdialog {

/// One INVITE-initiated session: the INVITE, its dialogs (several while it forks), and what follows until BYE. Never
/// used again.
enum class SessionId : std::uint64_t { none = 0 };
/// A request this layer wants sent, over all its attempts (challenges, 491). Never used again.
enum class RequestId : std::uint64_t { none = 0 };
/// A question to the media side. Never used again.
enum class DescriptionId : std::uint64_t { none = 0 };

/// A message body with what its headers say of it.
struct Body {
    std::string content_type;  ///< "application/sdp"; empty: no body
    std::string content;
    [[nodiscard]] bool empty() const noexcept { return content_type.empty() && content.empty(); }
};

// Work for the transaction layer.

/// Give it to TransactionLayer::send() and tell DialogLayer::sent() the id that came back.
struct SendRequest {
    RequestId id;
    SessionId session;
    sipmsg::Message request;
    siptxn::SendOptions options;
};
/// An ACK to a 2xx, for TransactionLayer::send_stateless().
struct SendAck {
    sipmsg::Message request;
    siptxn::SendOptions options;
};
struct CancelRequest {
    siptxn::ClientId transaction;
    std::string reason;  ///< a Reason value, or empty
};
struct Respond {
    siptxn::ServerId transaction;
    sipmsg::Message response;
};

// Questions for the media side, answered by DialogLayer::described() with the same id.

enum class DescriptionKind : std::uint8_t {
    offer,   ///< make an offer
    answer,  ///< here is the peer's offer: make the answer
    apply,   ///< here is the peer's answer to our offer: apply it; the result's body is ignored
};
struct DescriptionWanted {
    DescriptionId id;
    SessionId session;
    DescriptionKind kind;
    std::string remote_tag;  ///< whose it is, of the early dialogs of a forked INVITE; empty: our INVITE's own
    Body remote;             ///< answer, apply: the peer's description
    bool initial;            ///< belongs to the session's first offer/answer exchange; else a re-negotiation
    bool ours;               ///< belongs to an INVITE of ours; else of the peer
};
/// The offer/answer exchange begun by a description failed (a re-INVITE was refused): go back to the last agreed state.
struct Rollback {
    SessionId session;
    std::string remote_tag;  ///< as in DescriptionWanted
};
/// Nobody waits for that description any more (the call was cancelled): its result will be ignored.
struct DescriptionDropped {
    DescriptionId id;
};

// News for the user.

/// An INVITE outside a dialog that passed this layer's checks. Answer with progress(), accept() or reject().
struct Invited {
    SessionId session;
    sipmsg::MessagePtr request;
    siptxn::Flow flow;
};
/// A 101..199 to our INVITE. A 199 says that the early dialog of its To tag is over (RFC 6228 §4): questions of its
/// descriptions are dropped, and its media may be let go.
struct Progressed {
    SessionId session;
    sipmsg::MessagePtr response;
};
/// Our provisional response is done with: an unreliable one has been sent, a reliable one has its PRACK and what that
/// carried is dealt with. `status` 200: so it went. Else why not: the media side's status, 504 (no PRACK for 64*T1, RFC
/// 3262 §3), 488 (a PRACK without the answer to our offer), 487 (the INVITE had its final response before).
struct ProgressDone {
    SessionId session;
    int status;
    sipmsg::MessagePtr prack;  ///< null without one
};
/// The session is confirmed: our INVITE got its 2xx (which has been ACKed and whose description is applied), or our 2xx
/// has been sent.
struct Established {
    SessionId session;
    sipmsg::MessagePtr response;  ///< outgoing calls: the 2xx; null otherwise
};
/// The ACK of our 2xx (of INVITE or re-INVITE) has come, and the description it may carry is applied. `request` is the
/// re-INVITE that stood for a lost ACK.
struct Acknowledged {
    SessionId session;
    sipmsg::MessagePtr request;
};
/// 401 or 407 to a request of this layer: answer with retry() or give_up().
struct Challenged {
    RequestId id;
    SessionId session;
    sipmsg::MessagePtr response;
    sipmsg::MessagePtr request;  ///< as it was sent, without Via
};
/// Our re-INVITE, or our UPDATE with an offer, is over. `status` 2xx: agreed. Anything else: refused, and rolled back.
struct Reinvited {
    SessionId session;
    int status;
    sipmsg::MessagePtr
        response;           ///< null when none came (408, 503), the session ended first (487), or media failed here
    std::error_code error;  ///< why none came
};
/// The peer's re-INVITE, or its UPDATE with an offer, has been answered with `status`.
struct PeerReinvited {
    SessionId session;
    int status;
    sipmsg::MessagePtr request;
};
/// Any other request inside the dialog (INFO, MESSAGE, NOTIFY, REFER, OPTIONS ...): answer with DialogLayer::respond().
struct RequestInDialog {
    SessionId session;
    siptxn::ServerId transaction;
    sipmsg::MessagePtr request;
};
/// A final answer to DialogLayer::request(); `response` is null when none came: `status` is 408 or 503, or 487 when the
/// session ended first.
struct ResponseInDialog {
    SessionId session;
    RequestId id;
    int status;
    sipmsg::MessagePtr response;
    std::error_code error;  ///< why none came; none when the session ended first
};

enum class EndCause : std::uint8_t {
    refused,       ///< our INVITE got a final 3xx..6xx: `message` is the response
    no_answer,     ///< our INVITE got none: `status` is 408 or 503, `error` says why
    canceled,      ///< we cancelled our INVITE, or the peer its own
    rejected,      ///< we refused the peer's INVITE
    local_bye,     ///< bye()
    remote_bye,    ///< `message` is the BYE
    no_prack,      ///< our reliable provisional response was never acknowledged (RFC 3262 §3): the INVITE got 504
    no_ack,        ///< our 2xx was never acknowledged (RFC 3261 §13.3.1.4): BYE was sent
    dialog_gone,   ///< 481 or 408 to a request inside the dialog (RFC 5057 §5.1, RFC 3261 §12.2.1.2)
    expired,       ///< the session timer ran out without a refresh (RFC 4028 §10): BYE was sent
    media_failed,  ///< a description could not be made or applied: BYE was sent, or 488 and the like
    aborted,       ///< abort()
};
/// The session is over. Comes exactly once for each session, as its last news; only what a REFER inside it began goes
/// on in its dialog: NOTIFYs come as RequestInDialog, and request() sends ours (RFC 5057 §5.3).
struct Ended {
    SessionId session;
    EndCause cause;
    int status;                  ///< the SIP status that says it best
    sipmsg::MessagePtr message;  ///< the response, BYE or CANCEL it came from; may be null
    std::error_code error;       ///< why a request had no answer, siptxn::Errc::overloaded above our own limit
};

using Output = std::variant<SendRequest, SendAck, CancelRequest, Respond, DescriptionWanted, Rollback,
                            DescriptionDropped, Invited, Progressed, ProgressDone, Established, Acknowledged,
                            Challenged, Reinvited, PeerReinvited, RequestInDialog, ResponseInDialog, Ended>;

[[nodiscard]] std::string_view to_string(EndCause cause) noexcept;

}  // namespace sipdialog
