// SPDX-License-Identifier: MIT
#include "driver.hpp"

#include <sipmsg/sdp/precondition.hpp>
#include <sipmsg/sdp/sdp.hpp>

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

/// An offer with an audio line and a video line; these attributes belong to the second.
Body offer(const std::string& attributes) {
    return sdp(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
        "m=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 96\r\n" +
        attributes);
}

const Body unmet = offer(
    "a=curr:qos local none\r\na=curr:qos remote none\r\n"
    "a=des:qos mandatory local sendrecv\r\na=des:qos optional remote sendrecv\r\n");

HeaderList insisting() {
    return {
        {"Require", "precondition"}
    };
}

void check_580(const Message& refusal, std::string_view line = "qos failure local sendrecv") {
    CHECK(refusal.status() == 580);
    auto body = sipmsg::sdp::parse(refusal.body());
    REQUIRE(body);
    REQUIRE(body->media.size() == 2);
    CHECK(body->media[0].attributes.empty());
    CHECK(sipmsg::sdp::values_of(body->media[1].attributes, "des") == std::vector<std::string_view>{line});
}

}  // namespace

TEST_CASE("a request that requires preconditions gets 420 and names them (RFC 3312 §11, RFC 3261 §8.2.2.3)") {
    Driver d;
    std::optional<Message> refusal;
    SUBCASE("INVITE") {
        d.receive(incoming({.body = unmet, .headers = insisting()}));
        refusal = d.take<Respond>().response;
        CHECK(refusal->top<sipmsg::To>()->tag());
        CHECK(d.layer.sessions() == 0);
    }
    SUBCASE("re-INVITE, UPDATE") {
        const char* method = "";
        SUBCASE("re-INVITE") { method = "INVITE"; }
        SUBCASE("UPDATE") { method = "UPDATE"; }
        auto call = d.confirmed_incoming();
        d.receive(
            incoming({.method = method, .to_tag = call.tag, .cseq = 2, .body = sdp("offer"), .headers = insisting()}));
        refusal = d.take<Respond>().response;
        CHECK(d.layer.sessions() == 1);
    }
    CHECK(refusal->status() == 420);
    CHECK(refusal->raw(Header::unsupported) == "precondition");
    CHECK(d.quiet());
}

TEST_CASE("an offer with mandatory preconditions that are not met gets 580, and which they are (RFC 3312 §8)") {
    Driver d;
    SUBCASE("INVITE: nobody is alerted") {
        d.receive(incoming({.body = unmet}));
        check_580(d.take<Respond>().response);
        CHECK(d.layer.sessions() == 0);
    }
    SUBCASE("of a kind nobody knows") {
        d.receive(incoming({.body = offer("a=des:moon mandatory e2e send\r\n")}));
        check_580(d.take<Respond>().response, "moon unknown e2e send");
    }
    SUBCASE("re-INVITE and UPDATE: the session stays as it was") {
        auto call = d.confirmed_incoming();
        d.receive(incoming({.method = "INVITE", .to_tag = call.tag, .cseq = 2, .body = unmet}));
        check_580(d.take<Respond>().response);
        d.receive(incoming({.method = "UPDATE", .to_tag = call.tag, .cseq = 3, .body = unmet}));
        check_580(d.take<Respond>().response);
        CHECK(d.layer.reinvite(call.session, d.now));
        CHECK(d.take<DescriptionWanted>().kind == DescriptionKind::offer);
    }
    CHECK(d.quiet());
}

TEST_CASE("preconditions that are met, or only wished for, are no reason to refuse (RFC 3312 §5)") {
    Driver d;
    std::string attributes;
    SUBCASE("met") { attributes = "a=curr:qos local sendrecv\r\na=des:qos mandatory local sendrecv\r\n"; }
    SUBCASE("optional") { attributes = "a=curr:qos local none\r\na=des:qos optional local sendrecv\r\n"; }
    SUBCASE("not readable") { attributes = "a=des:qos\r\n"; }
    d.receive(incoming({.body = offer(attributes)}));
    d.take<Invited>();
}

TEST_CASE("a program that meets preconditions by itself sees them all (RFC 3312)") {
    DialogOptions options;
    options.preconditions = true;
    Driver d(options);
    d.receive(incoming({.body = unmet, .headers = insisting()}));
    d.take<Invited>();
}

TEST_CASE("such an offer in a response is refused as far as one can: BYE, or no more of that fork (RFC 3312 §8)") {
    Driver d;
    auto options = Driver::call();
    options.without_offer = true;
    options.reliability = Reliability::supported;
    auto session = d.layer.invite(options, d.now);
    auto [invite, transaction] = d.take_request();
    SUBCASE("in a 2xx") {
        d.answer(transaction, reply_to(invite.request, 200, {.body = unmet}));
        d.take<SendAck>();
        auto [bye, hangup] = d.take_request();
        CHECK(bye.request.raw(Header::reason)->starts_with("SIP;cause=580"));
        d.answer(hangup, reply_to(bye.request, 200));
    }
    SUBCASE("in a reliable 183") {
        d.answer(transaction, reply_to(invite.request, 183,
                                       {
                                           .body = unmet, .headers = {{"Require", "100rel"}, {"RSeq", "1"}}
        }));
        d.take<Progressed>();
        CHECK(d.take_request().first.request.method() == sipmsg::Method::prack);
        CHECK(d.take<CancelRequest>().transaction == transaction);
        d.answer(transaction, reply_to(invite.request, 487));
    }
    auto ended = d.take<Ended>();
    CHECK(ended.session == session);
    CHECK(ended.cause == EndCause::media_failed);
}
