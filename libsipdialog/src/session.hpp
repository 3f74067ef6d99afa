// SPDX-License-Identifier: MIT
#pragma once

#include "answer.hpp"
#include "prack_machine.hpp"
#include "progress_machine.hpp"
#include "reinvite_machine.hpp"
#include "seldom.hpp"
#include "session_machine.hpp"

#include <sipdialog/dialog.hpp>
#include <sipdialog/dialog_layer.hpp>
#include <sipdialog/offer_answer.hpp>
#include <sipdialog/repeated_response.hpp>
#include <sipdialog/session_timer.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipdialog {

using siptxn::TimePoint;

struct Session;

/// How requests inside the dialog travel, which many sessions have in common: flow and Contact.
using SharedRouting = std::shared_ptr<const siptxn::SendOptions>;

/// What a description was asked for.
enum class Asked : std::uint8_t {
    invite_offer,    ///< for our INVITE
    invite_settled,  ///< the 2xx to our INVITE: apply its answer, or answer its offer
    early_answer,    ///< apply the answer of a 1xx
    prack,           ///< for our PRACK
    peer_update,     ///< for our 200 to an UPDATE
    accept,          ///< for our 2xx
    progress,        ///< for our 1xx
    prack_answer,    ///< apply the answer of a PRACK
    prack_offer,     ///< for our 200 to a PRACK
    ack_answer,      ///< apply the answer of an ACK
    reinvite_offer,
    reinvite_settled,
    peer_reinvite,  ///< for our 2xx to a re-INVITE
};

struct Question {
    DescriptionId id;
    Asked asked;
};

/// Offer and answer as one dialog stands with them. Forks of an INVITE begin with a copy of what it offered.
struct Exchange {
    OfferAnswer descriptions;
    std::optional<Question> question;
};

/// One dialog of a session: an outgoing INVITE has one for each To tag that answered.
struct Leg {
    Dialog dialog;
    Exchange exchange = {};
    bool answered = false;              ///< its 2xx has come
    bool left = false;                  ///< the peer said BYE while it was early
    bool terminated = false;            ///< a 199 has ended it; only a 2xx makes it anew (RFC 6228 §4)
    int failed = 0;                     ///< the status that says why its offer has no answer
    std::unique_ptr<Body> early = {};   ///< the first description of a 1xx: it is the answer (RFC 3261 §13.2.1)
    std::unique_ptr<SendAck> ack = {};  ///< sent again for each copy of the 2xx
    bool allows_update = false;         ///< the peer's Allow says so (RFC 3311 §4)
    PrackMachine prack = {};
    sipmsg::MessagePtr reliable = {};  ///< the last reliable response that was taken
};

/// An INVITE of the peer: the first one, or a re-INVITE.
struct IncomingInvite {
    siptxn::ServerId server;
    sipmsg::MessagePtr request;
    siptxn::Flow flow;
    bool initial;
    std::uint32_t cseq;
    bool wants_secure_contact;  ///< of ours (RFC 3261 §12.1.1)
    bool describes;             ///< it carries a session description
    int status = 200;           ///< of the 2xx
    SharedHeaders common;       ///< headers of the 2xx, before
    HeaderList headers;         ///< those of the final response
    std::string phrase;
    Body refusal;                              ///< what goes with a final refusal
    Body early;                                ///< a description already sent in a 1xx: the 2xx repeats it
    std::optional<sipmsg::Message> response;   ///< the 2xx
    std::optional<RepeatedResponse> accepted;  ///< its clock
};

/// An UPDATE of the peer whose offer is being answered.
struct PeerUpdate {
    siptxn::RequestReceived event;
    std::size_t leg;
};

/// What carries an offer of ours after the first. Only INVITE has an ACK; the others may come early, and PRACK
/// refreshes neither target nor timer.
enum class Carrier : std::uint8_t { invite, update, prack };

/// Our re-INVITE, or our UPDATE or PRACK that offers.
struct Reinvite {
    ReinviteMachine machine;
    Carrier carrier = Carrier::invite;
    std::size_t leg = 0;
    HeaderList headers;
    bool without_offer = false;
    bool retried = false;  ///< a 491 has been met already
    RequestId request = RequestId::none;
    std::optional<TimePoint> due;  ///< waiting: not before
    Answer answer;
};

/// A provisional response of ours, as long as it is under way. RFC 3262 §3.
struct Progress {
    ProgressMachine machine;
    std::optional<ProgressOptions> options;
    bool reliable = false;
    std::uint32_t rseq = 0;                 ///< of the last reliable one; 0: none yet
    sipmsg::MessagePtr response;            ///< the reliable one that is repeated
    std::optional<RepeatedResponse> clock;  ///< its clock
    siptxn::ServerId prack_server = siptxn::ServerId::none;
    sipmsg::MessagePtr prack;
    int status = 0;           ///< how it went
    bool late_prack = false;  ///< the INVITE has its final response, but that PRACK has not come yet
};

/// What a REFER inside the session began. It shares the dialog and may outlive the session (RFC 5057 §4.2, §5.3).
struct ReferUsage {
    std::uint32_t cseq;  ///< of the REFER
    bool ours;           ///< we sent it, so the NOTIFYs come to us
    bool first;          ///< of its side: NOTIFYs may leave the id out (RFC 3515 §2.4.6)
    TimePoint until;
};

/// Of a 422 (RFC 4028 §6).
[[nodiscard]] HeaderList min_se_header(seconds value);

/// What the peer's Allow says of UPDATE is kept (RFC 3311 §4).
void note_allow(Leg& leg, const sipmsg::MessageView& message);

/// Whether a NOTIFY or SUBSCRIBE of the peer's (or of ours, `sent`) is part of what a REFER of this session began.
[[nodiscard]] bool belongs_to_usage(Session& s, const sipmsg::MessageView& request, bool sent);

struct Why {
    EndCause cause;
    int status;
    sipmsg::MessagePtr message;
    std::error_code error = {};
};

/// What is under way in a session that does not merely stand.
struct Work {
    Exchange opening;  ///< of our INVITE, before it has a dialog
    Body ready;        ///< the description that goes out next
    Progress progress;
    Reinvite reinvite;
    std::optional<PeerUpdate> peer_update;
    std::string cancel_reason;
    std::optional<TimePoint> cancel_deadline;
    HeaderList bye_headers;
    sipmsg::MessagePtr answer;  ///< the 2xx that won, or the ACK whose answer is being applied

    /// The INVITE is answered: nothing is left to do.
    [[nodiscard]] bool is_done() const {
        return ready.empty() && !answer && progress.machine.is_idle() && !progress.late_prack && !peer_update &&
               reinvite.machine.state() == ReinviteMachine::State::idle;
    }
};

/// One session. What only its INVITE or an exchange needs stands behind pointers and goes with them: most sessions of
/// an agent merely stand.
struct Session {
    Session(SessionId session, bool is_outgoing) : id(session), outgoing(is_outgoing), machine(is_outgoing) {}

    SessionId id;
    bool outgoing;
    SessionMachine machine;
    std::optional<Why> why;
    Seldom<Work> work;

    SharedHeaders common_headers;
    SharedRouting routing;  ///< of everything inside the dialog
    siptxn::Flow flow;      ///< the INVITE or its 2xx came on it

    std::vector<Leg> legs;
    std::optional<std::size_t> main;  ///< the confirmed one; incoming: the only one

    std::unique_ptr<InviteOptions> invite;  ///< outgoing
    RequestId invite_request = RequestId::none;
    bool offered = false;                   ///< our INVITE carried an offer
    std::optional<TimePoint> copies_until;  ///< of the 2xx: 64*T1 from the first

    std::unique_ptr<IncomingInvite> incoming;
    SessionTimer timer;
    seconds min_se{90};  ///< the longest that any 422 asked for (RFC 4028 §7.4)
    std::map<siptxn::ServerId, sipmsg::MessagePtr> asked_of_user;  ///< requests inside the dialog without final answer
    std::vector<ReferUsage> usages;

    std::vector<RequestId> requests;    ///< of ours, their transactions alive
    std::optional<TimePoint> linger;    ///< ended: forgotten at the latest now
    std::optional<TimePoint> deadline;  ///< as it stands in Layer::deadlines_

    [[nodiscard]] SessionMachine::State state() const noexcept { return machine.state(); }
    [[nodiscard]] bool is_ended() const noexcept { return state() == SessionMachine::State::ended; }
    [[nodiscard]] Leg* find_leg(std::string_view remote_tag) {
        for (auto& leg : legs)
            if (leg.dialog.id().remote_tag == remote_tag) return &leg;
        return nullptr;
    }
    [[nodiscard]] Exchange& exchange() { return main ? legs[*main].exchange : work.own().opening; }
    [[nodiscard]] const Exchange& exchange() const { return main ? legs[*main].exchange : work->opening; }
    [[nodiscard]] OfferAnswer& descriptions() { return exchange().descriptions; }
    [[nodiscard]] const OfferAnswer& descriptions() const { return exchange().descriptions; }
    [[nodiscard]] const std::optional<Question>& question() const { return exchange().question; }
    [[nodiscard]] Leg& main_leg() { return legs[*main]; }
    [[nodiscard]] Dialog& dialog() { return main_leg().dialog; }
    /// Neither ending nor ended.
    [[nodiscard]] bool is_live() const {
        switch (state()) {
            case SessionMachine::State::calling:
            case SessionMachine::State::answering:
            case SessionMachine::State::ringing:
            case SessionMachine::State::accepting:
            case SessionMachine::State::confirmed: return true;
            default: return false;
        }
    }
    /// A re-INVITE of ours is under way, not merely held back.
    [[nodiscard]] bool is_reinviting() const {
        auto at = work->reinvite.machine.state();
        return at != ReinviteMachine::State::idle && at != ReinviteMachine::State::waiting;
    }
    [[nodiscard]] bool is_main(const Leg& leg) const { return main && &leg == &legs[*main]; }
    /// The 2xx of the INVITE that began the session waits for its ACK.
    [[nodiscard]] bool awaits_first_ack() const {
        return incoming && incoming->initial && incoming->accepted && incoming->accepted->is_open();
    }
};

}  // namespace sipdialog
