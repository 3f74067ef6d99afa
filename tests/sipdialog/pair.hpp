// SPDX-License-Identifier: MIT
#pragma once

// Two DialogLayers joined by a pipe in virtual time that stands in for both transaction layers, and two parties that
// use them.

#include "driver.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sipdialog::testing {

/// Offer and answer as one side holds them.
struct Agreement {
    std::string offer;
    std::string answer;
    friend bool operator==(const Agreement&, const Agreement&) = default;
};

class Pair;

/// A user of one layer: makes descriptions after a while, remembers what it was told.
class Party {
public:
    Party(Pair& pair, int index, std::uint64_t seed)
        : layer({}, siptxn::seeded_random(seed)), pair_(pair), index_(index) {}

    void drain();
    void expire(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_expiry() const;

    DialogLayer layer;
    SessionId session = SessionId::none;  ///< the last one
    std::string news;                     ///< what happened, one word each
    Agreement agreed;
    std::map<SessionId, int> ended;
    std::optional<EndCause> cause;
    std::function<void()> on_established = [] {};
    siptxn::Duration thinking = 0ms;  ///< how long a description takes
    int failing = 0;                  ///< the status of every description, when not 0

private:
    void take(const Output& output);
    void describe(const DescriptionWanted& wanted);
    void say(const std::string& word) { news += (news.empty() ? "" : " ") + word; }

    Pair& pair_;
    int index_;
    int made_ = 0;
    std::string offered_;
    std::multimap<TimePoint, std::function<void()>> later_;
};

class Pair {
public:
    explicit Pair(std::uint64_t seed = 1) : alice(*this, 0, seed * 2 + 1), bob(*this, 1, seed * 2 + 2) {}

    TimePoint now{};
    siptxn::Duration latency = 10ms;
    std::function<bool(const std::string& what)> loses = [](const std::string&) { return false; };
    std::function<siptxn::Duration()> jitter = [] { return 0ms; };
    Party alice;
    Party bob;
    std::vector<std::string> ladder;  ///< "> INVITE", "< 200": > is from Alice

    [[nodiscard]] Party& party(int index) { return index == 0 ? alice : bob; }
    /// Alice calls Bob; Bob sees the INVITE.
    void call(bool without_offer = false, Reliability reliability = Reliability::none, bool early_media = false) {
        auto options = Driver::call();
        options.headers = {
            {"Allow", "INVITE, ACK, BYE, PRACK, UPDATE"}
        };
        options.without_offer = without_offer;
        options.reliability = reliability;
        options.early_media = early_media;
        alice.session = alice.layer.invite(options, now);
        run(0s);
    }
    /// Runs what is due within `span`.
    void run(siptxn::Duration span);
    /// Runs until nothing is left to happen.
    void run_out() {
        run(0s);
        while (next()) run(*next() - now);
    }
    [[nodiscard]] bool empty() const {
        return alice.layer.sessions() + alice.layer.lingering() + bob.layer.sessions() + bob.layer.lingering() == 0;
    }

    /// For the reader of a failure.
    [[nodiscard]] std::string story() const {
        std::string text;
        for (const auto& line : ladder) text += line + ", ";
        return text + "\nalice: " + alice.news + " [" + alice.agreed.offer + " " + alice.agreed.answer +
               "]\nbob: " + bob.news + " [" + bob.agreed.offer + " " + bob.agreed.answer + "]";
    }

    // What a party's layer wants done.
    void send(int from, const SendRequest& request);
    void send(int from, const SendAck& ack);
    void send(int from, const CancelRequest& cancel);
    void send(int from, const Respond& respond);

private:
    struct Transaction {
        int client = 0;  ///< whose request
        ClientId id;
        ServerId server;
        MessagePtr request;
        int final = 0;
        bool ended = false;
    };
    [[nodiscard]] std::optional<TimePoint> next() const;
    void post(siptxn::Duration delay, std::function<void()> what) { events_.emplace(now + delay, std::move(what)); }
    void deliver(int from, const std::string& what, std::function<void()> arrive) {
        ladder.push_back((from == 0 ? "> " : "< ") + what);
        if (!loses(ladder.back())) post(latency + jitter(), std::move(arrive));
    }
    void end(std::uint64_t number);
    [[nodiscard]] siptxn::Flow flow(int at) const;

    std::multimap<TimePoint, std::function<void()>> events_;
    std::map<std::uint64_t, Transaction> transactions_;  // client and server ids of one are the same number
    std::uint64_t last_ = 0;
};

// The pipe. Requests and responses arrive once each, but for 2xx and reliable 1xx to INVITE and ACK, which may be lost
// as on a wire: these the dialog layer repeats.

inline siptxn::Flow Pair::flow(int at) const {
    auto flow = some_flow();
    flow.local = *siptxn::SocketAddress::parse(at == 0 ? "192.0.2.1:5060" : "192.0.2.2:5060");
    flow.remote = *siptxn::SocketAddress::parse(at == 0 ? "192.0.2.2:5060" : "192.0.2.1:5060");
    return flow;
}

inline void Pair::send(int from, const SendRequest& request) {
    auto message = request.request;
    if (request.options.contact)
        message.set(Header::contact, siptxn::local_contact(*request.options.contact, flow(from)));
    auto number = ++last_;
    auto shared = share(std::move(message));
    transactions_[number] = {from, ClientId{number}, ServerId{number}, shared};
    party(from).layer.sent(request.id, ClientId{number});
    ladder.push_back((from == 0 ? "> " : "< ") + std::string(shared->method_text()));
    post(latency, [this, from, number, shared] {
        auto& to = party(1 - from);
        if (to.layer.handle(siptxn::RequestReceived{ServerId{number}, shared, flow(1 - from)}, now)) return;
        send(1 - from, Respond{ServerId{number}, Message::response(shared->view(), 481, "none")});
    });
}

inline void Pair::send(int from, const SendAck& ack) {
    auto shared = share(ack.request);
    deliver(from, "ACK", [this, from, shared] {
        party(1 - from).layer.handle(siptxn::AckReceived{shared, flow(1 - from)}, now);
    });
}

inline void Pair::send(int from, const CancelRequest& cancel) {
    auto number = static_cast<std::uint64_t>(cancel.transaction);
    ladder.push_back((from == 0 ? "> " : "< ") + std::string("CANCEL"));
    post(latency, [this, from, number] {
        auto& t = transactions_[number];
        if (t.final) return;
        party(1 - from).layer.handle(siptxn::CancelReceived{ServerId{number}, t.request}, now);
    });
}

inline void Pair::send(int from, const Respond& respond) {
    auto number = static_cast<std::uint64_t>(respond.transaction);
    auto& t = transactions_[number];
    int status = respond.response.status();
    bool success = t.request->method() == sipmsg::Method::invite && status >= 200 && status < 300;
    if (t.ended || (t.final && !success)) return;
    bool first = t.final == 0;
    if (status >= 200) t.final = status;
    auto shared = share(respond.response);
    auto arrive = [this, from, number, shared] {
        party(1 - from).layer.handle(siptxn::ResponseReceived{ClientId{number}, shared, flow(1 - from)}, now);
    };
    if (success || shared->has(Header::rseq)) {  // these are repeated by the dialog layer
        deliver(from, std::to_string(status), arrive);
        if (success && first) post(32s, [this, number] { end(number); });
    } else {
        ladder.push_back((from == 0 ? "> " : "< ") + std::to_string(status));
        post(latency, arrive);
        if (status >= 200) post(latency + 1ms, [this, number] { end(number); });
    }
}

inline void Pair::end(std::uint64_t number) {
    auto& t = transactions_[number];
    t.ended = true;
    party(t.client).layer.handle(siptxn::ClientEnded{t.id}, now);
    party(1 - t.client).layer.handle(siptxn::ServerEnded{t.server}, now);
}

inline std::optional<TimePoint> Pair::next() const {
    std::optional<TimePoint> earliest;
    auto consider = [&](std::optional<TimePoint> at) {
        if (at && (!earliest || *at < *earliest)) earliest = at;
    };
    if (!events_.empty()) consider(events_.begin()->first);
    consider(alice.next_expiry());
    consider(bob.next_expiry());
    return earliest;
}

inline void Pair::run(siptxn::Duration span) {
    auto until = now + span;
    alice.drain();
    bob.drain();
    while (auto at = next()) {
        if (*at > until) break;
        now = std::max(now, *at);
        while (!events_.empty() && events_.begin()->first <= now) {
            auto event = std::move(events_.begin()->second);
            events_.erase(events_.begin());
            event();
            alice.drain();
            bob.drain();
        }
        alice.expire(now);
        bob.expire(now);
    }
    now = until;
}

inline std::optional<TimePoint> Party::next_expiry() const {
    auto at = layer.next_expiry();
    if (!later_.empty() && (!at || later_.begin()->first < *at)) at = later_.begin()->first;
    return at;
}

inline void Party::expire(TimePoint now) {
    while (!later_.empty() && later_.begin()->first <= now) {
        auto what = std::move(later_.begin()->second);
        later_.erase(later_.begin());
        what();
        drain();
    }
    layer.expire(now);
    drain();
}

inline void Party::drain() {
    while (auto output = layer.poll()) take(*output);
}

inline void Party::describe(const DescriptionWanted& wanted) {
    if (wanted.kind != DescriptionKind::apply) ++made_;
    auto body = sdp((wanted.kind == DescriptionKind::offer ? "offer-" : "answer-") +
                    std::string(index_ == 0 ? "a" : "b") + std::to_string(made_));
    auto finish = [this, wanted, body] {
        if (failing) return layer.described(wanted.id, std::unexpected(failing), pair_.now);
        if (wanted.kind == DescriptionKind::offer) offered_ = body.content;
        if (wanted.kind == DescriptionKind::answer) agreed = {wanted.remote.content, body.content};
        if (wanted.kind == DescriptionKind::apply) agreed = {offered_, wanted.remote.content};
        layer.described(wanted.id, body, pair_.now);
    };
    later_.emplace(pair_.now + thinking, finish);
}

inline void Party::take(const Output& output) {
    if (auto* o = std::get_if<SendRequest>(&output)) pair_.send(index_, *o);
    if (auto* o = std::get_if<SendAck>(&output)) pair_.send(index_, *o);
    if (auto* o = std::get_if<CancelRequest>(&output)) pair_.send(index_, *o);
    if (auto* o = std::get_if<Respond>(&output)) pair_.send(index_, *o);
    if (auto* o = std::get_if<DescriptionWanted>(&output)) describe(*o);
    if (std::get_if<Rollback>(&output)) say("rollback");
    if (std::get_if<DescriptionDropped>(&output)) later_.clear();
    if (auto* o = std::get_if<Invited>(&output)) {
        session = o->session;
        say("invited");
    }
    if (auto* o = std::get_if<Progressed>(&output)) say(std::to_string(o->response->status()));
    if (auto* o = std::get_if<ProgressDone>(&output); o && o->prack) say("pracked:" + std::to_string(o->status));
    if (std::get_if<Established>(&output)) {
        say("established");
        on_established();
    }
    if (std::get_if<Acknowledged>(&output)) say("acknowledged");
    if (auto* o = std::get_if<Reinvited>(&output)) say("reinvited:" + std::to_string(o->status));
    if (auto* o = std::get_if<PeerReinvited>(&output)) say("peer_reinvited:" + std::to_string(o->status));
    if (auto* o = std::get_if<RequestInDialog>(&output)) {
        say(std::string(o->request->method_text()));
        layer.respond(o->session, o->transaction, 200, pair_.now);
    }
    if (auto* o = std::get_if<ResponseInDialog>(&output)) say("response:" + std::to_string(o->status));
    if (auto* o = std::get_if<Ended>(&output)) {
        ++ended[o->session];
        cause = o->cause;
        say("ended:" + std::string(to_string(o->cause)));
    }
}

}  // namespace sipdialog::testing
