// SPDX-License-Identifier: MIT
#include <siptxn/non_invite_server.hpp>

#include "machine_snapshot.hpp"

#include <doctest/doctest.h>

using namespace siptxn;
using enum NonInviteServer::Event;
using State = NonInviteServer::State;

namespace {

const Timers timers;
NonInviteServer make() { return NonInviteServer(timers, false); }

}  // namespace

TEST_CASE("the non-INVITE server transaction is figure 8 (RFC 3261 §17.2.2)") {
    auto got = snapshot<NonInviteServer, State>(make,
                                                {
                                                    {State::trying,     {}               },
                                                    {State::proceeding, {provisional}    },
                                                    {State::completed,  {final_}         },
                                                    {State::terminated, {final_, timer_j}},
    },
                                                5);
    CHECK(got ==
          "trying request -> trying: none\n"
          "trying provisional -> proceeding: send\n"
          "trying final -> completed: send\n"
          "proceeding request -> proceeding: resend\n"
          "proceeding provisional -> proceeding: send\n"
          "proceeding final -> completed: send\n"
          "proceeding transport_error -> terminated: report_error\n"
          "completed request -> completed: resend\n"
          "completed transport_error -> terminated: report_error\n"
          "completed timer_j -> terminated: none\n");
}

TEST_CASE("timer J is 64 T1 on an unreliable transport and zero on a reliable one (RFC 3261 §17.2.2)") {
    auto udp = make();
    udp.on(final_, start + 1s);
    CHECK(step_to_the_end(udp) == "33000 none\n");
    NonInviteServer tcp(timers, true);
    tcp.on(final_, start + 1s);
    CHECK(step_to_the_end(tcp) == "1000 none\n");
}

TEST_CASE("a request nobody answers has no clock of its own (RFC 3261 §17.2.2)") {
    auto machine = make();
    CHECK_FALSE(machine.next_expiry());
}
