// SPDX-License-Identifier: MIT
// Two parties that do at random whatever a user may do, on a pipe that loses 2xx and ACK: whatever happens, both agree
// in the end, every session ends once, and nothing is left.
#include "pair.hpp"

#include <random>

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

class Torture {
public:
    explicit Torture(std::uint64_t seed) : pair(seed), random_(seed) {
        pair.loses = [this](const std::string&) { return calm_ ? false : pick(4) == 0; };
        pair.jitter = [this] { return pick(40) * 1ms; };
    }

    void run() {
        pair.call(pick(3) == 0, static_cast<Reliability>(pick(3)), pick(2) == 0);
        for (int move = 0; move < 40; ++move) {
            pair.alice.thinking = pick(3) * pick(300) * 1ms;
            pair.bob.thinking = pick(3) * pick(300) * 1ms;
            for (auto* party : {&pair.alice, &pair.bob}) party->failing = pick(25) == 0 ? 488 : 0;
            play(pair.party(pick(2)));
            pair.run(pick(1500) * 1ms);
        }
        settle();
    }

    Pair pair;
    bool stood = false;  ///< both sides had the session in the end

private:
    int pick(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }

    void play(Party& party) {
        auto s = party.session;
        auto& layer = party.layer;
        switch (pick(16)) {
            case 0: layer.progress(s, {.status = 180 + pick(4)}, pair.now); break;
            case 1: layer.progress(s, {.status = 183, .reliable = pick(2) == 0, .describe = true}, pair.now); break;
            case 2:
            case 3:
            case 4: layer.accept(s, pair.now, {}); break;
            case 5:
                if (pick(4) == 0) layer.reject(s, 486, pair.now);
                break;
            case 6:
                if (pick(4) == 0) layer.cancel(s, pair.now);
                break;
            case 7:
                if (pick(6) == 0) layer.bye(s, pair.now);
                break;
            case 8:
                if (pick(8) == 0) layer.abort(s, pair.now);
                break;
            case 9:
            case 10:
            case 11: layer.reinvite(s, pair.now); break;
            case 12: layer.reinvite(s, pair.now, {}, true); break;
            case 13: layer.request(s, "INFO", {"text/plain", "x"}, pair.now); break;
            case 14:
                if (pick(2) == 0)
                    layer.request(s, "UPDATE", {}, pair.now);
                else
                    layer.update(s, pair.now);
                break;
            case 15:
                layer.reinvite(s, pair.now);
                pair.party(&party == &pair.alice ? 1 : 0)
                    .layer.reinvite(pair.party(&party == &pair.alice ? 1 : 0).session, pair.now);
                break;
        }
    }

    // A quiet wire and time enough; then both sides have the same, and one hangs up.
    void settle() {
        calm_ = true;
        pair.alice.failing = pair.bob.failing = 0;
        pair.run(200s);
        CHECK(pair.alice.layer.sessions() == pair.bob.layer.sessions());
        stood = pair.alice.layer.identity(pair.alice.session) && pair.bob.layer.identity(pair.bob.session);
        if (stood) {
            INFO(pair.story());
            CHECK(pair.alice.agreed == pair.bob.agreed);
            auto a = *pair.alice.layer.identity(pair.alice.session);
            auto b = *pair.bob.layer.identity(pair.bob.session);
            CHECK(a.call_id == b.call_id);
            CHECK(a.local_tag == b.remote_tag);
            CHECK(a.remote_tag == b.local_tag);
        }
        pair.party(pick(2)).layer.bye(pair.party(0).session, pair.now);
        pair.alice.layer.abort(pair.alice.session, pair.now);
        pair.bob.layer.abort(pair.bob.session, pair.now);
        pair.run_out();
        INFO(pair.story());
        CHECK(pair.empty());
        for (auto* party : {&pair.alice, &pair.bob})
            for (const auto& [session, times] : party->ended) CHECK(times == 1);
        CHECK(pair.alice.ended.size() == 1);
        CHECK(pair.bob.ended.size() <= 1);
    }

    std::mt19937_64 random_;
    bool calm_ = false;
};

}  // namespace

TEST_CASE("2,000 random conversations: both sides agree, each session ends once, nothing is left") {
    int stood = 0;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        CAPTURE(seed);
        Torture torture(seed);
        torture.run();
        stood += torture.stood;
    }
    CHECK(stood > 200);  // not all of them died young
}
