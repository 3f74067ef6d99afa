// SPDX-License-Identifier: MIT
// Session timers: what is agreed, and when it is due. RFC 4028.
#include "driver.hpp"

using namespace sipdialog;
using namespace sipdialog::testing;
using sipmsg::Refresher;
using std::chrono::seconds;

namespace {

const HeaderList timer{
    {"Supported", "timer"}
};
const HeaderList required{
    {"Require", "timer"}
};

HeaderList asking(const std::string& expires, HeaderList more = timer) {
    more.emplace_back("Session-Expires", expires);
    return more;
}

DialogOptions with_timer(seconds expires, seconds min_se = 90s) {
    DialogOptions options;
    options.session_timer = {.expires = expires, .min_se = min_se};
    return options;
}

// An outgoing call whose 2xx has these headers.
Driver::Calling answered(Driver& d, HeaderList headers) {
    auto call = d.start_call();
    d.answer(call.transaction, reply_to(call.invite.request, 200, {.body = sdp("answer"), .headers = headers}));
    d.take<SendAck>();
    d.layer.described(d.take<DescriptionWanted>().id, Body{}, d.now);
    d.take<Established>();
    d.advance(32s);  // no copy of the 2xx comes any more
    return call;
}

SessionTimerTerms terms_of(const HeaderList& headers, const SessionTimerOptions& ours) {
    auto terms = answer_timer(incoming({.headers = headers})->view(), ours);
    REQUIRE(terms);
    return *terms;
}

}  // namespace

TEST_CASE("what our 2xx says: the interval may fall, never below Min-SE; who refreshes (RFC 4028 §9)") {
    SessionTimerOptions none, ours{.expires = 600s};
    auto min = [](HeaderList headers, const char* value) {
        headers.emplace_back("Min-SE", value);
        return headers;
    };
    auto check = [](const HeaderList& headers, const SessionTimerOptions& options, seconds interval,
                    Refresher refresher, bool peer_knows) {
        CAPTURE(interval.count());
        CHECK(terms_of(headers, options) == SessionTimerTerms{interval, refresher, peer_knows});
    };
    using enum Refresher;
    check({}, none, 0s, uas, false);
    check({}, ours, 600s, uas, false);  // a caller that does not know timers: we refresh
    check(timer, none, 0s, uac, true);
    check(timer, ours, 600s, uac, true);
    check(min(timer, "900"), ours, 900s, uac, true);
    check(asking("1800"), none, 1800s, uac, true);
    check(asking("1800"), ours, 600s, uac, true);
    check(min(asking("1800"), "900"), ours, 900s, uac, true);
    check(asking("300"), ours, 300s, uac, true);
    check(asking("1800;refresher=uas"), none, 1800s, uas, true);
    check(asking("1800;refresher=uac"), none, 1800s, uac, true);
    check(asking("1800", required), none, 1800s, uac, true);
    check(asking("1800", {}), none, 1800s, uas, false);  // a proxy asks, the caller does not know
    check(asking("30", {}), none, 30s, uas, false);
    CHECK(terms_of(timer, {.expires = 600s, .refresher = Refresher::uas}).refresher == Refresher::uas);
    auto small = answer_timer(incoming({.headers = asking("60")})->view(), none);
    REQUIRE_FALSE(small);
    CHECK(small.error() == 90s);
}

TEST_CASE("an interval that is too short gets 422 with our Min-SE, outside and inside a dialog (RFC 4028 §9)") {
    Driver d(with_timer(0s, 120s));
    CHECK(d.receive(incoming({.body = sdp("offer"), .headers = asking("100")})).first);
    auto refusal = d.take<Respond>().response;
    CHECK(refusal.status() == 422);
    CHECK(*refusal.raw(Header::min_se) == "120");
    CHECK(d.quiet());
    CHECK(d.layer.sessions() == 0);
    auto called = d.confirmed_incoming();
    std::uint32_t cseq = 2;
    for (auto method : {"INVITE", "UPDATE"}) {
        d.receive(incoming({.method = method, .to_tag = called.tag, .cseq = cseq++, .headers = asking("100")}));
        auto inside = d.take<Respond>().response;
        CHECK(inside.status() == 422);
        CHECK(*inside.raw(Header::min_se) == "120");
    }
    CHECK(d.quiet());
}

TEST_CASE("422 to our INVITE: it goes out again with the interval asked for, when that grows (RFC 4028 §7.3)") {
    Driver d(with_timer(100s));
    auto call = d.start_call();
    CHECK(*call.invite.request.raw(Header::session_expires) == "100");
    CHECK(*call.invite.request.raw(Header::supported) == "timer");
    CHECK_FALSE(call.invite.request.has(Header::min_se));
    d.answer(call.transaction, reply_to(call.invite.request, 422, {.headers = {{"Min-SE", "200"}}}));
    auto [second, transaction] = d.take_request();
    CHECK(second.id == call.invite.id);
    CHECK(*second.request.raw(Header::session_expires) == "200");
    CHECK(*second.request.raw(Header::min_se) == "200");
    CHECK(cseq_of(second.request) == cseq_of(call.invite.request) + 1);
    CHECK(second.request.body() == "offer");
    d.end(call.transaction);
    SUBCASE("a third one wants more") {
        d.answer(transaction, reply_to(second.request, 422, {.headers = {{"Min-SE", "300"}}}));
        CHECK(*d.take_request().first.request.raw(Header::session_expires) == "300");
    }
    SUBCASE("one that does not is a refusal like any other") {
        d.answer(transaction, reply_to(second.request, 422, {.headers = {{"Min-SE", "200"}}}));
        CHECK(d.take<Ended>().status == 422);
    }
    SUBCASE("and without Min-SE") {
        d.answer(transaction, reply_to(second.request, 422));
        CHECK(d.take<Ended>().status == 422);
    }
    CHECK(d.quiet());
}

TEST_CASE("422s that ask for ever more are followed five times, and the sixth refuses the call (RFC 4028 §7.3)") {
    Driver d(with_timer(100s));
    auto call = d.start_call();
    auto request = call.invite.request;
    auto transaction = call.transaction;
    for (int least = 200; least <= 600; least += 100) {
        auto refused = transaction;
        d.answer(refused, reply_to(request, 422, {.headers = {{"Min-SE", std::to_string(least)}}}));
        auto [again, next] = d.take_request();
        CHECK(*again.request.raw(Header::session_expires) == std::to_string(least));
        request = std::move(again.request);
        transaction = next;
        d.end(refused);
    }
    d.answer(transaction, reply_to(request, 422, {.headers = {{"Min-SE", "700"}}}));
    auto ended = d.take<Ended>();
    CHECK(ended.cause == EndCause::refused);
    CHECK(ended.status == 422);
    d.end(transaction);
    CHECK(d.quiet());
    CHECK(d.layer.sessions() == 0);
}

TEST_CASE("we refresh at half the interval: by UPDATE when the peer allows it (RFC 4028 §10)") {
    Driver d;
    auto call = answered(d, {
                                {"Session-Expires", "100;refresher=uac"},
                                {"Require",         "timer"            },
                                {"Allow",           "UPDATE"           }
    });
    CHECK(d.step());
    CHECK(d.now == TimePoint{} + 50s);
    auto [update, transaction] = d.take_request();
    CHECK(update.request.method() == sipmsg::Method::update);
    CHECK(update.request.body().empty());
    CHECK(*update.request.raw(Header::session_expires) == "100;refresher=uac");
    CHECK(update.options.contact);

    SUBCASE("agreed: the interval begins anew") {
        d.answer(transaction, reply_to(update.request, 200, {.headers = {{"Session-Expires", "100;refresher=uac"}}}));
        CHECK(d.layer.next_expiry() == d.now + 50s);
    }
    SUBCASE("the peer takes over") {
        d.answer(transaction, reply_to(update.request, 200, {.headers = {{"Session-Expires", "100;refresher=uas"}}}));
        CHECK(d.layer.next_expiry() == d.now + 100s - 32s);
    }
    SUBCASE("the peer wants no timer any more") {
        d.answer(transaction, reply_to(update.request, 200));
        CHECK_FALSE(d.layer.next_expiry());
    }
    SUBCASE("refused: again in what is left, and BYE before it is over") {
        int tries = 1;
        d.answer(transaction, reply_to(update.request, 500));
        while (d.step()) {
            auto output = d.layer.poll();
            REQUIRE(output);
            auto request = std::get<SendRequest>(*output);
            if (request.request.method() == sipmsg::Method::bye) break;
            ++tries;
            auto next = ClientId{static_cast<std::uint64_t>(900 + tries)};
            d.layer.sent(request.id, next);
            d.answer(next, reply_to(request.request, 500));
        }
        CHECK(tries == 4);
        CHECK(d.now == TimePoint{} + 68s);
        return;
    }
    SUBCASE("422: again at once, and longer") {
        d.answer(transaction, reply_to(update.request, 422, {.headers = {{"Min-SE", "300"}}}));
        auto [again, second] = d.take_request();
        CHECK(*again.request.raw(Header::session_expires) == "300;refresher=uac");
        CHECK(*again.request.raw(Header::min_se) == "300");
    }
    SUBCASE("481: the dialog is gone") {
        d.answer(transaction, reply_to(update.request, 481));
        CHECK(d.take_request().first.request.method() == sipmsg::Method::bye);
        CHECK(d.take<Ended>().cause == EndCause::dialog_gone);
    }
    CHECK(d.quiet());
}

TEST_CASE("we refresh by a re-INVITE with an offer when the peer does not allow UPDATE (RFC 4028 §7.4)") {
    Driver d;
    auto call = answered(d, {
                                {"Session-Expires", "100"}
    });  // without a refresher it is who asked
    d.step();
    CHECK(d.now == TimePoint{} + 50s);
    d.layer.described(d.take<DescriptionWanted>().id, sdp("offer"), d.now);
    auto [invite, transaction] = d.take_request();
    CHECK(invite.request.method() == sipmsg::Method::invite);
    CHECK(*invite.request.raw(Header::session_expires) == "100;refresher=uac");
    d.answer(transaction, reply_to(invite.request, 200,
                                   {.body = sdp("answer"), .headers = {{"Session-Expires", "100;refresher=uac"}}}));
    d.take<SendAck>();
    CHECK(d.layer.next_expiry() == d.now + 50s);
}

TEST_CASE("an interval below 90 s makes no flood of refreshes (RFC 4028 §5)") {
    SessionTimer timer;
    for (auto refresher : {sipmsg::Refresher::uac, sipmsg::Refresher::uas}) {
        timer.agree({.interval = seconds(1), .refresher = refresher}, true, TimePoint{});
        CHECK(timer.next_expiry() == TimePoint{} + (refresher == sipmsg::Refresher::uac ? 45s : 60s));
    }
}

TEST_CASE("the peer refreshes: BYE a third or 32 s before the interval is over when it does not (RFC 4028 §10)") {
    for (auto [interval, left] : {
             std::pair{90,  30},
             {300, 32}
    }) {
        Driver d;
        d.receive(incoming({.body = sdp("offer"), .headers = asking(std::to_string(interval))}));
        auto session = d.take<Invited>().session;
        d.layer.accept(session, d.now, {});
        d.layer.described(d.take<DescriptionWanted>().id, sdp("answer"), d.now);
        auto ok = d.take<Respond>().response;
        CHECK(*ok.raw(Header::session_expires) == std::to_string(interval) + ";refresher=uac");
        CHECK(*ok.raw(Header::require) == "timer");
        d.take<Established>();
        auto tag = std::string(*ok.top<sipmsg::To>()->tag());
        d.receive_ack(incoming({.method = "ACK", .to_tag = tag}));
        d.take<Acknowledged>();

        // Its UPDATE begins the interval anew.
        d.advance(20s);
        d.receive(incoming({.method = "UPDATE",
                            .to_tag = tag,
                            .cseq = 2,
                            .headers = asking(std::to_string(interval) + ";refresher=uac")}));
        CHECK(*d.take<Respond>().response.raw(Header::session_expires) == std::to_string(interval) + ";refresher=uac");
        CHECK(d.quiet());
        d.step();
        CHECK(d.now == TimePoint{} + 20s + seconds(interval - left));
        auto [bye, transaction] = d.take_request();
        CHECK(bye.request.method() == sipmsg::Method::bye);
        d.answer(transaction, reply_to(bye.request, 200));
        CHECK(d.take<Ended>().cause == EndCause::expired);
        CHECK(d.quiet());
    }
}

TEST_CASE("a caller that does not know timers is refreshed by us, if we want one (RFC 4028 §9)") {
    Driver d(with_timer(200s));
    auto called = d.accepted_call();
    CHECK(*called.success.raw(Header::session_expires) == "200;refresher=uas");
    CHECK_FALSE(called.success.has(Header::require));
    d.receive_ack(incoming({.method = "ACK", .to_tag = called.tag}));
    d.take<Acknowledged>();
    d.step();
    CHECK(d.now == TimePoint{} + 100s);
    CHECK(d.take<DescriptionWanted>().kind == DescriptionKind::offer);  // its INVITE had no Allow: re-INVITE
}

TEST_CASE("a re-INVITE keeps the roles: the refresher of a request is named from its sender's side (RFC 4028 §7.4)") {
    Driver d;
    auto call = answered(d, {
                                {"Session-Expires", "1000;refresher=uas"}
    });
    CHECK(d.layer.next_expiry() == TimePoint{} + 968s);
    d.layer.reinvite(call.session, d.now);
    d.layer.described(d.take<DescriptionWanted>().id, sdp("offer"), d.now);
    CHECK(*d.take_request().first.request.raw(Header::session_expires) == "1000;refresher=uas");
}

TEST_CASE("the end of a session ends its timer") {
    Driver d;
    auto call = answered(d, {
                                {"Session-Expires", "100;refresher=uac"},
                                {"Allow",           "UPDATE"           }
    });
    d.layer.bye(call.session, d.now);
    auto [bye, transaction] = d.take_request();
    CHECK_FALSE(d.layer.next_expiry());
    d.answer(transaction, reply_to(bye.request, 200));
    d.take<Ended>();
}
