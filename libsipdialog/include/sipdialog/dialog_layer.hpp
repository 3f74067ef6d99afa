// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/dialog_id.hpp>
#include <sipdialog/opening.hpp>
#include <sipdialog/output.hpp>
#include <sipdialog/reliability.hpp>
#include <sipdialog/session_timer.hpp>

#include <siptxn/identifiers.hpp>
#include <siptxn/time.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sipdialog {

/// A session as the program wants to begin it.
struct InviteOptions : Opening {
    bool without_offer = false;  ///< let the peer offer: in a reliable provisional response or in its 2xx
    /// What the INVITE says of reliable provisional responses (RFC 3262 §4). They get their PRACK whatever stands here.
    Reliability reliability = Reliability::none;
    bool early_media = false;  ///< apply the answer of a provisional response at once, not with the 2xx
    /// With early_media: the PRACK that acknowledges that answer carries a new offer, as to settle for one format (RFC
    /// 3262 §5). It waits for both descriptions. Reinvited tells how the exchange went; when the 2xx is faster, a
    /// re-INVITE carries the offer.
    bool offer_in_prack = false;
};

/// A provisional response.
struct ProgressOptions {
    int status = 180;  ///< 100..199; 199 carries no description, and goes only to a caller that knows it (RFC 6228 §5)
    HeaderList headers = {};
    SharedHeaders common_headers = {};  ///< before those; may be null
    siptxn::LocalContact contact = {};
    Body body = {};  ///< a description the program has made by itself; what is no description goes along as it is
    std::string phrase = {};  ///< empty: the status's own
    /// Repeated until its PRACK, when the caller can do that. A caller that requires it has it whatever stands here
    /// (RFC 3262 §3). A reliable response asks for a description, unless the session has been described.
    bool reliable = false;
    bool describe = false;  ///< an unreliable one asks for the answer too (early media)
};

/// The session of a dialog that a request names from outside.
struct NamedDialog {
    int refusal = 0;  ///< the final status the request gets; 0: none
    SessionId session = SessionId::none;
    bool early = false;  ///< our INVITE has no final answer yet
};

/// Why a text is no snapshot that can be taken up.
struct SnapshotError {
    std::size_t line = 0;  ///< from 1; 0: the text as a whole
    std::string reason;    ///< "target: expected a SIP URI"
};

struct DialogLimits {
    std::size_t sessions = 16'384;  ///< that stand or are set up, of both sides; an INVITE above it gets 503
    /// Of DialogLayer::lingering(). Above it INVITEs get 503 too: what calls of no length can hold has an end.
    std::size_t ended_sessions = 65'536;
    std::size_t early_dialogs = 16;  ///< of one INVITE; further ones are ACKed and BYEd when they answer
    std::size_t open_requests =
        64;  ///< RequestInDialog of one session that respond() has not answered; further ones get 500
};

struct DialogOptions {
    siptxn::Timers timers;
    DialogLimits limits = {};
    SessionTimerOptions session_timer = {};  ///< refreshed and ended by itself; Reinvited tells of its re-INVITEs too
    /// The program meets preconditions by itself (RFC 3312). Else a request that requires them gets 420, an offer whose
    /// mandatory ones are not met 580, and such an offer in a response BYE with that reason.
    bool preconditions = false;
};

/// Dialogs and INVITE sessions by RFC 3261 §12..§15 from both sides, offer/answer included. Pure: a value that is
/// changed and then drained by poll(). Stands beside a siptxn::TransactionLayer: it takes that layer's events and
/// yields its inputs. Knows no sockets, clocks, media or users.
class DialogLayer {
public:
    DialogLayer(const DialogOptions& options, siptxn::RandomSource random);
    ~DialogLayer();
    DialogLayer(const DialogLayer&) = delete;
    DialogLayer& operator=(const DialogLayer&) = delete;

    // Outgoing sessions.

    /// Asks for an offer (unless without_offer), then sends the INVITE. Above the limit of sessions Ended (no_answer,
    /// 503) follows at once. Throws std::invalid_argument for CR, LF or NUL in an option, as all functions here that
    /// take text.
    SessionId invite(InviteOptions options, siptxn::TimePoint now);
    /// Before the 2xx: CANCEL, when and if RFC 3261 §9.1 allows; a 2xx that crosses it is ACKed and BYEd. Ended comes
    /// at the latest 64*T1 later.
    void cancel(SessionId session, siptxn::TimePoint now, std::string reason = {});

    // Incoming sessions.

    /// Sends 100..199, with a dialog-creating tag and Contact above 100. ProgressDone follows: at once, or with the
    /// PRACK of a reliable one. False, and nothing begun, while another one is under way, and when the INVITE has its
    /// final response.
    bool progress(SessionId session, ProgressOptions options, siptxn::TimePoint now);
    /// Asks for the answer (or the offer, when the INVITE had none), then sends 200 and repeats it until the ACK.
    /// Waits for the PRACK of a reliable provisional response (RFC 3262 §3, §5). `common_headers` come before
    /// `headers`.
    void accept(SessionId session, siptxn::TimePoint now, const siptxn::LocalContact& contact, HeaderList headers = {},
                int status = 200, SharedHeaders common_headers = {});
    /// Sends a final 300..699.
    void reject(SessionId session, int status, siptxn::TimePoint now, const HeaderList& headers = {},
                std::string phrase = {}, Body body = {});

    // Established sessions.

    /// Sends BYE; after our unacknowledged 2xx it waits for the ACK or 64*T1 (RFC 3261 §15). Ended comes with the
    /// answer to the BYE.
    void bye(SessionId session, siptxn::TimePoint now, const HeaderList& headers = {});
    /// False, and nothing begun, while another offer/answer exchange is open. Ends with Reinvited. A 491 is retried
    /// once by itself (RFC 3261 §14.1).
    bool reinvite(SessionId session, siptxn::TimePoint now, const HeaderList& headers = {}, bool without_offer = false);
    /// An UPDATE with an offer, on the confirmed dialog or on an early one whose first offer has been answered reliably
    /// (RFC 3311 §5.1; on ours with InviteOptions::early_media). False, and nothing begun, while that is not so, while
    /// another exchange is open, or when the peer's Allow does not name UPDATE. Else as reinvite().
    bool update(SessionId session, siptxn::TimePoint now, const HeaderList& headers = {});
    /// A request inside the dialog that is no INVITE, BYE, ACK, CANCEL. Ends with ResponseInDialog. `none` when there
    /// is no confirmed dialog; after the session's end only NOTIFY and SUBSCRIBE of a REFER that lives on are sent.
    RequestId request(SessionId session, std::string method, const Body& body, siptxn::TimePoint now,
                      const HeaderList& headers = {});
    /// Answers a RequestInDialog.
    void respond(SessionId session, siptxn::ServerId transaction, int status, siptxn::TimePoint now,
                 const HeaderList& headers = {}, const Body& body = {});

    /// Whatever state it is in, ends it: CANCEL, a final 480, or BYE. Ended follows (cause aborted).
    void abort(SessionId session, siptxn::TimePoint now);

    // Answers to what poll() yielded.

    void sent(RequestId request, siptxn::ClientId transaction);
    /// The body asked for by DescriptionWanted (ignored for `apply`), or the status that says why not (488, 415, 500
    /// ...). Unknown ids are ignored.
    void described(DescriptionId id, std::expected<Body, int> result, siptxn::TimePoint now);
    /// Sends the challenged request again with these headers added, in a new transaction with the next CSeq.
    void retry(RequestId request, const HeaderList& credentials, siptxn::TimePoint now);
    /// Takes the 401 or 407 as final.
    void give_up(RequestId request, siptxn::TimePoint now);

    // What the transaction layer reports.

    /// True when the event belonged to a session here (or began one): the user need not look at it. A request with a To
    /// tag that matches no dialog is not taken: answering 481 is the user's, since other usages may know it.
    bool handle(const siptxn::Event& event, siptxn::TimePoint now);

    void expire(siptxn::TimePoint now);
    [[nodiscard]] std::optional<siptxn::TimePoint> next_expiry() const;
    [[nodiscard]] std::optional<Output> poll();
    /// The same without taking it out: nullptr when there is none. It stands there until the next poll() or next().
    [[nodiscard]] Output* next();

    /// Those whose Ended has not come.
    [[nodiscard]] std::size_t sessions() const noexcept;
    /// Those whose Ended has come, kept while a transaction of theirs lives: a late 2xx is still ACKed and BYEd. None
    /// longer than 128*T1 + T4, or than the subscriptions of its REFERs: 180 s, unless their NOTIFYs say more (an hour
    /// at most).
    [[nodiscard]] std::size_t lingering() const noexcept;
    /// INVITEs that got 503 because DialogLimits were reached, since the layer was made.
    [[nodiscard]] std::uint64_t refused() const noexcept;
    /// Call-ID, local tag, remote tag of the confirmed dialog; nullopt before there is one.
    struct Identity {
        std::string call_id, local_tag, remote_tag, remote_target;
    };
    [[nodiscard]] std::optional<Identity> identity(SessionId session) const;

    // For another process: after a crash of this one, or in its place.

    /// An established session in which nothing is open, as text: identifiers, route set, targets, sequence numbers,
    /// session timer, Contact and the headers of its requests. No flow, no descriptions, and no secret: credentials
    /// among the headers are left out. nullopt while a request or an exchange is open.
    [[nodiscard]] std::optional<std::string> snapshot(SessionId session, siptxn::TimePoint now) const;
    /// Takes a session up again, `age` after its snapshot was made; no output tells of it. Refused, and nothing begun,
    /// when the text is damaged, of another version, or names a dialog that is here.
    [[nodiscard]] std::expected<SessionId, SnapshotError> restore(std::string_view snapshot, siptxn::TimePoint now,
                                                                  siptxn::Duration age = {});

    /// What Replaces of an INVITE means here, which may then be accepted instead of that session (RFC 3891 §3). Without
    /// the header: no refusal, no session.
    [[nodiscard]] NamedDialog replaced_by(const sipmsg::MessageView& invite) const;
    /// The same for Join (RFC 3911 §4).
    [[nodiscard]] NamedDialog joined_by(const sipmsg::MessageView& invite) const;
    /// Whose dialog that is, early or confirmed (RFC 4538 §4: proof enough for a request with Target-Dialog).
    [[nodiscard]] SessionId find_dialog(const DialogId& id) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sipdialog
