// SPDX-License-Identifier: MIT
#include <siptxn/non_invite_client.hpp>

#include "machine_snapshot.hpp"

#include <doctest/doctest.h>

using namespace siptxn;
using enum NonInviteClient::Event;
using State = NonInviteClient::State;

namespace {

const Timers timers;
NonInviteClient make() { return NonInviteClient(timers, false, start); }

}  // namespace

TEST_CASE("the non-INVITE client transaction is figure 6 (RFC 3261 §17.1.2.2)") {
    auto got = snapshot<NonInviteClient, State>(make,
                                                {
                                                    {State::trying,     {}           },
                                                    {State::proceeding, {provisional}},
                                                    {State::completed,  {final_}     },
                                                    {State::terminated, {timer_f}    },
    },
                                                6);
    CHECK(got ==
          "trying provisional -> proceeding: deliver\n"
          "trying final -> completed: deliver\n"
          "trying transport_error -> terminated: report_error\n"
          "trying timer_e -> trying: resend\n"
          "trying timer_f -> terminated: report_timeout\n"
          "proceeding provisional -> proceeding: deliver\n"
          "proceeding final -> completed: deliver\n"
          "proceeding transport_error -> terminated: report_error\n"
          "proceeding timer_e -> proceeding: resend\n"
          "proceeding timer_f -> terminated: report_timeout\n"
          "completed timer_k -> terminated: none\n");
}

TEST_CASE("timer E doubles up to T2 and timer F ends it after 64 T1 (RFC 3261 §17.1.2.2)") {
    auto machine = make();
    CHECK(step_to_the_end(machine) ==
          "500 resend\n1500 resend\n3500 resend\n7500 resend\n11500 resend\n15500 resend\n19500 resend\n23500 resend\n"
          "27500 resend\n31500 resend\n32000 report_timeout\n");
}

TEST_CASE("in Proceeding timer E runs at T2 and timer F goes on (RFC 3261 §17.1.2.2)") {
    auto machine = make();
    machine.on(provisional, start + 100ms);
    CHECK(step_to_the_end(machine) ==
          "500 resend\n4500 resend\n8500 resend\n12500 resend\n16500 resend\n20500 resend\n24500 resend\n28500 resend\n"
          "32000 report_timeout\n");
}

TEST_CASE("a request is never repeated on a reliable transport (RFC 3261 §17.1.2.2)") {
    NonInviteClient machine(timers, true, start);
    CHECK(step_to_the_end(machine) == "32000 report_timeout\n");
}

TEST_CASE("timer K is T4 on an unreliable transport and zero on a reliable one (RFC 3261 §17.1.2.2)") {
    auto udp = make();
    udp.on(final_, start + 1s);
    CHECK(step_to_the_end(udp) == "6000 none\n");
    NonInviteClient tcp(timers, true, start);
    tcp.on(final_, start + 1s);
    CHECK(step_to_the_end(tcp) == "1000 none\n");
}
