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
