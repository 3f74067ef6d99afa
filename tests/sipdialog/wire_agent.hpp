// SPDX-License-Identifier: MIT
#pragma once

// A user agent for the torture on the wire: DialogLayer beside a real transaction layer, with a user who does anything
// legal and remembers what it is still owed.

#include <sipdialog/dialog_layer.hpp>
#include <sipdialog/refer_notifier.hpp>

#include <siptxn/endpoint.hpp>
#include <siptxn/sim/scenario.hpp>

#include <sipmsg/sipmsg.hpp>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace sipdialog::testing {

using namespace std::chrono_literals;

/// The seed's dice.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}
    int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }
    bool once_in(int times) { return below(times) == 0; }

private:
    std::mt19937_64 random_;
};

class WireAgent final : public siptxn::TransactionUser {
public:
    /// The scene gives its hosts these addresses in turn.
    static std::string uri(int index) {
        return "sip:agent" + std::to_string(index) + "@192.0.2." + std::to_string(index + 1);
    }

    WireAgent(siptxn::sim::Scenario& scene, Dice& dice, int index, int agents)
        : endpoint(scene.endpoint("agent" + std::to_string(index),
                                  {
    },
                                  {{siptxn::Transport::udp, {{}, 5060}}})),
          dialogs({.session_timer = {.expires = seconds(dice.below(3) * 45)}}, scene.network().random()),
          dice_(dice),
          index_(index),
          agents_(agents) {
        endpoint->attach(this);
    }
    ~WireAgent() override { endpoint->attach(nullptr); }

    struct Call {
        enum class Phase : std::uint8_t { calling, ringing, accepted, established, ended } phase;
        std::string offered = {};
        std::pair<std::string, std::string> agreed = {};  ///< offer and answer
        int reinvites = 0;                                ///< begun and not reported
        int reinvited = 0;                                ///< the last one's status
        int ends = 0;
        std::vector<ReferNotifier> referrals = {};  ///< of the peer
        std::optional<std::pair<SessionId, std::uint32_t>> referred_by = std::nullopt;
    };

    // Moves.

    void act() {
        auto live = calls_in_progress();
        if (live.empty() || (live.size() < 3 && dice_.once_in(8))) {
            invite((index_ + 1 + dice_.below(agents_ - 1)) % agents_);
        } else {
            act_in(live[static_cast<std::size_t>(dice_.below(static_cast<int>(live.size())))]);
        }
        endpoint->wake();
    }
    /// The storm is over: whoever still rings is refused, whoever waits gives up.
    void calm_down() {
        calm_ = true;
        for (auto id : calls_in_progress()) {
            if (calls.at(id).phase == Call::Phase::calling) dialogs.cancel(id, now());
            if (calls.at(id).phase == Call::Phase::ringing) dialogs.reject(id, 486, now());
        }
        endpoint->wake();
    }
    void probe() {
        for (auto id : established()) ask(id, "OPTIONS");
        endpoint->wake();
    }
    bool reinvite(SessionId id, bool without_offer = false) {
        bool begun = dialogs.reinvite(id, now(), {}, without_offer);
        calls.at(id).reinvites += begun;
        endpoint->wake();
        return begun;
    }
    void hang_up_all() {
        for (auto& [id, call] : calls)
            for (auto& one : call.referrals) one.report(487);
        for (auto id : calls_in_progress()) dialogs.bye(id, now());
        for (auto& [id, call] : calls) tell(id);
        endpoint->wake();
    }

    // Questions.

    [[nodiscard]] std::vector<SessionId> established() const {
        std::vector<SessionId> found;
        for (const auto& [id, call] : calls)
            if (call.phase == Call::Phase::established) found.push_back(id);
        return found;
    }
    /// What this agent is still owed; empty: nothing.
    [[nodiscard]] std::string owed() const {
        std::string text;
        for (const auto& [id, call] : calls) {
            if (call.ends != 1) text += " " + std::to_string(call.ends) + " ends";
            if (call.reinvites != 0) text += " " + std::to_string(call.reinvites) + " re-INVITEs";
        }
        if (!asked_.empty()) text += " " + std::to_string(asked_.size()) + " answers";
        if (auto left = dialogs.sessions() + dialogs.lingering()) text += " " + std::to_string(left) + " sessions left";
        if (auto left = endpoint->layer().transactions()) text += " " + std::to_string(left) + " transactions left";
        if (dialogs.next_expiry()) text += " a timer";
        return text + faults_;
    }

    void on_event(const siptxn::Event& event) override {
        if (dialogs.handle(event, now())) return;
        auto* request = std::get_if<siptxn::RequestReceived>(&event);
        if (!request) return;
        endpoint->layer().respond(request->transaction,
                                  sipmsg::Message::response(request->request->view(), 481, "none"), now());
    }
    bool drain() override {
        auto output = dialogs.poll();
        if (output) std::visit([this](const auto& o) { take(o); }, *output);
        return output.has_value();
    }
    [[nodiscard]] std::optional<siptxn::TimePoint> next_expiry() const override {
        auto at = dialogs.next_expiry();
        if (!later_.empty() && (!at || later_.begin()->first < *at)) at = later_.begin()->first;
        return at;
    }
    void expire(siptxn::TimePoint when) override {
        while (!later_.empty() && later_.begin()->first <= when) {
            auto work = std::move(later_.begin()->second);
            later_.erase(later_.begin());
            work();
        }
        dialogs.expire(when);
    }

    std::shared_ptr<siptxn::Endpoint> endpoint;
    DialogLayer dialogs;
    std::map<SessionId, Call> calls;
    std::map<std::string, int> deeds;  ///< how often what happened

private:
    using Phase = Call::Phase;

    [[nodiscard]] siptxn::TimePoint now() const { return endpoint->now(); }
    [[nodiscard]] std::vector<SessionId> calls_in_progress() const {
        std::vector<SessionId> found;
        for (const auto& [id, call] : calls)
            if (call.phase != Phase::ended) found.push_back(id);
        return found;
    }
    void after(siptxn::Duration time, std::function<void()> work) { later_.emplace(now() + time, std::move(work)); }

    SessionId invite(int other) {
        InviteOptions options;
        options.request_uri = options.to = uri(other);
        options.from = uri(index_);
        options.routing.contact = siptxn::LocalContact{.user = "agent"};
        options.common_headers = allow();
        options.without_offer = dice_.once_in(4);
        options.reliability = static_cast<Reliability>(dice_.below(3));
        options.early_media = dice_.once_in(2);
        options.offer_in_prack = dice_.once_in(2);
        auto id = dialogs.invite(std::move(options), now());
        calls.emplace(id, Call{Phase::calling});
        return id;
    }
    HeaderList allow() {
        return {
            {"Allow", index_ == 2 ? "INVITE, ACK, BYE, CANCEL, PRACK" : "INVITE, ACK, BYE, CANCEL, PRACK, UPDATE"}
        };
    }

    void act_in(SessionId id) {
        switch (calls.at(id).phase) {
            case Phase::calling:
                if (dice_.once_in(6))
                    dialogs.cancel(id, now());
                else if (dice_.once_in(3))
                    update(id);
                break;
            case Phase::ringing: answer(id); break;
            case Phase::established: talk(id); break;
            default:
                if (dice_.once_in(12)) dialogs.bye(id, now());
                break;
        }
    }
    void answer(SessionId id) {
        switch (dice_.below(8)) {
            case 0: dialogs.progress(id, {.status = 180}, now()); break;
            case 1:
            case 2: dialogs.progress(id, {.status = 183, .reliable = true, .describe = true}, now()); break;
            case 3: update(id); break;
            case 4: dialogs.reject(id, 486, now()); break;
            default:
                calls.at(id).phase = Phase::accepted;
                dialogs.accept(id, now(), {.user = "agent"}, allow());
                break;
        }
    }
    void talk(SessionId id) {
        switch (dice_.below(12)) {
            case 0:
            case 1:
            case 2: reinvite(id); break;  // hold and resume: who offers what is the description's question
            case 3: reinvite(id, true); break;
            case 4:
            case 5: update(id); break;
            case 6: ask(id, "INFO"); break;
            case 7: ask(id, "UPDATE"); break;
            case 8: refer(id); break;
            case 9:
                if (dice_.once_in(3)) dialogs.abort(id, now());
                break;
            default:
                if (dice_.once_in(3)) dialogs.bye(id, now());
                break;
        }
    }
    void update(SessionId id) { calls.at(id).reinvites += dialogs.update(id, now()); }
    void ask(SessionId id, const std::string& method, const HeaderList& headers = {}, const Body& body = {}) {
        auto request = dialogs.request(id, method, body, now(), headers);
        if (request != RequestId::none) asked_.emplace(request, id);
    }
    void refer(SessionId id) {
        ask(id, "REFER",
            {
                {"Refer-To", "<" + uri((index_ + 1) % agents_) + ">"}
        });
    }
    /// Sends what there is to tell of the peer's REFERs; after the session's end, too.
    void tell(SessionId id) {
        auto& call = calls.at(id);
        for (auto& one : call.referrals) {
            auto notify = one.poll(now());
            if (!notify) continue;
            auto request = dialogs.request(id, "NOTIFY", notify->body, now(), notify->headers);
            if (request == RequestId::none)
                one.answered(0);
            else
                telling_[request] = {id, one.cseq()};
        }
        std::erase_if(call.referrals, [](auto& one) { return one.is_over(); });
    }
    void report(const Call& call, int status) {
        if (!call.referred_by) return;
        auto [id, cseq] = *call.referred_by;
        for (auto& one : calls.at(id).referrals)
            if (one.cseq() == cseq) one.report(status);
        tell(id);
    }

    // What the layer says.

    void take(const SendRequest& o) { dialogs.sent(o.id, endpoint->layer().send(o.request, o.options, now())); }
    void take(const SendAck& o) { endpoint->layer().send_stateless(o.request, o.options, now()); }
    void take(const CancelRequest& o) { endpoint->layer().cancel(o.transaction, now(), o.reason); }
    void take(const Respond& o) { endpoint->layer().respond(o.transaction, o.response, now()); }
    void take(const DescriptionWanted& o) {
        auto delay = calm_ || dice_.once_in(2) ? siptxn::Duration(0) : dice_.below(900) * 1ms;
        bool fails = !calm_ && dice_.once_in(40);
        after(delay, [this, o, fails] { describe(o, fails); });
    }
    void describe(const DescriptionWanted& o, bool fails) {
        if (fails) return dialogs.described(o.id, std::unexpected(488), now());
        auto& call = calls.at(o.session);
        Body body{"application/sdp", (o.kind == DescriptionKind::offer ? "offer " : "answer ") +
                                         std::to_string(index_) + "." + std::to_string(++made_)};
        auto before = call.agreed;
        auto dropped = dropped_.contains(o.id);
        if (o.kind == DescriptionKind::offer && !dropped) call.offered = body.content;
        if (o.kind == DescriptionKind::answer && !dropped) call.agreed = {o.remote.content, body.content};
        if (o.kind == DescriptionKind::apply && !dropped) call.agreed = {call.offered, o.remote.content};
        dialogs.described(o.id, std::move(body), now());
    }
    void take(const DescriptionDropped& o) { dropped_.insert(o.id); }
    void take(const Invited& o) {
        calls.emplace(o.session, Call{Phase::ringing});
        if (calm_) dialogs.reject(o.session, 486, now());
    }
    void take(const Established& o) {
        auto& call = calls.at(o.session);
        if (call.phase == Phase::ended || call.phase == Phase::established) faults_ += " established at a wrong time";
        call.phase = Phase::established;
        ++deeds["established"];
        report(call, 200);
    }
    void take(const Reinvited& o) {
        auto& call = calls.at(o.session);
        // The session timer's own re-INVITEs are told of, too.
        call.reinvites = std::max(0, call.reinvites - 1);
        call.reinvited = o.status;
        ++deeds["modified " + std::to_string(o.status)];
    }
    void take(const RequestInDialog& o) {
        ++deeds["asked " + std::string(o.request->method_text())];
        auto id = o.session;
        auto method = o.request->method();
        bool refers = method == sipmsg::Method::refer && !dice_.once_in(4) && !calm_;
        int status = method == sipmsg::Method::refer ? (refers ? 202 : 603) : 200;
        auto delay = dice_.once_in(3) ? dice_.below(600) * 1ms : siptxn::Duration(0);
        after(delay,
              [this, id, status, transaction = o.transaction] { dialogs.respond(id, transaction, status, now()); });
        if (!refers) return;
        auto cseq = o.request->top<sipmsg::CSeq>()->number;
        after(delay, [this, id, cseq, transfer = (index_ + 1) % agents_] {
            calls.at(id).referrals.emplace_back(cseq, 60, now());
            tell(id);
            if (calm_) return report(Call{.phase = Phase::ended, .referred_by = std::pair(id, cseq)}, 487);
            calls.at(invite(transfer)).referred_by = std::pair(id, cseq);
        });
    }
    void take(const ResponseInDialog& o) {
        ++deeds["answered " + std::to_string(o.status)];
        if (auto node = telling_.extract(o.id)) {
            auto [id, cseq] = node.mapped();
            for (auto& one : calls.at(id).referrals)
                if (one.cseq() == cseq) one.answered(o.response ? o.status : 0);
            return tell(id);
        }
        if (asked_.erase(o.id) != 1) faults_ += " an answer to nothing";
    }
    void take(const Ended& o) {
        auto& call = calls.at(o.session);
        call.phase = Phase::ended;
        ++call.ends;
        ++deeds["ended: " + std::string(to_string(o.cause))];
        report(call, 487);
    }
    void take(const auto&) {}

    Dice& dice_;
    int index_;
    int agents_;
    int made_ = 0;
    bool calm_ = false;
    std::string faults_;
    std::map<RequestId, SessionId> asked_;
    std::map<RequestId, std::pair<SessionId, std::uint32_t>> telling_;
    std::set<DescriptionId> dropped_;
    std::multimap<siptxn::TimePoint, std::function<void()>> later_;
};

}  // namespace sipdialog::testing
