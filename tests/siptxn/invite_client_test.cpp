// SPDX-License-Identifier: MIT
#include <siptxn/invite_client.hpp>

#include "machine_snapshot.hpp"

#include <doctest/doctest.h>

using namespace siptxn;
using enum InviteClient::Event;
using State = InviteClient::State;

namespace {

const Timers timers;
InviteClient make() { return InviteClient(timers, false, start); }

}  // namespace

TEST_CASE("the INVITE client transaction is figure 5 with the Accepted state (RFC 3261 §17.1.1.2, RFC 6026 §7.2)") {
    auto got = snapshot<InviteClient, State>(make,
                                             {
                                                 {State::calling,    {}           },
                                                 {State::proceeding, {provisional}},
                                                 {State::accepted,   {success}    },
                                                 {State::completed,  {failure}    },
                                                 {State::terminated, {timer_b}    },
    },
                                             8);
    CHECK(got ==
          "calling provisional -> proceeding: deliver\n"
          "calling success -> accepted: deliver\n"
          "calling failure -> completed: deliver | send_ack\n"
          "calling transport_error -> terminated: report_error\n"
          "calling timer_a -> calling: resend\n"
          "calling timer_b -> terminated: report_timeout\n"
          "proceeding provisional -> proceeding: deliver\n"
          "proceeding success -> accepted: deliver\n"
          "proceeding failure -> completed: deliver | send_ack\n"
          "proceeding transport_error -> terminated: report_error\n"
          "accepted success -> accepted: deliver\n"
          "accepted timer_m -> terminated: none\n"
          "completed failure -> completed: send_ack\n"
          "completed transport_error -> terminated: report_error\n"
          "completed timer_d -> terminated: none\n");
}

TEST_CASE("timer A doubles without a cap and timer B ends it after 64 T1 (RFC 3261 §17.1.1.2)") {
    auto machine = make();
    CHECK(step_to_the_end(machine) ==
          "500 resend\n1500 resend\n3500 resend\n7500 resend\n15500 resend\n31500 resend\n32000 report_timeout\n");
    CHECK(machine.is_terminated());
}

TEST_CASE("an INVITE is never repeated on a reliable transport (RFC 3261 §17.1.1.2)") {
    InviteClient machine(timers, true, start);
    CHECK(step_to_the_end(machine) == "32000 report_timeout\n");
}

TEST_CASE("the first provisional stops timers A and B for good (RFC 3261 §17.1.1.2)") {
    auto machine = make();
    machine.on(provisional, start + 100ms);
    CHECK_FALSE(machine.next_expiry());
    machine.on(provisional, start + 200ms);
    CHECK_FALSE(machine.next_expiry());
}

TEST_CASE("timer M holds the Accepted state for 64 T1 on every transport (RFC 6026 §7.2)") {
    for (bool reliable : {false, true}) {
        InviteClient machine(timers, reliable, start);
        machine.on(success, start + 1s);
        machine.on(success, start + 5s);
        CHECK(step_to_the_end(machine) == "33000 none\n");
        CHECK(machine.is_terminated());
    }
}

TEST_CASE("timer D is 32 s on an unreliable transport and zero on a reliable one (RFC 3261 §17.1.1.2)") {
    auto udp = make();
    udp.on(failure, start + 1s);
    CHECK(step_to_the_end(udp) == "33000 none\n");
    InviteClient tcp(timers, true, start);
    tcp.on(failure, start + 1s);
    CHECK(step_to_the_end(tcp) == "1000 none\n");
}

TEST_CASE("a clock that is not due yet does nothing") {
    auto machine = make();
    CHECK(machine.expire(start + 499ms) == Effects::none);
    CHECK(machine.next_expiry() == start + 500ms);
}

TEST_CASE("after a long pause of the host one repetition goes out, not one for each turn missed") {
    auto machine = make();
    CHECK(machine.expire(start + 20s) == Effects::resend);
    CHECK(machine.expire(start + 20s) == Effects::none);
    CHECK(machine.next_expiry() == start + 21s);
}
