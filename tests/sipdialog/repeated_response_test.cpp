// SPDX-License-Identifier: MIT
#include <sipdialog/repeated_response.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace std::chrono_literals;
using sipdialog::RepeatedResponse;

TEST_CASE("an unacknowledged 2xx is sent 11 times in 64*T1, then given up once (RFC 3261 §13.3.1.4)") {
    siptxn::TimePoint start{};
    RepeatedResponse accepted(RepeatedResponse::Kind::success, siptxn::Timers{}, start);
    std::vector<siptxn::Duration> sends{0s};
    std::vector<siptxn::Duration> given_up;
    while (auto at = accepted.next_expiry()) {
        CHECK(accepted.expire(*at - 1ns) == RepeatedResponse::Action::nothing);
        auto action = accepted.expire(*at);
        REQUIRE(action != RepeatedResponse::Action::nothing);
        (action == RepeatedResponse::Action::resend ? sends : given_up).push_back(*at - start);
    }
    CHECK(sends == std::vector<siptxn::Duration>{0s, 500ms, 1500ms, 3500ms, 7500ms, 11500ms, 15500ms, 19500ms, 23500ms,
                                                 27500ms, 31500ms});
    CHECK(given_up == std::vector<siptxn::Duration>{32s});
    CHECK(accepted.state() == RepeatedResponse::State::given_up);
    CHECK(accepted.expire(start + 1h) == RepeatedResponse::Action::nothing);
}

TEST_CASE("the ACK ends the retransmissions at any time (RFC 3261 §13.3.1.4)") {
    for (auto when : {0s, 1s, 20s}) {
        siptxn::TimePoint start{};
        RepeatedResponse accepted(RepeatedResponse::Kind::success, siptxn::Timers{}, start);
        while (*accepted.next_expiry() < start + when)
            CHECK(accepted.expire(*accepted.next_expiry()) == RepeatedResponse::Action::resend);
        accepted.acknowledged();
        CHECK_FALSE(accepted.next_expiry());
        CHECK(accepted.expire(start + 1min) == RepeatedResponse::Action::nothing);
        CHECK(accepted.state() == RepeatedResponse::State::done);
    }
}

TEST_CASE("an ACK after 64*T1 changes nothing (RFC 3261 §13.3.1.4)") {
    siptxn::TimePoint start{};
    RepeatedResponse accepted(RepeatedResponse::Kind::success, siptxn::Timers{}, start);
    CHECK(accepted.expire(start + 32s) == RepeatedResponse::Action::give_up);
    accepted.acknowledged();
    CHECK(accepted.state() == RepeatedResponse::State::given_up);
}

TEST_CASE("an unacknowledged reliable response is repeated at intervals that double without end (RFC 3262 §3)") {
    siptxn::TimePoint start{};
    RepeatedResponse ringing(RepeatedResponse::Kind::provisional, siptxn::Timers{}, start);
    std::vector<siptxn::Duration> due;
    while (auto at = ringing.next_expiry()) {
        due.push_back(*at - start);
        CHECK(ringing.expire(*at) ==
              (*at - start < 32s ? RepeatedResponse::Action::resend : RepeatedResponse::Action::give_up));
    }
    CHECK(due == std::vector<siptxn::Duration>{500ms, 1500ms, 3500ms, 7500ms, 15500ms, 31500ms, 32s});
}
