// SPDX-License-Identifier: MIT
#include <sipdialog/accepted_invite.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace std::chrono_literals;
using sipdialog::AcceptedInvite;

TEST_CASE("an unacknowledged 2xx is sent 11 times in 64*T1, then given up once (RFC 3261 §13.3.1.4)") {
    siptxn::TimePoint start{};
    AcceptedInvite accepted(siptxn::Timers{}, start);
    std::vector<siptxn::Duration> sends{0s};
    std::vector<siptxn::Duration> given_up;
    while (auto at = accepted.next_expiry()) {
        CHECK(accepted.expire(*at - 1ns) == AcceptedInvite::Action::nothing);
        auto action = accepted.expire(*at);
        REQUIRE(action != AcceptedInvite::Action::nothing);
        (action == AcceptedInvite::Action::resend ? sends : given_up).push_back(*at - start);
    }
    CHECK(sends == std::vector<siptxn::Duration>{0s, 500ms, 1500ms, 3500ms, 7500ms, 11500ms, 15500ms, 19500ms, 23500ms,
                                                 27500ms, 31500ms});
    CHECK(given_up == std::vector<siptxn::Duration>{32s});
    CHECK(accepted.state() == AcceptedInvite::State::given_up);
    CHECK(accepted.expire(start + 1h) == AcceptedInvite::Action::nothing);
}

TEST_CASE("the ACK ends the retransmissions at any time (RFC 3261 §13.3.1.4)") {
    for (auto when : {0s, 1s, 20s}) {
        siptxn::TimePoint start{};
        AcceptedInvite accepted(siptxn::Timers{}, start);
        while (*accepted.next_expiry() < start + when)
            CHECK(accepted.expire(*accepted.next_expiry()) == AcceptedInvite::Action::resend);
        accepted.acknowledged();
        CHECK_FALSE(accepted.next_expiry());
        CHECK(accepted.expire(start + 1min) == AcceptedInvite::Action::nothing);
        CHECK(accepted.state() == AcceptedInvite::State::done);
    }
}

TEST_CASE("an ACK after 64*T1 changes nothing (RFC 3261 §13.3.1.4)") {
    siptxn::TimePoint start{};
    AcceptedInvite accepted(siptxn::Timers{}, start);
    CHECK(accepted.expire(start + 32s) == AcceptedInvite::Action::give_up);
    accepted.acknowledged();
    CHECK(accepted.state() == AcceptedInvite::State::given_up);
}
