// SPDX-License-Identifier: MIT
// Our reliable provisional responses. RFC 3262 §3, §5; RFC 6337 §2.2.
#include "driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

const HeaderList can{
    {"Supported", "100rel"}
};

struct Ringing {
    SessionId session;
    ServerId invite;
    Message response;
    std::string tag;
    std::uint32_t rseq;

    [[nodiscard]] MessagePtr prack(const Body& body = {}, std::uint32_t cseq = 2, int off = 0) const {
        return incoming({.method = "PRACK",
                         .to_tag = tag,
                         .cseq = cseq,
                         .contact = "",
                         .body = body,
                         .headers = {{"RAck", std::to_string(rseq + static_cast<std::uint32_t>(off)) + " 1 INVITE"}}});
    }
};

Ringing taken(Driver& d, SessionId session) {
    auto respond = d.take<Respond>();
    auto tag = std::string(*respond.response.top<sipmsg::To>()->tag());
    auto rseq = respond.response.top<sipmsg::RSeq>();
    return {session, respond.transaction, respond.response, tag, rseq ? rseq->value : 0};
}

// An INVITE, and a reliable 183 to it with the answer (or our offer).
Ringing reliable_ringing(Driver& d, Incoming how = {.body = sdp("offer"), .headers = can}) {
    d.receive(incoming(how));
    auto session = d.take<Invited>().session;
    REQUIRE(d.layer.progress(session, {.status = 183, .reliable = true}, d.now));
    d.layer.described(d.take<DescriptionWanted>().id, sdp("ours"), d.now);
    return taken(d, session);
}

}  // namespace

TEST_CASE("a reliable response is asked for, numbered, and done with its PRACK (RFC 3262 §3)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer"), .headers = can}));
    auto session = d.take<Invited>().session;
    CHECK(d.layer.progress(session, {.status = 180, .contact = {.user = "bob"}, .reliable = true}, d.now));
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::answer);
    CHECK_FALSE(wanted.ours);
    CHECK(d.quiet());
    CHECK_FALSE(d.layer.progress(session, {.status = 183}, d.now));  // one at a time
    d.layer.described(wanted.id, sdp("ours"), d.now);
    auto ringing = taken(d, session);
    CHECK(ringing.response.status() == 180);
    CHECK(ringing.response.body() == "ours");
    CHECK(*ringing.response.raw(Header::require) == "100rel");
    CHECK(ringing.response.has(Header::contact));
    CHECK(ringing.rseq >= 1);
    CHECK(ringing.rseq <= 0x7fffffff);
    CHECK(d.quiet());
    CHECK_FALSE(d.layer.progress(session, {.status = 183}, d.now));

    CHECK(d.receive(ringing.prack()).first);
    CHECK(d.take<Respond>().response.status() == 200);
    auto done = d.take<ProgressDone>();
    CHECK(done.status == 200);
    CHECK(done.prack->method() == sipmsg::Method::prack);
    CHECK_FALSE(d.layer.next_expiry());

    // The next one has the next number, and nothing more to describe.
    CHECK(d.layer.progress(session, {.status = 182, .reliable = true}, d.now));
    auto next = taken(d, session);
    CHECK(next.rseq == ringing.rseq + 1);
    CHECK(next.response.body().empty());
    d.receive(next.prack({}, 3));
    d.take<Respond>();
    d.take<ProgressDone>();

    // What was settled reliably is not said again (RFC 3262 §5).
    d.layer.accept(session, d.now, {});
    auto ok = d.take<Respond>();
    CHECK(ok.response.status() == 200);
    CHECK(ok.response.body().empty());
    d.take<Established>();
    d.receive_ack(incoming({.method = "ACK", .to_tag = ringing.tag}));
    d.take<Acknowledged>();
    CHECK(d.quiet());
}

TEST_CASE("who gets which response: Require beats Supported, and neither means unreliable (RFC 3262 §3)") {
    struct Case {
        HeaderList headers;
        bool wanted;
        bool reliable;
    };
    for (const auto& [headers, wanted, reliable] : std::initializer_list<Case>{
             {{},                                               true,  false},
             {{},                                               false, false},
             {{{"Supported", "timer, 100rel"}},                 true,  true },
             {{{"Supported", "100rel"}},                        false, false},
             {{{"Require", "100REL"}},                          false, true },
             {{{"Supported", "100rel"}, {"Require", "100rel"}}, false, true },
    }) {
        Driver d;
        d.receive(incoming({.body = sdp("offer"), .headers = headers}));
        auto session = d.take<Invited>().session;
        CHECK(d.layer.progress(session, {.status = 180, .reliable = wanted}, d.now));
        if (reliable) d.layer.described(d.take<DescriptionWanted>().id, sdp("ours"), d.now);
        auto response = d.take<Respond>().response;
        CHECK(response.has(Header::rseq) == reliable);
        CHECK(response.has(Header::require) == reliable);
        CHECK((response.body() == "ours") == reliable);
    }
}

TEST_CASE("100 is never reliable (RFC 3262 §3)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer"), .headers = {{"Require", "100rel"}}}));
    CHECK(d.layer.progress(d.take<Invited>().session, {.status = 100, .reliable = true}, d.now));
    auto trying = d.take<Respond>().response;
    CHECK_FALSE(trying.has(Header::rseq));
    CHECK_FALSE(trying.has(Header::require));
}

TEST_CASE("an unreliable 183 is described when it is asked for, and its answer repeated (RFC 3261 §13.2.1)") {
    Driver d;
    d.receive(incoming({.body = sdp("offer")}));
    auto session = d.take<Invited>().session;
    d.layer.progress(session, {.status = 183, .describe = true}, d.now);
    auto wanted = d.take<DescriptionWanted>();
    SUBCASE("described") {
        d.layer.described(wanted.id, sdp("ours"), d.now);
        CHECK(d.take<Respond>().response.body() == "ours");
        CHECK(d.take<ProgressDone>().status == 200);
        d.layer.accept(session, d.now, {});
    }
    SUBCASE("accepted meanwhile: the 200 waits for it") {
        d.layer.accept(session, d.now, {});
        CHECK(d.quiet());
        d.layer.described(wanted.id, sdp("ours"), d.now);
        CHECK(d.take<Respond>().response.status() == 183);
        d.take<ProgressDone>();
    }
    SUBCASE("it cannot be: nothing is sent, and accept tries again") {
        d.layer.described(wanted.id, std::unexpected(500), d.now);
        CHECK(d.take<ProgressDone>().status == 500);
        CHECK(d.quiet());
        d.layer.accept(session, d.now, {});
        d.layer.described(d.take<DescriptionWanted>().id, sdp("ours"), d.now);
    }
    auto ok = d.take<Respond>().response;
    CHECK(ok.status() == 200);
    CHECK(ok.body() == "ours");
    d.take<Established>();
    CHECK(d.quiet());
}

TEST_CASE("a PRACK that matches no open reliable response gets 481, also when it comes twice (RFC 3262 §3)") {
    Driver d;
    auto ringing = reliable_ringing(d);
    d.receive(ringing.prack({}, 2, 1));
    CHECK(d.take<Respond>().response.status() == 481);
    d.receive(incoming({.method = "PRACK", .to_tag = ringing.tag, .cseq = 3}));  // no RAck
    CHECK(d.take<Respond>().response.status() == 481);
    d.receive(incoming({.method = "PRACK",
                        .to_tag = ringing.tag,
                        .cseq = 4,
                        .headers = {{"RAck", std::to_string(ringing.rseq) + " 9 INVITE"}}}));
    CHECK(d.take<Respond>().response.status() == 481);
    CHECK(d.quiet());
    d.receive(ringing.prack({}, 5));
    CHECK(d.take<Respond>().response.status() == 200);
    d.take<ProgressDone>();
    d.receive(ringing.prack({}, 6));
    CHECK(d.take<Respond>().response.status() == 481);
    CHECK(d.quiet());
}

TEST_CASE("without its PRACK a reliable response is repeated for 64*T1, then the INVITE gets 504 (RFC 3262 §3)") {
    Driver d;
    auto ringing = reliable_ringing(d);
    int copies = 1;
    while (d.layer.next_expiry() < TimePoint{} + 32s) {
        d.step();
        CHECK(d.take<Respond>().response.octets() == ringing.response.octets());
        ++copies;
    }
    CHECK(copies == 7);
    d.step();
    CHECK(d.now == TimePoint{} + 32s);
    CHECK(d.take<ProgressDone>().status == 504);
    CHECK(d.take<Respond>().response.status() == 504);
    CHECK(d.take<Ended>().cause == EndCause::no_prack);
    CHECK(d.quiet());
    CHECK(d.layer.sessions() + d.layer.lingering() == 0);
}

TEST_CASE("the 2xx waits for the PRACK of a reliable response (RFC 3262 §3, §5)") {
    Driver d;
    auto ringing = reliable_ringing(d);
    d.layer.accept(ringing.session, d.now, {});
    CHECK(d.quiet());
    d.advance(500ms);
    CHECK(d.take<Respond>().response.status() == 183);
    SUBCASE("it comes") {
        d.receive(ringing.prack());
        CHECK(d.take<Respond>().response.status() == 200);
        d.take<ProgressDone>();
        CHECK(d.take<Respond>().transaction == ringing.invite);
        d.take<Established>();
    }
    SUBCASE("it does not come") {
        while (d.now < TimePoint{} + 32s) d.step();
        d.drain();
        CHECK(d.layer.sessions() == 0);
    }
    SUBCASE("CANCEL comes instead") {
        d.layer.handle(siptxn::CancelReceived{ringing.invite, incoming({.method = "CANCEL"})}, d.now);
        CHECK(d.take<ProgressDone>().status == 487);
        CHECK(d.take<Respond>().response.status() == 487);
        CHECK(d.take<Ended>().cause == EndCause::canceled);
    }
    CHECK(d.quiet());
}

TEST_CASE("our offer in a reliable response is answered by its PRACK (RFC 3262 §5)") {
    Driver d;
    auto ringing = reliable_ringing(d, {.headers = can});
    CHECK(ringing.response.body() == "ours");
    SUBCASE("a good answer: PRACK gets its 200 at once, accept needs no description") {
        d.receive(ringing.prack(sdp("theirs")));
        CHECK(d.take<Respond>().response.status() == 200);
        auto apply = d.take<DescriptionWanted>();
        CHECK(apply.kind == DescriptionKind::apply);
        CHECK(apply.remote.content == "theirs");
        d.layer.accept(ringing.session, d.now, {});
        CHECK(d.quiet());
        d.layer.described(apply.id, Body{}, d.now);
        CHECK(d.take<ProgressDone>().status == 200);
        CHECK(d.take<Respond>().response.body().empty());
        d.take<Established>();
        CHECK(d.quiet());
        return;
    }
    SUBCASE("no answer") {
        d.receive(ringing.prack());
        CHECK(d.take<Respond>().response.status() == 200);
    }
    SUBCASE("an answer that cannot be applied") {
        d.receive(ringing.prack(sdp("bad")));
        d.take<Respond>();
        d.layer.described(d.take<DescriptionWanted>().id, std::unexpected(488), d.now);
    }
    CHECK(d.take<ProgressDone>().status == 488);
    CHECK(d.take<Respond>().response.status() == 488);
    CHECK(d.take<Ended>().cause == EndCause::media_failed);
    CHECK(d.quiet());
}

TEST_CASE("an offer in a PRACK is answered in its 200 (RFC 3262 §5)") {
    Driver d;
    auto ringing = reliable_ringing(d);
    auto prack = d.receive(ringing.prack(sdp("another offer"))).second;
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::answer);
    CHECK(wanted.remote.content == "another offer");
    CHECK_FALSE(wanted.initial);
    CHECK_FALSE(d.layer.next_expiry());  // acknowledged it is
    SUBCASE("answered") {
        d.layer.described(wanted.id, sdp("another answer"), d.now);
        auto ok = d.take<Respond>();
        CHECK(ok.transaction == prack);
        CHECK(ok.response.status() == 200);
        CHECK(ok.response.body() == "another answer");
        CHECK(d.take<ProgressDone>().status == 200);
    }
    SUBCASE("refused, and media goes back") {
        d.layer.described(wanted.id, std::unexpected(488), d.now);
        d.take<Rollback>();
        CHECK(d.take<Respond>().response.status() == 488);
        CHECK(d.take<ProgressDone>().status == 488);
    }
    SUBCASE("the call goes meanwhile") {
        d.layer.reject(ringing.session, 486, d.now);
        d.take<DescriptionDropped>();
        auto answer = d.take<Respond>();
        CHECK(answer.transaction == prack);
        CHECK(answer.response.status() == 487);
        d.take<ProgressDone>();
        CHECK(d.take<Respond>().response.status() == 486);
        d.take<Ended>();
    }
    CHECK(d.quiet());
}

TEST_CASE("a final refusal ends the repetitions, and the PRACK that crosses it still gets 200 (RFC 3262 §3)") {
    Driver d;
    auto ringing = reliable_ringing(d);
    d.layer.reject(ringing.session, 486, d.now);
    CHECK(d.take<ProgressDone>().status == 487);
    CHECK(d.take<Respond>().response.status() == 486);
    d.take<Ended>();
    CHECK(d.layer.sessions() == 0);
    SUBCASE("it comes") {
        CHECK(d.receive(ringing.prack()).first);
        CHECK(d.take<Respond>().response.status() == 200);
    }
    SUBCASE("something else comes") {
        CHECK(d.receive(incoming({.method = "INFO", .to_tag = ringing.tag, .cseq = 2})).first);
        CHECK(d.take<Respond>().response.status() == 481);
        while (d.step()) CHECK(d.quiet());
    }
    CHECK(d.layer.lingering() == 0);
    CHECK(d.quiet());
}
