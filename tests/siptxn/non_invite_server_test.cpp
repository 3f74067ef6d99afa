// SPDX-License-Identifier: MIT
#include <siptxn/non_invite_server.hpp>

#include "machine_snapshot.hpp"

#include <doctest/doctest.h>

#include <string>
#include <tuple>

using namespace siptxn;
using enum NonInviteServer::Event;
using State = NonInviteServer::State;

namespace {

const Timers timers;
NonInviteServer make() { return NonInviteServer(timers, false, start); }

}  // namespace

TEST_CASE("the non-INVITE server transaction is figure 8, with a late 100 (RFC 3261 §17.2.2, RFC 4320 §4.1)") {
    auto got = snapshot<NonInviteServer, State>(make,
                                                {
                                                    {State::trying,     {}               },
                                                    {State::proceeding, {provisional}    },
                                                    {State::completed,  {final_}         },
                                                    {State::terminated, {final_, timer_j}},
    },
                                                6);
    CHECK(got ==
          "trying request -> trying: none\n"
          "trying provisional -> proceeding: send\n"
          "trying final -> completed: send\n"
          "trying timer_trying -> proceeding: send_trying\n"
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
    NonInviteServer tcp(timers, true, start);
    tcp.on(final_, start + 1s);
    CHECK(step_to_the_end(tcp) == "1000 none\n");
}

TEST_CASE("a request nobody answers gets a 100 when timer E of its client has come to T2 (RFC 4320 §4.1)") {
    auto machine = make();
    CHECK(step_to_the_end(machine) == "3500 send_trying\n");
    for (const auto& [t1, t2, delay] : {
             std::tuple(500ms, 500ms, "500"), {1s, 4s, "3000"},
                {3s, 4s, "3000"}
    }) {
        const Timers own{.t1 = t1, .t2 = t2};
        NonInviteServer other(own, true, start);
        CHECK(step_to_the_end(other) == std::string(delay) + " send_trying\n");
    }
    auto quick = make();
    quick.on(final_, start);
    CHECK(step_to_the_end(quick) == "32000 none\n");
}

TEST_CASE("of provisionals only 100 may be given, and over UDP not early (RFC 4320 §4.1)") {
    auto udp = make();
    CHECK_FALSE(udp.may_answer(100));
    CHECK_FALSE(udp.may_answer(180));
    CHECK(udp.may_answer(200));
    udp.on(timer_trying, start);
    CHECK(udp.may_answer(100));
    CHECK_FALSE(udp.may_answer(199));
    CHECK(NonInviteServer(timers, true, start).may_answer(100));
}
