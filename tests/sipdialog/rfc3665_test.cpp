// SPDX-License-Identifier: MIT
// The call flows of RFC 3665 that two user agents have with each other, and what may cross on their way.
#include "pair.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

using Ladder = std::vector<std::string>;

void answer(Pair& pair) {
    pair.run(10ms);
    pair.bob.layer.progress(pair.bob.session, {.status = 180}, pair.now);
    pair.run(1s);
    pair.bob.layer.accept(pair.bob.session, pair.now, {.user = "bob"});
    pair.run(1s);
}

void check_nothing_left(Pair& pair) {
    pair.run_out();
    CHECK(pair.empty());
    for (auto* party : {&pair.alice, &pair.bob})
        for (const auto& [session, times] : party->ended) CHECK(times == 1);
}

}  // namespace

TEST_CASE("successful session establishment, hung up by the callee (RFC 3665 §3.1)") {
    Pair pair;
    pair.call();
    answer(pair);
    CHECK(pair.alice.news == "180 established");
    CHECK(pair.bob.news == "invited established acknowledged");
    CHECK(pair.alice.agreed == Agreement{"offer-a1", "answer-b1"});
    CHECK(pair.alice.agreed == pair.bob.agreed);
    pair.bob.layer.bye(pair.bob.session, pair.now);
    pair.run(1s);
    CHECK(pair.ladder == Ladder{"> INVITE", "< 180", "< 200", "> ACK", "< BYE", "> 200"});
    CHECK(pair.bob.cause == EndCause::local_bye);
    CHECK(pair.alice.cause == EndCause::remote_bye);
    check_nothing_left(pair);
}

TEST_CASE("the offer in the 2xx and the answer in the ACK (RFC 3261 §13.2.1)") {
    Pair pair;
    pair.call(true);
    answer(pair);
    CHECK(pair.alice.agreed == Agreement{"offer-b1", "answer-a1"});
    CHECK(pair.alice.agreed == pair.bob.agreed);
    CHECK(pair.bob.news == "invited established acknowledged");
    pair.alice.layer.bye(pair.alice.session, pair.now);
    check_nothing_left(pair);
}

TEST_CASE("session with re-INVITE (RFC 3665 §3.7)") {
    Pair pair;
    pair.call();
    answer(pair);
    CHECK(pair.bob.layer.reinvite(pair.bob.session, pair.now));
    pair.run(1s);
    CHECK(pair.bob.news == "invited established acknowledged reinvited:200");
    CHECK(pair.alice.news == "180 established peer_reinvited:200 acknowledged");
    CHECK(pair.alice.agreed == Agreement{"offer-b2", "answer-a2"});
    CHECK(pair.alice.agreed == pair.bob.agreed);
    CHECK(pair.alice.layer.reinvite(pair.alice.session, pair.now, {}, true));
    pair.run(1s);
    CHECK(pair.alice.agreed == Agreement{"offer-b3", "answer-a3"});
    CHECK(pair.alice.agreed == pair.bob.agreed);
    pair.alice.layer.bye(pair.alice.session, pair.now);
    check_nothing_left(pair);
}

TEST_CASE("unsuccessful: no answer, cancelled by the caller (RFC 3665 §3.8)") {
    Pair pair;
    pair.call();
    pair.run(10ms);
    pair.bob.layer.progress(pair.bob.session, {.status = 180}, pair.now);
    pair.run(1s);
    pair.alice.layer.cancel(pair.alice.session, pair.now);
    pair.run(1s);
    CHECK(pair.ladder == Ladder{"> INVITE", "< 180", "> CANCEL", "< 487"});
    CHECK(pair.alice.cause == EndCause::canceled);
    CHECK(pair.bob.cause == EndCause::canceled);
    check_nothing_left(pair);
}

TEST_CASE("unsuccessful: busy (RFC 3665 §3.9)") {
    Pair pair;
    pair.call();
    pair.run(10ms);
    pair.bob.layer.reject(pair.bob.session, 486, pair.now);
    pair.run(1s);
    CHECK(pair.ladder == Ladder{"> INVITE", "< 486"});
    CHECK(pair.alice.cause == EndCause::refused);
    check_nothing_left(pair);
}

TEST_CASE("unsuccessful: temporarily unavailable (RFC 3665 §3.11)") {
    Pair pair;
    pair.call();
    pair.run(10ms);
    pair.bob.layer.progress(pair.bob.session, {.status = 180}, pair.now);
    pair.run(1s);
    pair.bob.layer.reject(pair.bob.session, 480, pair.now);
    pair.run(1s);
    CHECK(pair.ladder == Ladder{"> INVITE", "< 180", "< 480"});
    check_nothing_left(pair);
}

TEST_CASE("a 2xx that crosses the CANCEL ends with ACK and BYE (RFC 3261 §9.1)") {
    Pair pair;
    pair.call();
    pair.run(10ms);
    pair.bob.layer.accept(pair.bob.session, pair.now, {});
    pair.bob.drain();
    pair.alice.layer.cancel(pair.alice.session, pair.now);
    pair.run(1s);
    CHECK(pair.ladder == Ladder{"> INVITE", "> CANCEL", "< 200", "> ACK", "> BYE", "< 200"});
    CHECK(pair.alice.cause == EndCause::canceled);
    CHECK(pair.bob.cause == EndCause::remote_bye);
    check_nothing_left(pair);
}

TEST_CASE("both hang up at once: each BYE gets its answer, each side one end (RFC 3261 §15)") {
    Pair pair;
    pair.call();
    answer(pair);
    pair.alice.layer.bye(pair.alice.session, pair.now);
    pair.bob.layer.bye(pair.bob.session, pair.now);
    pair.run(1s);
    CHECK(pair.alice.cause == EndCause::local_bye);
    CHECK(pair.bob.cause == EndCause::local_bye);
    check_nothing_left(pair);
}

TEST_CASE("both re-INVITE at once: both get 491, both succeed after their back-off (RFC 3261 §14.1)") {
    Pair pair;
    pair.call();
    answer(pair);
    pair.alice.layer.reinvite(pair.alice.session, pair.now);
    pair.bob.layer.reinvite(pair.bob.session, pair.now);
    pair.run(10s);
    CHECK(std::count(pair.ladder.begin(), pair.ladder.end(), "< 491") == 1);
    CHECK(std::count(pair.ladder.begin(), pair.ladder.end(), "> 491") == 1);
    CHECK(pair.alice.news.find("rollback") != std::string::npos);
    CHECK(pair.alice.news.find("reinvited:200") != std::string::npos);
    CHECK(pair.bob.news.find("reinvited:200") != std::string::npos);
    CHECK(pair.alice.agreed == pair.bob.agreed);
    pair.alice.layer.bye(pair.alice.session, pair.now);
    check_nothing_left(pair);
}

TEST_CASE("lost ACKs are made good by the copies of the 2xx (RFC 3261 §13.3.1.4)") {
    Pair pair;
    int lost = 0;
    pair.loses = [&](const std::string& what) { return what == "> ACK" && ++lost <= 3; };
    pair.call();
    answer(pair);
    pair.run(10s);
    CHECK(pair.bob.news == "invited established acknowledged");
    CHECK(std::count(pair.ladder.begin(), pair.ladder.end(), "< 200") == 4);
    CHECK(std::count(pair.ladder.begin(), pair.ladder.end(), "> ACK") == 4);
    pair.alice.layer.bye(pair.alice.session, pair.now);
    check_nothing_left(pair);
}

TEST_CASE("without any ACK the callee hangs up after 64*T1 (RFC 3261 §13.3.1.4)") {
    Pair pair;
    pair.loses = [](const std::string& what) { return what == "> ACK"; };
    pair.call();
    answer(pair);
    pair.run(40s);
    CHECK(pair.bob.cause == EndCause::no_ack);
    CHECK(pair.alice.cause == EndCause::remote_bye);
    check_nothing_left(pair);
}

TEST_CASE("slow descriptions change nothing but the time (RFC 3261 §13.2.1)") {
    Pair pair;
    pair.alice.thinking = 3s;
    pair.bob.thinking = 5s;
    pair.call();
    pair.run(4s);
    pair.bob.layer.accept(pair.bob.session, pair.now, {});
    pair.run(20s);
    CHECK(pair.alice.news == "established");
    CHECK(pair.alice.agreed == pair.bob.agreed);
    pair.bob.layer.bye(pair.bob.session, pair.now);
    check_nothing_left(pair);
}

TEST_CASE("a re-INVITE in place of a lost ACK still finds the callee (RFC 3261 §14.1)") {
    Pair pair;
    pair.loses = [first = true](const std::string& what) mutable {
        return what == "> ACK" && std::exchange(first, false);
    };
    pair.call();
    pair.run(10ms);
    pair.bob.layer.accept(pair.bob.session, pair.now, {});
    pair.run(100ms);
    CHECK(pair.alice.layer.reinvite(pair.alice.session, pair.now));
    pair.run(10s);
    CHECK(pair.alice.news == "established reinvited:200");
    CHECK(pair.bob.news == "invited established acknowledged peer_reinvited:200 acknowledged");
    CHECK(pair.alice.agreed == pair.bob.agreed);
    pair.alice.layer.bye(pair.alice.session, pair.now);
    check_nothing_left(pair);
}
