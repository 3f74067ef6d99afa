// SPDX-License-Identifier: MIT
#include <siptxn/invite_server.hpp>

#include "machine_snapshot.hpp"

#include <doctest/doctest.h>

using namespace siptxn;
using enum InviteServer::Event;
using State = InviteServer::State;

namespace {

const Timers timers;
InviteServer make() { return InviteServer(timers, false, start); }

}  // namespace

TEST_CASE("the INVITE server transaction is figure 7 with the Accepted state (RFC 3261 §17.2.1, RFC 6026 §7.1)") {
    auto got = snapshot<InviteServer, State>(make,
                                             {
                                                 {State::proceeding, {}                },
                                                 {State::accepted,   {success}         },
                                                 {State::completed,  {failure}         },
                                                 {State::confirmed,  {failure, ack}    },
                                                 {State::terminated, {failure, timer_h}},
    },
                                             12);
    CHECK(got ==
          "proceeding invite -> proceeding: resend\n"
          "proceeding provisional -> proceeding: send\n"
          "proceeding success -> accepted: send\n"
          "proceeding failure -> completed: send\n"
          "proceeding transport_error -> proceeding: report_error\n"
          "proceeding timer_trying -> proceeding: send_trying\n"
          "proceeding timer_refresh -> proceeding: resend\n"
          "accepted invite -> accepted: none\n"
          "accepted ack -> accepted: deliver\n"
          "accepted success -> accepted: send\n"
          "accepted transport_error -> accepted: report_error\n"
          "accepted timer_l -> terminated: none\n"
          "completed invite -> completed: resend\n"
          "completed ack -> confirmed: none\n"
          "completed transport_error -> completed: report_error\n"
          "completed timer_g -> completed: resend\n"
          "completed timer_h -> terminated: report_timeout\n"
          "confirmed ack -> confirmed: none\n"
          "confirmed timer_i -> terminated: none\n");
}

TEST_CASE("100 is due 200 ms after an INVITE that nobody answered, once (RFC 3261 §17.2.1)") {
    auto machine = make();
    CHECK(step_to_the_end(machine) == "200 send_trying\n");
    CHECK(machine.state() == State::proceeding);
}

TEST_CASE("a provisional of the user in time makes the 100 needless (RFC 3261 §17.2.1)") {
    auto machine = make();
    machine.on(provisional, start + 150ms);
    CHECK_FALSE(machine.next_expiry());
}

TEST_CASE("timer G repeats a refusal from T1 to T2 until timer H (RFC 3261 §17.2.1)") {
    auto machine = make();
    machine.on(failure, start);
    CHECK(step_to_the_end(machine) ==
          "500 resend\n1500 resend\n3500 resend\n7500 resend\n11500 resend\n15500 resend\n19500 resend\n23500 resend\n"
          "27500 resend\n31500 resend\n32000 report_timeout\n");
}

TEST_CASE("on a reliable transport a refusal is sent once, and timer H still waits for the ACK (RFC 3261 §17.2.1)") {
    InviteServer machine(timers, true, start);
    machine.on(failure, start);
    CHECK(step_to_the_end(machine) == "32000 report_timeout\n");
}

TEST_CASE("the ACK stops timers G and H; timer I is T4 or zero (RFC 3261 §17.2.1)") {
    auto udp = make();
    udp.on(failure, start);
    udp.on(ack, start + 1s);
    CHECK(step_to_the_end(udp) == "6000 none\n");
    InviteServer tcp(timers, true, start);
    tcp.on(failure, start);
    tcp.on(ack, start + 1s);
    CHECK(step_to_the_end(tcp) == "1000 none\n");
}

TEST_CASE("timer L holds the Accepted state for 64 T1 on every transport (RFC 6026 §7.1)") {
    for (bool reliable : {false, true}) {
        InviteServer machine(timers, reliable, start);
        machine.on(success, start + 3s);
        machine.on(success, start + 4s);
        CHECK(step_to_the_end(machine) == "35000 none\n");
    }
}

TEST_CASE("a user agent's last provisional is repeated every minute when asked for (RFC 3261 §13.3.1.1)") {
    InviteServer machine(timers, false, start, 60s);
    machine.on(provisional, start + 1s);
    CHECK(ms(*machine.next_expiry()) == 61'000);
    CHECK(machine.expire(start + 61s) == Effects::resend);
    CHECK(ms(*machine.next_expiry()) == 121'000);
    machine.on(failure, start + 70s);
    CHECK(ms(*machine.next_expiry()) == 70'500);
}
