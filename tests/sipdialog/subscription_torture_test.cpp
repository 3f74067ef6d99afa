// SPDX-License-Identifier: MIT
// Two SubscriptionLayers that subscribe to each other and do as they please, over a wire that loses and delays.
#include "driver.hpp"

#include <sipdialog/subscription_layer.hpp>

#include <array>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace {

using namespace sipdialog;
using namespace sipdialog::testing;

class Wire {
public:
    explicit Wire(std::uint64_t seed)
        : sides_{Side{{}, siptxn::seeded_random(seed * 2)}, Side{{}, siptxn::seeded_random(seed * 2 + 1)}}, chance_(seed) {}

    double loss = 0.3;

    void act() {
        int side = pick(2);
        auto& layer = sides_[side].layer;
        auto& live = sides_[side].live;
        if (live.empty() || pick(6) == 0) return subscribe(side);
        auto id = *std::next(live.begin(), pick(static_cast<int>(live.size())));
        switch (pick(7)) {
            case 0: layer.refresh(id, now_); break;
            case 1: layer.unsubscribe(id, now_); break;
            case 2: layer.notify(id, now_, NotifierState::pending, {"text/plain", "x"}); break;
            case 3: layer.notify(id, now_, NotifierState::active, {"text/plain", "y"}); break;
            case 4: layer.terminate(id, now_, "noresource"); break;
            case 5: layer.abort(id); break;
            default: break;
        }
        drain();
    }
    void run(siptxn::Duration span) {
        auto until = now_ + span;
        for (;;) {
            auto next = until;
            if (!events_.empty()) next = std::min(next, events_.begin()->first);
            for (auto& side : sides_)
                if (auto at = side.layer.next_expiry()) next = std::min(next, *at);
            now_ = std::max(now_, next);
            for (auto& side : sides_) side.layer.expire(now_);
            while (!events_.empty() && events_.begin()->first <= now_) {
                auto what = std::move(events_.begin()->second);
                events_.erase(events_.begin());
                what();
            }
            drain();
            if (now_ >= until) return;
        }
    }
    void end_all() {
        for (auto& side : sides_) {
            for (auto id : std::set(side.live)) {
                side.layer.unsubscribe(id, now_);
                side.layer.terminate(id, now_, "noresource");
            }
        }
        drain();
    }
    [[nodiscard]] bool is_empty() const {
        return std::ranges::all_of(sides_, [](auto& side) {
            return side.layer.size() == 0 && side.live.empty() && !side.layer.next_expiry();
        });
    }
    [[nodiscard]] int begun() const { return begun_; }
    [[nodiscard]] int ended() const { return ended_; }
    [[nodiscard]] int doubly_ended() const { return doubly_ended_; }

private:
    struct Side {
        Side(const SubscriptionOptions& options, siptxn::RandomSource random) : layer(options, std::move(random)) {}
        SubscriptionLayer layer;
        std::set<SubscriptionId> live;
    };
    struct Transaction {
        int client;
        MessagePtr request;
        bool answered = false;
    };

    int pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(chance_); }
    bool is_lost() { return std::uniform_real_distribution<>(0, 1)(chance_) < loss; }
    void later(siptxn::Duration delay, std::function<void()> what) { events_.emplace(now_ + delay, std::move(what)); }
    siptxn::Duration delay() { return std::chrono::milliseconds(1 + pick(3000)); }

    void subscribe(int side) {
        SubscribeOptions options;
        options.request_uri = options.to = "sip:peer@192.0.2.2";
        options.from = "sip:me@192.0.2.1";
        options.routing.contact = siptxn::LocalContact{.user = "me"};
        options.event = pick(2) ? "presence" : "dialog;id=7";
        constexpr std::array<std::uint32_t, 4> times{0, 30, 100, 600};
        options.expires = times[pick(4)];
        options.forks = pick(2) != 0;
        begin(side, sides_[side].layer.subscribe(std::move(options), now_));
        drain();
    }
    void begin(int side, SubscriptionId id) {
        ++begun_;
        sides_[side].live.insert(id);
    }

    void drain() {
        for (bool any = true; any;) {
            any = false;
            for (int side = 0; side < 2; ++side) {
                while (auto output = sides_[side].layer.poll()) {
                    any = true;
                    std::visit([&](auto& one) { on(side, one); }, *output);
                }
            }
        }
    }
    void on(int side, SendInSubscription& output) {
        auto number = ++last_;
        if (output.options.contact)
            output.request.set(Header::contact, siptxn::local_contact(*output.options.contact, some_flow()));
        transactions_[number] = {side, share(std::move(output.request))};
        sides_[side].layer.sent(output.id, ClientId{number});
        later(32s, [this, number] { fail(number); });
        if (is_lost()) return;
        later(delay(), [this, side, number] {
            auto request = transactions_[number].request;
            if (!sides_[1 - side].layer.handle(siptxn::RequestReceived{ServerId{number}, request, some_flow()}, now_))
                answer(number, Message::response(request->view(), 481, "none"));
        });
    }
    void on(int, Respond& output) { answer(static_cast<std::uint64_t>(output.transaction), output.response); }
    void on(int, Notified& output) {
        answer(static_cast<std::uint64_t>(output.transaction), Message::response(output.request->view(), 200));
    }
    void on(int side, SubscribeReceived& output) {
        begin(side, output.subscription);
        auto& layer = sides_[side].layer;
        if (pick(5) == 0) return layer.answer(output.subscription, 403, now_);
        auto state = pick(2) ? NotifierState::active : NotifierState::pending;
        layer.accept(output.subscription, now_, state, {"text/plain", "z"}, {.user = "peer"});
    }
    void on(int side, SubscriptionForked& output) { begin(side, output.subscription); }
    void on(int side, SubscriptionEnded& output) {
        ++ended_;
        doubly_ended_ += sides_[side].live.erase(output.subscription) == 0;
    }
    template <class News>
    void on(int, News&) {}

    void answer(std::uint64_t number, Message response) {
        auto& transaction = transactions_[number];
        if (transaction.answered || is_lost()) return;
        transaction.answered = true;
        later(delay(), [this, number, shared = share(std::move(response))] {
            auto& layer = sides_[transactions_[number].client].layer;
            layer.handle(siptxn::ResponseReceived{ClientId{number}, shared, some_flow()}, now_);
            layer.handle(siptxn::ClientEnded{ClientId{number}}, now_);
        });
    }
    void fail(std::uint64_t number) {
        auto& transaction = transactions_[number];
        if (transaction.answered) return;
        transaction.answered = true;
        auto& layer = sides_[transaction.client].layer;
        layer.handle(siptxn::RequestFailed{ClientId{number}, siptxn::Errc::timeout}, now_);
        layer.handle(siptxn::ClientEnded{ClientId{number}}, now_);
    }

    TimePoint now_{};
    std::array<Side, 2> sides_;
    std::mt19937_64 chance_;
    std::multimap<TimePoint, std::function<void()>> events_;
    std::map<std::uint64_t, Transaction> transactions_;
    std::uint64_t last_ = 0;
    int begun_ = 0, ended_ = 0, doubly_ended_ = 0;
};

}  // namespace

TEST_CASE(
    "2000 seeds: whatever both sides do over a bad wire, each subscription ends once and nothing remains (RFC 6665)") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        CAPTURE(seed);
        Wire wire(seed);
        for (int step = 0; step < 40; ++step) {
            wire.act();
            wire.run(std::chrono::milliseconds(seed * 7919 % 20'000));
        }
        wire.loss = 0;
        wire.end_all();
        wire.run(2h);  // longer than any of them was granted
        REQUIRE(wire.is_empty());
        REQUIRE(wire.begun() == wire.ended());
        REQUIRE(wire.doubly_ended() == 0);
        REQUIRE(wire.begun() > 0);
    }
}
