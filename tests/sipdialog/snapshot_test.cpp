// SPDX-License-Identifier: MIT
// Sessions that are kept as text and taken up by another layer.
#include "driver.hpp"

#include "snapshot_text.hpp"

#include <algorithm>
#include <random>
#include <vector>

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    REQUIRE(at != text.npos);
    return text.replace(at, from.size(), to);
}

// A call through two proxies, with a session timer that we keep and credentials that we sent.
std::pair<Driver::Calling, std::string> kept(Driver& d) {
    auto options = Driver::call();
    options.common_headers.emplace_back("Proxy-Authorization", "Digest username=\"alice\", response=\"secret\"");
    auto call = d.start_call(options);
    d.answer(call.transaction,
             reply_to(call.invite.request, 200,
                      {
                          .body = sdp("answer"),
                          .headers = {{"Record-Route", "<sip:p2.example.com;lr>, <sip:p1.example.com;lr>"},
                                      {"Session-Expires", "100;refresher=uac"},
                                      {"Require", "timer"},
                                      {"Allow", "UPDATE"}}
    }));
    d.take<SendAck>();
    CHECK_FALSE(d.layer.snapshot(call.session, d.now));  // its description is still open
    d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
    d.take<Established>();
    d.advance(10s);
    auto text = d.layer.snapshot(call.session, d.now);
    REQUIRE(text);
    return {std::move(call), *text};
}

SessionId restored(Driver& d, std::string_view text, siptxn::Duration age = {}) {
    auto session = d.layer.restore(text, d.now, age);
    REQUIRE_MESSAGE(session, (session ? "" : session.error().reason));
    CHECK(d.quiet());
    return *session;
}

std::string refusal(const std::string& text) {
    Driver d;
    auto session = d.layer.restore(text, d.now);
    CHECK(d.layer.sessions() == (session ? 1 : 0));
    return session ? "" : std::to_string(session.error().line) + ": " + session.error().reason;
}

}  // namespace

TEST_CASE("a session is kept as text without secrets, and another layer goes on with it (RFC 3261 §12)") {
    Driver first;
    auto [call, text] = kept(first);
    CHECK(text.find("secret") == text.npos);
    Driver d;
    d.now = TimePoint{} + 1h;  // another machine's clock
    auto session = restored(d, text, 5s);
    CHECK(d.layer.identity(session)->call_id == first.layer.identity(call.session)->call_id);
    CHECK(d.layer.snapshot(session, d.now)->starts_with(text.substr(0, text.find("timer"))));

    SUBCASE("our requests go the same way, with the next number") {
        d.layer.request(session, "INFO", {}, d.now);
        auto [info, transaction] = d.take_request();
        CHECK_FALSE(d.layer.snapshot(session, d.now));  // it has no answer yet
        CHECK(cseq_of(info.request) == cseq_of(call.invite.request) + 1);
        CHECK(info.request.request_uri_text() == "sip:bob@192.0.2.2");
        CHECK(*info.request.raw(Header::route) == "<sip:p1.example.com;lr>");
        CHECK(info.request.raw(Header::user_agent) == "test");
        CHECK_FALSE(info.request.view().has(Header::proxy_authorization));
        d.answer(transaction, reply_to(info.request, 200));
        CHECK(d.take<ResponseInDialog>().response->status() == 200);
    }
    SUBCASE("the peer's requests are known, and its numbers must rise") {
        auto identity = *d.layer.identity(session);
        Incoming bye{.method = "BYE", .to_tag = identity.local_tag, .from_tag = "bob", .call_id = identity.call_id};
        CHECK(d.receive(incoming(bye)).first);
        CHECK(d.take<Respond>().response.status() == 200);
        CHECK(d.take<Ended>().cause == EndCause::remote_bye);
        CHECK(d.layer.sessions() == 0);
    }
    SUBCASE("a re-INVITE is offered and answered") {
        CHECK(d.layer.reinvite(session, d.now));
        d.layer.described(d.take<DescriptionWanted>().id, sdp("offer"), d.now);
        auto [invite, transaction] = d.take_request();
        REQUIRE(invite.options.contact);
        CHECK(invite.options.contact->user == "alice");
        d.answer(transaction, reply_to(invite.request, 200, {.body = sdp("answer")}));
        d.take<SendAck>();
        d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
        CHECK(d.take<Reinvited>().status == 200);
    }
    SUBCASE("the session timer runs on: half of 100 s, of which 10 were over, and 5 are the snapshot's age") {
        CHECK(d.layer.next_expiry() == d.now + 35s);
        d.step();
        CHECK(d.take_request().first.request.method() == sipmsg::Method::update);
    }
    SUBCASE("the same dialog is not taken up twice") {
        auto again = d.layer.restore(text, d.now);
        REQUIRE_FALSE(again);
        CHECK(again.error().reason == "that dialog is here already");
        d.layer.bye(session, d.now);
        CHECK(d.take_request().first.request.method() == sipmsg::Method::bye);
    }
}

TEST_CASE("a session the peer began is kept when its ACK has come (RFC 3261 §13.3.1.4)") {
    Driver first;
    auto called = first.accepted_call();
    CHECK_FALSE(first.layer.snapshot(called.session, first.now));
    first.receive_ack(incoming({.method = "ACK", .to_tag = called.tag}));
    first.take<Acknowledged>();
    auto text = first.layer.snapshot(called.session, first.now);
    REQUIRE(text);
    CHECK_FALSE(first.layer.snapshot(SessionId{99}, first.now));

    Driver d;
    auto session = restored(d, *text);
    CHECK_FALSE(d.layer.next_expiry());
    d.receive(incoming({.method = "INFO", .to_tag = called.tag, .cseq = 1}));
    CHECK(d.take<Respond>().response.status() == 500);  // that number was the INVITE's
    d.receive(incoming({.method = "INFO", .to_tag = called.tag, .cseq = 2}));
    CHECK(d.take<RequestInDialog>().session == session);
    CHECK_FALSE(d.layer.snapshot(session, d.now));  // it waits for its answer
}

TEST_CASE("the snapshot of a session that came from one is the same, line by line") {
    Driver first;
    auto [call, text] = kept(first);
    auto read = read_snapshot(text);
    REQUIRE(read);
    CHECK(to_text(*read) == text);
    Driver second;
    auto session = restored(second, text);
    CHECK(second.layer.snapshot(session, second.now) == text);
}

TEST_CASE("a damaged snapshot is refused with the line and the reason, and nothing begins") {
    Driver first;
    const auto text = kept(first).second;
    CHECK(refusal(text).empty());
    CHECK(refusal("") == "1: the text ends too early");
    CHECK(refusal(replaced(text, "sipdialog-session 1", "sipdialog-session 2")) ==
          "1: expected \"sipdialog-session 1\"");
    CHECK(refusal(replaced(text, "\nend\n", "\n")).ends_with("the text ends too early"));
    CHECK(refusal(text + "x\n").ends_with("more behind the end"));
    CHECK(refusal(replaced(text, "target sip:", "target http:")) == "0: Contact, octet 0: expected a SIP URI");
    CHECK(refusal(replaced(text, "\ntarget ", "\ncall-id x\ntarget ")).ends_with("call-id: twice"));
    CHECK(refusal(replaced(text, "\nfirst-cseq 1\n", "\n")) == "0: first-cseq is missing");
    CHECK(refusal(replaced(text, "\nlocal-cseq ", "\nlocal-cseq -"))
              .ends_with("local-cseq: expected a number below 2147483648"));
    CHECK(refusal(replaced(text, "\nis ", "\nis bold ")).ends_with("is: expected known words"));
    CHECK(refusal(replaced(text, "\ntimer ours 100", "\ntimer ours 0")).ends_with("three numbers"));
    CHECK(refusal(replaced(text, "\nheader User-Agent", "\nheader Authorization"))
              .ends_with("header: expected no credentials"));
    CHECK(refusal(replaced(text, "\nheader User-Agent", "\nheader User Agent"))
              .ends_with("header: expected a header line"));
    CHECK(refusal(replaced(text, "\nend", "\nsurprise 1\nend")).ends_with("an unknown name"));
    CHECK(refusal(replaced(text, "\nlocal ", "\nlocal \x01")).ends_with("a control character"));
    CHECK(refusal(replaced(text, "contact-user ", "contact-user > ")) == "0: contact: expected parts that make one");
    CHECK(refusal("sipdialog-session 1\n" + std::string(70'000, 'x')) == "0: longer than 65536 octets");
}

TEST_CASE("whatever is done to a snapshot, it is refused or makes a session whose requests can be written") {
    Driver first;
    const auto text = kept(first).second;
    std::mt19937 random(7);
    int taken = 0;
    for (int i = 0; i < 20'000; ++i) {
        auto changed = text;
        for (auto left = 1 + random() % 3; left > 0 && !changed.empty(); --left) {
            const auto at = random() % changed.size();
            switch (random() % 4) {
                case 0: changed[at] = static_cast<char>(random()); break;
                case 1: changed.erase(at, 1 + random() % 9); break;
                case 2: changed.insert(at, changed.substr(random() % changed.size(), 1 + random() % 30)); break;
                default: changed.insert(at, 1, "\n\r <>;,\"@:0"[random() % 11]);
            }
        }
        Driver d;
        const auto session = d.layer.restore(changed, d.now);
        if (!session) continue;
        ++taken;
        d.layer.request(*session, "INFO", {}, d.now);
        const auto [info, transaction] = d.take_request();
        CHECK(sipmsg::parse(info.request.octets()).has_value());
    }
    CHECK(taken > 100);
}
