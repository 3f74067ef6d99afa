// SPDX-License-Identifier: MIT
#include "trace/ladder.hpp"
#include "trace/trace_log.hpp"

#include "sample.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace sipstrata;
using namespace sample;

namespace {

std::vector<TraceRecord> call() {
    std::vector<TraceRecord> records;
    auto add = [&](auto&... arguments) { records.push_back(make_record(message(true, arguments...))); };
    std::chrono::microseconds at{0};
    auto step = [&](const auto& from, const auto& to, const std::string& octets) {
        add(from, to, at, octets);
        at += 1500us;
    };
    step(alice, proxy, invite);
    step(proxy, bob, invite);
    at += 500ms;
    step(proxy, bob, invite);
    step(bob, proxy, ringing);
    step(proxy, alice, ringing);
    step(bob, proxy, answer);
    step(proxy, alice, answer);
    step(alice, bob, sip("ACK sip:bob@192.0.2.3:49152 SIP/2.0", "1 ACK"));
    return records;
}

std::size_t widest(const std::string& text) {
    std::size_t most = 0, cells = 0;
    for (char c : text) {
        if (c == '\n') {
            most = std::max(most, cells);
            cells = 0;
        } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
            ++cells;
        }
    }
    return most;
}

}  // namespace

TEST_CASE("a ladder shows hosts, arrows, start lines, times and what was sent again") {
    LadderOptions options{
        .width = 90, .ascii = true, .names = {{alice, "alice"}, {proxy, "proxy"}, {bob, "bob"}}
    };
    std::string expected =
        R"(       ms             alice                     proxy                      bob
                 192.0.2.1:5060            192.0.2.2:5060            192.0.2.3:49152
      0.0               |--INVITE (SDP) sip:bob~->|                         |
      1.5               |                         |--INVITE (SDP) sip:bob~->|
    503.0               |                         |--again: INVITE (SDP) ~->|
    504.5               |                         |<-180 Ringing (INVITE)---|
    506.0               |<-180 Ringing (INVITE)---|                         |
    507.5               |                         |<-200 OK (INVITE, SDP)---|
    509.0               |<-200 OK (INVITE, SDP)---|                         |
    510.5               |------------ACK sip:bob@192.0.2.3:49152----------->|
)";
    std::string drawn = draw_ladder(call(), options);
    CHECK_MESSAGE(drawn == expected, drawn);
}

TEST_CASE("no line is wider than the terminal, however many hosts there are") {
    auto records = call();
    for (int i = 0; i < 20; ++i) {
        TraceRecord record = records.front();
        record.destination.port = static_cast<std::uint16_t>(7000 + i);
        records.push_back(record);
    }
    for (std::size_t width : {43u, 60u, 80u, 100u, 200u})
        CHECK(widest(draw_ladder(records, {.width = width})) <= width);
}

TEST_CASE("control characters of a start line do not reach the terminal") {
    auto records = call();
    records[0].start_line = "INVITE sip:\x1b[2J SIP/2.0";
    std::string drawn = draw_ladder(records, {.width = 160});
    CHECK(drawn.find('\x1b') == std::string::npos);
    CHECK(drawn.find("\\x1b[2J") != std::string::npos);
}

TEST_CASE("nothing to draw is an empty text") { CHECK(draw_ladder({}).empty()); }

TEST_CASE("addresses with one name share a column") {
    auto records = call();
    LadderOptions options{
        .width = 90, .ascii = true, .names = {{alice, "alice"}, {proxy, "edge"}, {bob, "edge"}}
    };
    std::string drawn = draw_ladder(records, options);
    CHECK(drawn.find("edge") == drawn.rfind("edge"));
}

TEST_CASE("a log keeps a message once that was seen at both ends, and what was sent again twice") {
    TraceLog log;
    log.add(message(true, alice, proxy, 0us, invite));
    log.add(message(false, alice, proxy, 100us, invite));
    CHECK(log.records().size() == 1);
    log.add(message(true, alice, proxy, 500ms, invite));
    log.add(message(false, alice, proxy, 501ms, invite));
    CHECK(log.records().size() == 2);
    log.add(message(false, bob, proxy, 600ms, ringing));
    CHECK(log.records().size() == 3);
    CHECK(log.of_call("c1").size() == 3);
    CHECK(log.of_call("c2").empty());
}

TEST_CASE("a log is bounded") {
    TraceLog log(10);
    for (int i = 0; i < 1000; ++i) log.add(message(false, alice, proxy, std::chrono::microseconds(i), invite));
    CHECK(log.records().size() == 10);
    CHECK(log.records().back().time == siptxn::TimePoint(1000s) + 999us);
}

TEST_CASE("a record says what the message is, with passwords masked") {
    auto record = make_record(
        message(false, alice, proxy, 0us, sip("INVITE sip:bob:secret@example.com SIP/2.0", "7 INVITE", description)));
    CHECK(record.source == alice);
    CHECK(record.destination == proxy);
    CHECK(record.start_line == "INVITE sip:bob:******@example.com SIP/2.0");
    CHECK(record.call_id == "c1");
    CHECK(record.cseq == 7);
    CHECK(record.cseq_method == "INVITE");
    CHECK(record.has_description);
    auto garbage = make_record(message(false, alice, proxy, 0us, "hello\r\nworld"));
    CHECK(garbage.start_line == "hello");
    CHECK(garbage.call_id.empty());
}
