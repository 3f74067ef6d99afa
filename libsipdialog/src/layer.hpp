// SPDX-License-Identifier: MIT
#pragma once

#include "dialog_table.hpp"
#include "session.hpp"

#include <siptxn/identifiers.hpp>
#include <siptxn/output_queue.hpp>

#include <algorithm>
#include <memory>
#include <ranges>
#include <set>
#include <unordered_map>

namespace sipdialog {

/// What DialogLayer hides. One file a chapter: layer.cpp (entry, events, time), requests.cpp (ours, over their
/// attempts), uac_session.cpp (RFC 3261 §13.2), uac_progress.cpp (RFC 3262 §4),
/// uas_session.cpp (RFC 3261 §13.3), uas_progress.cpp (RFC 3262 §3), in_dialog.cpp (§12.2), reinvite.cpp (§14.1),
/// peer_reinvite.cpp (§14.2), peer_update.cpp (RFC 3311 §5.2), refreshing.cpp (RFC 4028), descriptions.cpp
/// (offer/answer), preconditions.cpp (RFC 3312), ending.cpp (§15), usages.cpp (RFC 5057), named_dialog.cpp (RFC 3891),
/// snapshot.cpp.
class Layer {
public:
    Layer(const DialogOptions& options, siptxn::RandomSource random)
        : options_(options), identifiers_(std::move(random)) {}

    // The user's wishes: see DialogLayer.
    SessionId invite(InviteOptions options, TimePoint now);
    void cancel(SessionId session, TimePoint now, std::string reason);
    bool progress(SessionId session, ProgressOptions&& options, TimePoint now);
    void accept(SessionId session, TimePoint now, const siptxn::LocalContact& contact, HeaderList headers, int status,
                SharedHeaders common);
    void reject(SessionId session, int status, TimePoint now, const HeaderList& headers, std::string phrase, Body body);
    void bye(SessionId session, TimePoint now, const HeaderList& headers);
    bool reinvite(SessionId session, TimePoint now, const HeaderList& headers, bool without_offer);
    bool update(SessionId session, TimePoint now, const HeaderList& headers);
    RequestId request(SessionId session, const std::string& method, const Body& body, TimePoint now,
                      const HeaderList& headers);
    void respond(SessionId session, siptxn::ServerId transaction, int status, TimePoint now, const HeaderList& headers,
                 const Body& body);
    void abort(SessionId session, TimePoint now);
    void sent(RequestId request, siptxn::ClientId transaction);
    void described(DescriptionId id, std::expected<Body, int> result, TimePoint now);
    void retry(RequestId request, const HeaderList& credentials, TimePoint now);
    void give_up(RequestId request, TimePoint now);

    bool handle(const siptxn::Event& event, TimePoint now);
    void expire(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_expiry() const;
    [[nodiscard]] std::optional<Output> poll() { return outputs_.pop(); }
    [[nodiscard]] Output* next() { return outputs_.next(); }
    [[nodiscard]] std::size_t sessions() const noexcept { return sessions_.size() - lingering_; }
    [[nodiscard]] std::size_t lingering() const noexcept { return lingering_; }
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }
    [[nodiscard]] bool is_full() const noexcept {
        return sessions() >= options_.limits.sessions || lingering_ >= options_.limits.ended_sessions;
    }
    [[nodiscard]] Session* find(SessionId id);
    [[nodiscard]] NamedDialog replaced_by(const sipmsg::MessageView& invite);
    [[nodiscard]] NamedDialog joined_by(const sipmsg::MessageView& invite);
    [[nodiscard]] SessionId find_dialog(const DialogId& id) const;
    [[nodiscard]] std::optional<std::string> snapshot(SessionId session, TimePoint now);
    [[nodiscard]] std::expected<SessionId, SnapshotError> restore(std::string_view text, TimePoint now,
                                                                  siptxn::Duration age);

private:
    enum class Purpose : std::uint8_t {
        invite,
        prack,
        reinvite,
        refresh,
        bye,
        dismiss,
        other
    };  // dismiss: a fork's BYE

    /// A request of ours over all its attempts.
    struct Request {
        RequestId id;
        SessionId session;
        Purpose purpose;
        std::string remote_tag;      // the leg; empty before there is one
        sipmsg::MessagePtr message;  // as last sent
        siptxn::SendOptions options;
        siptxn::ClientId transaction = siptxn::ClientId::none;  // the last attempt's, while it lives
        bool challenged = false;                                // waits for retry() or give_up()
        sipmsg::MessagePtr challenge;                           // the 401 or 407
        bool done = false;                                      // its outcome is known
        int raises = 0;                                         // a 422 asked for a longer interval, so often
        std::optional<SendAck> ack;                             // reinvite: for each copy of the 2xx
    };

    // layer.cpp
    template <class T>
    void emit(T&& output) {
        outputs_.push(std::forward<T>(output));
    }
    void respond(siptxn::ServerId transaction, sipmsg::Message&& response) {
        outputs_.push(std::in_place_type<Respond>, transaction, std::move(response));
    }
    Session& add_session(bool outgoing);
    /// Those of the session before, when they are the same.
    [[nodiscard]] SharedHeaders share(const HeaderList& headers);
    /// Of the headers of a 2xx, those that hold for the whole session.
    [[nodiscard]] SharedHeaders lasting(const SharedHeaders& common, const HeaderList& headers);
    [[nodiscard]] SharedRouting share(const std::optional<siptxn::Flow>& flow,
                                      const std::optional<siptxn::LocalContact>& contact);
    /// Every entry that may have changed a session ends with it: the session's next deadline, and its removal.
    void tidy(SessionId id);
    void fire(Session& s, SessionMachine::Event event, TimePoint now, std::optional<Why> why = std::nullopt);
    void expire(Session& s, TimePoint now);
    void expire_work(Session& s, TimePoint now);
    bool on(const siptxn::RequestReceived& event, TimePoint now);
    bool on(const siptxn::AckReceived& event, TimePoint now);
    bool on(const siptxn::CancelReceived& event, TimePoint now);
    bool on(const siptxn::ResponseReceived& event, TimePoint now);
    bool on(const siptxn::StrayResponse& event, TimePoint now);
    bool on(const siptxn::RequestFailed& event, TimePoint now);
    bool on(const siptxn::ResponseFailed& event, TimePoint now);
    bool on(const siptxn::ClientEnded& event, TimePoint now);
    bool on(const siptxn::ServerEnded& event, TimePoint now);
    bool on(const siptxn::FlowOpened&, TimePoint) { return false; }
    bool on(const siptxn::FlowClosed&, TimePoint) { return false; }

    // requests.cpp
    RequestId submit(Session& s, Purpose purpose, sipmsg::Message message, siptxn::SendOptions options,
                     std::string remote_tag);
    [[nodiscard]] siptxn::SendOptions options_inside(const Session& s, const Dialog& dialog, bool with_contact) const;
    [[nodiscard]] Request* find_request(RequestId id);
    [[nodiscard]] Request* find_request(siptxn::ClientId transaction);
    void erase(RequestId id);
    void on_final(Session& s, Request& r, const Answer& answer, const siptxn::Flow* flow, TimePoint now);
    [[nodiscard]] bool may_challenge(const Session& s, const Request& r) const;
    void send_again(Session& s, Request& r, sipmsg::Message message, TimePoint now);
    void conclude(Session& s, Request& r, const Answer& answer, TimePoint now);

    // uac_session.cpp
    void send_invite(Session& s);
    void on_success(Session& s, Request& r, const sipmsg::MessagePtr& response, const siptxn::Flow& flow,
                    TimePoint now);
    Leg* add_leg(Session& s, const Request& r, const sipmsg::Message& response, const siptxn::Flow& flow);
    /// The leg of a 2xx, and whether the 2xx had all it takes.
    std::pair<Leg*, bool> answered_leg(Session& s, const Request& r, const sipmsg::Message& response,
                                       const siptxn::Flow& flow);
    void begin_settling(Session& s, const sipmsg::MessagePtr& response, bool sound, TimePoint now);
    void acknowledge(Session& s, Leg& leg, const Body& answer = {});
    void dismiss(Session& s, Leg& leg);
    void send_cancel(Session& s, TimePoint now);
    /// No copy of a 2xx comes any more (RFC 3261 §13.2.2.4), whether or not its transaction could live so long.
    static void forget_invite(Session& s);

    // uac_progress.cpp
    void on_provisional(Session& s, Request& r, const sipmsg::MessagePtr& response, const siptxn::Flow& flow,
                        TimePoint now);
    void on_reliable(Session& s, std::size_t leg, Body description, TimePoint now);
    void end_early(Session& s, std::size_t leg, TimePoint now);
    [[nodiscard]] static bool offers_again(const Session& s, const Leg& leg, const Body& description);
    void offer_in_prack(Session& s, std::size_t leg, TimePoint now);
    void applied_early(Session& s, std::size_t leg, int status, TimePoint now);
    [[nodiscard]] static sipmsg::Message make_prack(Leg& leg);
    void take_early(Session& s, std::size_t leg, Body description);
    void apply_prack(Session& s, std::size_t leg, unsigned effects, const Body& answer, TimePoint now);
    void send_prack(Session& s, Leg& leg, const Body& answer);
    void lose_early(Session& s, std::size_t leg, Why why, TimePoint now);
    void settled_early(Session& s, std::size_t leg, int status, TimePoint now);

    // uas_session.cpp
    bool on_invite(const siptxn::RequestReceived& event, TimePoint now);
    /// `contact`: the URI in its Contact, when there is one.
    [[nodiscard]] static std::unique_ptr<IncomingInvite> incoming_of(const siptxn::RequestReceived& event, bool initial,
                                                                     std::string_view contact);
    [[nodiscard]] static DialogName origin_of(const Session& s);
    /// With the number: else all INVITEs of one Call-ID and tag would be looked through for each that comes.
    [[nodiscard]] static std::size_t key_of(const DialogName& origin, std::uint32_t cseq) noexcept {
        return origin.hash() * 31 + cseq;
    }
    /// It came over another way already (RFC 3261 §8.2.2.2).
    [[nodiscard]] bool is_merged(const DialogName& origin, std::uint32_t cseq) const;
    void forget_origin(Session& s);
    void refuse_invite(const siptxn::RequestReceived& event, int status, std::string_view phrase = {});
    void proceed_to_accept(Session& s, TimePoint now);
    [[nodiscard]] const std::string& contact_of(const Session& s);
    /// `room`: octets that are added to it.
    sipmsg::Message invite_response(Session& s, int status, std::string_view phrase = {}, std::size_t room = 0);
    void send_success(Session& s, TimePoint now);
    void send_refusal(Session& s);
    void on_ack(Session& s, const sipmsg::MessagePtr& ack, TimePoint now);
    void after_ack(Session& s, const sipmsg::MessagePtr& message, TimePoint now);

    // uas_progress.cpp
    void apply_progress(Session& s, unsigned effects, TimePoint now);
    void ask_for_progress(Session& s, TimePoint now);
    void send_progress(Session& s, TimePoint now);
    void on_prack(Session& s, const siptxn::RequestReceived& event, TimePoint now);
    [[nodiscard]] bool acknowledges(const Session& s, const sipmsg::Message& prack) const;

    // in_dialog.cpp
    bool on_request(Session& s, Leg& leg, const siptxn::RequestReceived& event, TimePoint now);
    void on_bye(Session& s, Leg& leg, const siptxn::RequestReceived& event, TimePoint now);
    void reply(const siptxn::RequestReceived& event, int status, const HeaderList& headers = {});
    [[nodiscard]] HeaderList retry_after();

    // reinvite.cpp
    void apply(Session& s, unsigned effects, TimePoint now);
    void begin_reinvite(Session& s, TimePoint now);
    void cancel_reinvite(const Request* r);
    void send_reinvite(Session& s, const Body& offer);
    void on_reinvite_success(Session& s, Request& r, const sipmsg::MessagePtr& response, TimePoint now);
    [[nodiscard]] std::optional<std::size_t> updatable(const Session& s) const;
    [[nodiscard]] static OfferAnswer& modified(Session& s) {
        return s.legs[s.work->reinvite.leg].exchange.descriptions;
    }
    /// The dialog it went to is over, or did not become the session's.
    void drop_reinvite(Session& s, TimePoint now);
    void on_reinvite_refused(Session& s, const Answer& answer, TimePoint now);
    void acknowledge_reinvite(Session& s, Request& r, const Body& answer = {});
    [[nodiscard]] bool may_reinvite(const Session& s) const;
    void resume_reinvite(Session& s, TimePoint now);

    // peer_reinvite.cpp
    void on_peer_reinvite(Session& s, const siptxn::RequestReceived& event, TimePoint now);
    [[nodiscard]] int reinvite_refusal(const Session& s) const;
    void accept_peer_reinvite(Session& s, const Body& body, TimePoint now);
    void refuse_peer_reinvite(Session& s, int status);

    // peer_update.cpp
    void on_update(Session& s, std::size_t leg, const siptxn::RequestReceived& event, TimePoint now);
    [[nodiscard]] int update_refusal(const Session& s, const Leg& leg) const;
    void answer_update(Session& s, const siptxn::RequestReceived& event, std::size_t leg, const Body& answer,
                       TimePoint now);
    void finish_update(Session& s, int status, const Body& answer, TimePoint now);
    /// Its dialog is over, or did not become the session's: the peer's UPDATE in it gets 487.
    void drop_update(Session& s, std::size_t leg);
    /// Nothing of offer and answer is open any more: what waited for that goes on.
    void go_on(Session& s, TimePoint now);

    // refreshing.cpp
    void add_timer(const Session& s, sipmsg::Message& request) const;
    void answer_with_timer(Session& s, const sipmsg::Message& request, sipmsg::Message& response, TimePoint now);
    void agree_timer(Session& s, const sipmsg::Message& response, TimePoint now);
    void refresh_session(Session& s, TimePoint now);
    void on_refreshed(Session& s, const Answer& answer, TimePoint now);
    bool ask_for_longer(Session& s, Request& r, const sipmsg::Message& response, TimePoint now);

    // descriptions.cpp
    using LegIndex = std::optional<std::size_t>;  // none: our INVITE, before it has a dialog
    [[nodiscard]] static Exchange& exchange_of(Session& s, LegIndex leg);
    [[nodiscard]] static std::string remote_tag_of(const Session& s, LegIndex leg);
    /// For the dialog of the session, or that of `leg`.
    void ask(Session& s, Asked asked, DescriptionKind kind, Body remote) {
        ask(s, s.main, asked, kind, std::move(remote));
    }
    void ask(Session& s, LegIndex leg, Asked asked, DescriptionKind kind, Body remote);
    /// An offer of a response or PRACK, where no 580 can say that its preconditions fail (RFC 3312 §8), fails by
    /// itself.
    void ask_if_met(Session& s, LegIndex leg, Asked asked, DescriptionKind kind, Body remote, TimePoint now);
    void withdraw(Session& s, bool goes_on) { withdraw(s, s.main, goes_on); }
    void withdraw(Session& s, LegIndex leg, bool goes_on);
    void withdraw_early(Session& s);
    void on_described(Session& s, LegIndex leg, Asked asked, Body body, TimePoint now);
    void on_undescribed(Session& s, LegIndex leg, Asked asked, int status, TimePoint now);

    // usages.cpp
    void note_refer(Session& s, std::uint32_t cseq, bool ours, TimePoint now);
    static void note_notify(Session& s, const sipmsg::MessageView& notify, bool ours, TimePoint now);
    /// Nobody answers for what that NOTIFY of ours told.
    static void drop_usage(Session& s, const sipmsg::MessageView& notify);
    /// Keeps the dialog of an ended session as long as a subscription lives in it.
    void prune(Session& s, TimePoint now);

    // preconditions.cpp
    /// Answers a request that insists on preconditions; false when it does not.
    bool refuse_preconditions(const siptxn::RequestReceived& event);
    [[nodiscard]] bool is_unmet(const Body& offer) const;

    // named_dialog.cpp
    template <class Named>
    [[nodiscard]] NamedDialog named_by(const sipmsg::MessageView& invite, sipmsg::Header contradiction);

    // ending.cpp
    void give_up(Session& s, Why why, TimePoint now);
    void settle(Session& s, TimePoint now);
    void settle_work(Session& s, TimePoint now);
    void hang_up(Session& s);
    void end(Session& s, TimePoint now);
    void forget_dialogs(Session& s);

    DialogOptions options_;
    siptxn::Identifiers identifiers_;
    std::uint64_t last_session_ = 0;
    std::uint64_t last_request_ = 0;
    std::uint64_t last_description_ = 0;
    std::size_t lingering_ = 0;
    std::uint64_t refused_ = 0;  ///< for is_full()
    const SharedHeaders no_headers_ = std::make_shared<const sipmsg::HeaderLines>();
    HeaderList last_list_;
    SharedHeaders last_headers_ = no_headers_;  ///< the lines of that list
    SharedHeaders last_common_ = no_headers_;
    SharedHeaders last_lasting_ = no_headers_;  ///< of those
    const SharedRouting plain_routing_ =
        std::make_shared<const siptxn::SendOptions>(siptxn::SendOptions{.contact = siptxn::LocalContact{}});
    SharedRouting last_routing_ = plain_routing_;
    struct {
        SharedRouting routing;
        siptxn::Transport transport{};
        siptxn::SocketAddress local;
        bool secure = false;
        std::string text;
    } last_contact_;  ///< of a response
    std::unordered_map<SessionId, Session> sessions_;
    std::unordered_map<RequestId, Request> requests_;
    std::unordered_map<siptxn::ClientId, RequestId> clients_;
    std::unordered_map<siptxn::ServerId, SessionId> servers_;
    struct AskedOf {
        SessionId session;
        LegIndex leg;
    };
    std::unordered_map<DescriptionId, AskedOf> questions_;
    DialogTable dialogs_;
    std::unordered_multimap<std::size_t, Session*> invited_;  // incoming INVITEs, by the hash of their origin and number
    std::set<std::pair<TimePoint, SessionId>> deadlines_;
    siptxn::OutputQueue<Output> outputs_;
};

}  // namespace sipdialog
