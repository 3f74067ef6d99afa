// SPDX-License-Identifier: MIT
// Reliable provisional responses to our INVITE. RFC 3262 §4, §5; RFC 6337 §2.2.
#include "driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

// A reliable response as the peer sends it.
MessagePtr reliable(const Message& invite, int status, int rseq, Reply how = {}) {
    how.headers.emplace_back("Require", "100rel");
    how.headers.emplace_back("RSeq", std::to_string(rseq));
    return reply_to(invite, status, how);
}

Driver::Calling bare_call(Driver& d) {
    auto options = Driver::call();
    options.without_offer = true;
    auto session = d.layer.invite(options, d.now);
    auto [invite, transaction] = d.take_request();
    return {session, std::move(invite), transaction};
}

}  // namespace

TEST_CASE("the INVITE says whether it can or must have reliable responses (RFC 3262 §4)") {
    for (auto [wish, header] : {
             std::pair{Reliability::supported, Header::supported},
             {Reliability::required,  Header::require  }
    }) {
        Driver d;
        auto options = Driver::call();
        options.reliability = wish;
        auto invite = d.start_call(options).invite.request;
        CHECK(*invite.raw(header) == "100rel");
        CHECK(reliability_of(invite.view()) == wish);
    }
    Driver d;
    CHECK(reliability_of(d.start_call().invite.request.view()) == Reliability::none);
}

TEST_CASE("each reliable response gets one PRACK in its dialog, copies and gaps get none (RFC 3262 §4)") {
    Driver d;
    auto call = d.start_call();
    auto number = std::to_string(cseq_of(call.invite.request));
    d.answer(call.transaction, reliable(call.invite.request, 180, 41));
    CHECK(d.take<Progressed>().response->status() == 180);
    auto [prack, transaction] = d.take_request();
    CHECK(prack.request.method() == sipmsg::Method::prack);
    CHECK(*prack.request.raw(Header::rack) == "41 " + number + " INVITE");
    CHECK(cseq_of(prack.request) == cseq_of(call.invite.request) + 1);
    CHECK(*prack.request.raw(Header::user_agent) == "test");
    CHECK(prack.request.request_uri_text() == "sip:bob@192.0.2.2");
    CHECK_FALSE(prack.options.contact);
    CHECK(prack.request.body().empty());

    d.answer(call.transaction, reliable(call.invite.request, 180, 41));  // a copy
    d.answer(call.transaction, reliable(call.invite.request, 183, 43));  // one is missing
    CHECK(d.quiet());
    d.answer(transaction, reply_to(prack.request, 200));
    d.answer(call.transaction, reliable(call.invite.request, 183, 42));
    CHECK(d.take<Progressed>().response->status() == 183);
    CHECK(*d.take<SendRequest>().request.raw(Header::rack) == "42 " + number + " INVITE");
    CHECK(d.quiet());
}

TEST_CASE("what is not sent reliably gets no PRACK (RFC 3262 §4)") {
    Driver d;
    auto call = d.start_call();
    d.answer(call.transaction, reply_to(call.invite.request, 180, {.headers = {{"RSeq", "1"}}}));
    d.answer(call.transaction, reply_to(call.invite.request, 180, {.headers = {{"Require", "100rel"}}}));
    d.answer(call.transaction, reliable(call.invite.request, 180, 0));
    d.answer(call.transaction, reliable(call.invite.request, 100, 1));
    d.take<Progressed>();
    d.take<Progressed>();
    CHECK(d.quiet());
}

TEST_CASE("the answer of a reliable response is applied with the 2xx, which need not repeat it (RFC 3262 §5)") {
    Driver d;
    auto call = d.start_call();
    d.answer(call.transaction, reliable(call.invite.request, 183, 1, {.body = sdp("answer")}));
    d.take<Progressed>();
    CHECK(d.take_request().first.request.body().empty());
    CHECK(d.quiet());
    d.answer(call.transaction, reply_to(call.invite.request, 200));
    CHECK(d.take<SendAck>().request.body().empty());
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::apply);
    CHECK(wanted.remote.content == "answer");
    CHECK(wanted.remote_tag == "bob");
    d.layer.described(wanted.id, Body{}, d.now);
    d.take<Established>();
    CHECK(d.quiet());
}

TEST_CASE("early media: the answer of a 1xx is applied at once, reliable or not, and not again (RFC 3261 §13.2.1)") {
    for (bool is_reliable : {true, false}) {
        Driver d;
        auto options = Driver::call();
        options.early_media = true;
        auto call = d.start_call(options);
        Reply how{.body = sdp("answer")};
        d.answer(call.transaction,
                 is_reliable ? reliable(call.invite.request, 183, 1, how) : reply_to(call.invite.request, 183, how));
        d.take<Progressed>();
        if (is_reliable) d.take_request();
        auto wanted = d.take<DescriptionWanted>();
        CHECK(wanted.kind == DescriptionKind::apply);
        CHECK(wanted.ours);
        CHECK(wanted.initial);

        SUBCASE("in time") {
            d.layer.described(wanted.id, Body{}, d.now);
            d.answer(call.transaction, reply_to(call.invite.request, 200, how));
            d.take<SendAck>();
        }
        SUBCASE("the 2xx comes while it is being applied") {
            d.answer(call.transaction, reply_to(call.invite.request, 200, how));
            d.take<SendAck>();
            CHECK(d.quiet());
            d.layer.described(wanted.id, Body{}, d.now);
        }
        SUBCASE("it cannot be applied, and is tried again with the 2xx") {
            d.layer.described(wanted.id, std::unexpected(488), d.now);
            CHECK(d.quiet());
            d.answer(call.transaction, reply_to(call.invite.request, 200, how));
            d.take<SendAck>();
            d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
        }
        d.take<Established>();
        CHECK(d.quiet());
    }
}

TEST_CASE("the offer of a reliable response is answered in its PRACK, and the 2xx brings none (RFC 3262 §5)") {
    Driver d;
    auto call = bare_call(d);
    d.answer(call.transaction, reliable(call.invite.request, 183, 7, {.body = sdp("their offer")}));
    d.take<Progressed>();
    auto wanted = d.take<DescriptionWanted>();
    CHECK(wanted.kind == DescriptionKind::answer);
    CHECK(wanted.remote.content == "their offer");
    CHECK(d.quiet());
    d.answer(call.transaction, reliable(call.invite.request, 183, 8));  // too early: it comes again
    CHECK(d.quiet());

    SUBCASE("answered") {
        d.layer.described(wanted.id, sdp("our answer"), d.now);
        auto [prack, transaction] = d.take_request();
        CHECK(prack.request.body() == "our answer");
        CHECK(prack.request.raw(Header::rack)->starts_with("7 "));
        d.answer(transaction, reply_to(prack.request, 200));
        d.answer(call.transaction, reliable(call.invite.request, 183, 8));
        d.take<Progressed>();
        CHECK(d.take_request().first.request.raw(Header::rack)->starts_with("8 "));
        d.answer(call.transaction, reply_to(call.invite.request, 200));
        CHECK(d.take<SendAck>().request.body().empty());
        d.take<Established>();
    }
    SUBCASE("the 2xx comes before our answer is there") {
        d.answer(call.transaction, reply_to(call.invite.request, 200));
        CHECK(d.quiet());
        d.layer.described(wanted.id, sdp("our answer"), d.now);
        CHECK(d.take_request().first.request.body() == "our answer");
        d.take<SendAck>();
        d.take<Established>();
    }
    SUBCASE("no answer can be made: PRACK without one, and the call is cancelled") {
        d.layer.described(wanted.id, std::unexpected(488), d.now);
        CHECK(d.take_request().first.request.body().empty());
        CHECK(d.take<CancelRequest>().transaction == call.transaction);
        d.answer(call.transaction, reply_to(call.invite.request, 487));
        auto ended = d.take<Ended>();
        CHECK(ended.cause == EndCause::media_failed);
    }
    SUBCASE("cancelled meanwhile: the late answer is ignored") {
        d.layer.cancel(call.session, d.now);
        CHECK(d.take<DescriptionDropped>().id == wanted.id);
        d.take<CancelRequest>();
        d.layer.described(wanted.id, sdp("late"), d.now);
    }
    CHECK(d.quiet());
}

TEST_CASE("a reliable response without the offer it owes is acknowledged all the same (RFC 3262 §5)") {
    Driver d;
    auto call = bare_call(d);
    d.answer(call.transaction, reliable(call.invite.request, 180, 7));
    d.take<Progressed>();
    CHECK(d.take_request().first.request.body().empty());
    d.answer(call.transaction, reply_to(call.invite.request, 200, {.body = sdp("their offer")}));
    d.layer.described(d.take<DescriptionWanted>().id, sdp("our answer"), d.now);
    CHECK(d.take<SendAck>().request.body() == "our answer");
    d.take<Established>();
}

TEST_CASE("forks: each early dialog has its own offer, answer and numbers, and one of them wins (RFC 3262 §4)") {
    Driver d;
    auto call = bare_call(d);
    auto fork = [&](const std::string& tag) {
        return Reply{.tag = tag, .contact = "<sip:" + tag + "@192.0.2.2>", .body = sdp("offer of " + tag)};
    };
    std::vector<DescriptionWanted> wanted;
    for (std::string tag : {"bob", "carol", "dave"}) {
        d.answer(call.transaction, reliable(call.invite.request, 183, 5, fork(tag)));
        d.take<Progressed>();
        wanted.push_back(d.take<DescriptionWanted>());
        CHECK(wanted.back().remote_tag == tag);
        CHECK(wanted.back().remote.content == "offer of " + tag);
    }
    d.layer.described(wanted[1].id, sdp("for carol"), d.now);
    auto prack = d.take_request().first.request;
    CHECK(prack.request_uri_text() == "sip:carol@192.0.2.2");
    CHECK(prack.body() == "for carol");
    d.layer.described(wanted[0].id, std::unexpected(488), d.now);  // that fork is lost, the call is not
    CHECK(d.take_request().first.request.request_uri_text() == "sip:bob@192.0.2.2");
    CHECK(d.quiet());

    SUBCASE("the one with its answer") {
        d.answer(call.transaction, reply_to(call.invite.request, 200, {.tag = "carol"}));
        CHECK(d.take<DescriptionDropped>().id == wanted[2].id);
        d.take<SendAck>();
        d.take<Established>();
        CHECK(d.layer.identity(call.session)->remote_tag == "carol");
    }
    SUBCASE("the one that has none") {
        d.answer(call.transaction, reply_to(call.invite.request, 200, {.tag = "bob"}));
        CHECK(d.take<DescriptionDropped>().id == wanted[2].id);
        d.take<SendAck>();
        CHECK(d.take_request().first.request.raw(Header::reason)->starts_with("SIP;cause=488"));
    }
    CHECK(d.quiet());
}

TEST_CASE("a challenged PRACK is sent again, a failed one changes nothing (RFC 3262 §4, RFC 3261 §22.2)") {
    Driver d;
    auto call = d.start_call();
    d.answer(call.transaction, reliable(call.invite.request, 180, 1));
    d.take<Progressed>();
    auto [prack, transaction] = d.take_request();
    d.answer(transaction, reply_to(prack.request, 407));
    d.layer.retry(d.take<Challenged>().id,
                  {
                      {"Proxy-Authorization", "Digest realm=\"r\""}
    },
                  d.now);
    auto [again, second] = d.take_request();
    CHECK(*again.request.raw(Header::rack) == *prack.request.raw(Header::rack));
    CHECK(cseq_of(again.request) == cseq_of(prack.request) + 1);
    d.answer(second, reply_to(again.request, 481));
    CHECK(d.quiet());
    CHECK(d.layer.sessions() == 1);
}

namespace {

// An early dialog whose answer is applied: next comes the question for what its PRACK is to offer.
struct OfferingAgain {
    Driver d;
    Driver::Calling call = d.start_call(wish());
    DescriptionWanted wanted = answered();

    static InviteOptions wish() {
        auto options = Driver::call();
        options.early_media = true;
        options.offer_in_prack = true;
        return options;
    }
    DescriptionWanted answered() {
        d.answer(call.transaction, reliable(call.invite.request, 183, 7, {.body = sdp("answer")}));
        d.take<Progressed>();
        auto apply = d.take<DescriptionWanted>();
        CHECK(apply.kind == DescriptionKind::apply);
        CHECK(d.quiet());  // the PRACK waits
        d.answer(call.transaction, reliable(call.invite.request, 183, 8));
        CHECK(d.quiet());  // out of turn: it comes again
        d.layer.described(apply.id, Body{}, d.now);
        auto offer = d.take<DescriptionWanted>();
        CHECK(offer.kind == DescriptionKind::offer);
        CHECK(offer.remote_tag == "bob");
        CHECK_FALSE(offer.initial);
        return offer;
    }
    // The PRACK with that offer, sent.
    std::pair<SendRequest, ClientId> prack() {
        d.layer.described(wanted.id, sdp("second offer"), d.now);
        auto sent = d.take_request();
        CHECK(sent.first.request.method() == sipmsg::Method::prack);
        CHECK(sent.first.request.body() == "second offer");
        CHECK(sent.first.request.raw(Header::rack)->starts_with("7 "));
        CHECK_FALSE(sent.first.request.has(Header::session_expires));
        CHECK_FALSE(sent.first.options.contact);
        return sent;
    }
    // The 2xx, which need not say anything of media.
    void answer_call() {
        d.answer(call.transaction, reply_to(call.invite.request, 200, {.contact = "<sip:bob@192.0.2.7>"}));
        CHECK(d.take<SendAck>().request.body().empty());
        d.take<Established>();
    }
};

}  // namespace

TEST_CASE("the PRACK of an answer carries the next offer when the program wants that (RFC 3262 §5, RFC 6337 §2.2)") {
    OfferingAgain t;
    auto& d = t.d;

    SUBCASE("answered by its 2xx, early") {
        auto [prack, transaction] = t.prack();
        CHECK_FALSE(d.layer.update(t.call.session, d.now));  // one offer at a time
        d.answer(transaction,
                 reply_to(prack.request, 200, {.contact = "<sip:other@192.0.2.2>", .body = sdp("second answer")}));
        auto apply = d.take<DescriptionWanted>();
        CHECK(apply.kind == DescriptionKind::apply);
        CHECK(apply.remote.content == "second answer");
        d.layer.described(apply.id, Body{}, d.now);
        CHECK(d.take<Reinvited>().status == 200);
        d.answer(t.call.transaction, reliable(t.call.invite.request, 180, 8, {.body = sdp("answer")}));
        d.take<Progressed>();
        auto next = d.take_request().first.request;  // what comes later is acknowledged at once, and offers nothing
        CHECK(next.body().empty());
        CHECK(next.request_uri_text() == "sip:bob@192.0.2.2");  // a PRACK refreshes no target
        t.answer_call();
    }
    SUBCASE("answered when the call stands already") {
        auto [prack, transaction] = t.prack();
        t.answer_call();
        d.answer(transaction, reply_to(prack.request, 200, {.body = sdp("second answer")}));
        d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
        CHECK(d.take<Reinvited>().status == 200);
    }
    SUBCASE("the peer offers at the same time: it is refused, and our exchange goes on (RFC 3311 §5.2)") {
        auto [prack, transaction] = t.prack();
        auto tag = std::string(*t.call.invite.request.top<sipmsg::From>()->tag());
        Incoming update{.method = "UPDATE", .to_tag = tag, .from_tag = "bob", .body = sdp("their offer")};
        update.call_id = std::string(*t.call.invite.request.raw(Header::call_id));
        d.receive(incoming(update));
        CHECK(d.take<Respond>().response.status() == 491);
        CHECK(d.quiet());
        d.answer(transaction, reply_to(prack.request, 200, {.body = sdp("second answer")}));
        CHECK(d.take<DescriptionWanted>().remote.content == "second answer");
        t.answer_call();
    }
    SUBCASE("refused, not answered or not understood: what was agreed stays, and the call goes on") {
        auto [prack, transaction] = t.prack();
        SUBCASE("488") { d.answer(transaction, reply_to(prack.request, 488)); }
        SUBCASE("491, which no second PRACK can mend") { d.answer(transaction, reply_to(prack.request, 491)); }
        SUBCASE("481") { d.answer(transaction, reply_to(prack.request, 481)); }
        SUBCASE("a 2xx without answer") { d.answer(transaction, reply_to(prack.request, 200)); }
        d.take<Rollback>();
        CHECK(d.take<Reinvited>().status >= 400);
        t.answer_call();
    }
    SUBCASE(
        "no answer at all: nobody knows what the peer took, so that dialog is lost, and the call with the last one") {
        auto [prack, transaction] = t.prack();
        bool answered = false;
        SUBCASE("before the 2xx") {}
        SUBCASE("after it") { answered = true; }
        if (answered) t.answer_call();
        d.fail(transaction);
        d.take<Rollback>();
        CHECK(d.take<Reinvited>().status == 408);
        if (answered) {
            CHECK(d.take_request().first.request.method() == sipmsg::Method::bye);
            CHECK(d.take<Ended>().cause == EndCause::dialog_gone);
        } else {
            CHECK(d.take<CancelRequest>().transaction == t.call.transaction);
        }
    }
    SUBCASE("no offer can be made: the PRACK goes without") {
        d.layer.described(t.wanted.id, std::unexpected(500), d.now);
        auto [prack, transaction] = d.take_request();
        CHECK(prack.request.method() == sipmsg::Method::prack);
        CHECK(prack.request.body().empty());
        CHECK(d.take<Reinvited>().status == 500);
        t.answer_call();
    }
    SUBCASE("the 2xx comes before the offer is made: a re-INVITE carries it") {
        t.answer_call();
        d.layer.described(t.wanted.id, sdp("second offer"), d.now);
        auto reinvite = d.take_request().first;
        CHECK(reinvite.request.method() == sipmsg::Method::invite);
        CHECK(reinvite.request.body() == "second offer");
        CHECK(reinvite.options.contact);
        CHECK(reinvite.request.request_uri_text() == "sip:bob@192.0.2.7");
    }
    SUBCASE("cancelled meanwhile") {
        d.layer.cancel(t.call.session, d.now);
        CHECK(d.take<DescriptionDropped>().id == t.wanted.id);
        CHECK(d.take<Reinvited>().status == 487);
        d.take<CancelRequest>();
    }
    SUBCASE("the fork is over (RFC 6228 §4)") {
        d.answer(t.call.transaction, reply_to(t.call.invite.request, 199));
        d.take<Progressed>();
        CHECK(d.take<DescriptionDropped>().id == t.wanted.id);
        CHECK(d.take<Reinvited>().status == 487);
    }
    SUBCASE("another fork brings its answer: its PRACK does not wait for the first one's exchange") {
        Reply carol{.tag = "carol", .contact = "<sip:carol@192.0.2.3>", .body = sdp("answer of carol")};
        d.answer(t.call.transaction, reliable(t.call.invite.request, 183, 1, carol));
        d.take<Progressed>();
        d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
        auto prack = d.take_request().first.request;
        CHECK(prack.request_uri_text() == "sip:carol@192.0.2.3");
        CHECK(prack.body().empty());
        t.prack();
    }
    CHECK(d.quiet());
}

TEST_CASE("without early media, or reliably, no offer goes with a PRACK (RFC 3262 §5)") {
    Driver d;
    auto options = OfferingAgain::wish();
    bool reliably = false;
    SUBCASE("the answer is kept for the 2xx") {
        options.early_media = false;
        reliably = true;
    }
    SUBCASE("the answer came in a response that has no PRACK") {}
    auto call = d.start_call(options);
    Reply how{.body = sdp("answer")};
    d.answer(call.transaction,
             reliably ? reliable(call.invite.request, 183, 1, how) : reply_to(call.invite.request, 183, how));
    d.take<Progressed>();
    if (reliably) CHECK(d.take_request().first.request.body().empty());
    if (!reliably) d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
    CHECK(d.quiet());
}
