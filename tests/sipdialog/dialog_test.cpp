// SPDX-License-Identifier: MIT
#include "driver.hpp"

#include <sipdialog/dialog.hpp>

#include <vector>

using namespace sipdialog;
using namespace sipdialog::testing;

namespace {

Message invite(const std::string& uri = "sip:bob@example.com") {
    auto request = Message::request("INVITE", uri);
    request.append(Header::from, "\"Alice\" <sip:alice@example.com>;tag=a");
    request.append(Header::to, "<sip:bob@example.com>");
    request.append(Header::call_id, "call-1");
    request.append(Header::cseq, "7 INVITE");
    request.append(Header::contact, "<sip:alice@192.0.2.1>");
    return request;
}

std::vector<std::string> routes_of(const Message& message) {
    std::vector<std::string> routes;
    for (const auto& route : message.all<sipmsg::Route>()) routes.emplace_back(route->text());
    return routes;
}

using Lines = std::vector<std::string>;

Dialog uac(const HeaderList& headers, const std::string& contact = "<sip:bob@192.0.2.2>") {
    auto request = invite();
    auto dialog = Dialog::of_response(request.view(),
                                      reply_to(request, 200, {.contact = contact, .headers = headers})->view(), false);
    REQUIRE(dialog);
    return *dialog;
}

Dialog uas(const HeaderList& headers = {}) {
    auto request = incoming({.cseq = 9, .headers = headers});
    auto dialog = Dialog::of_request(request->view(), "b", 100, false);
    REQUIRE(dialog);
    return *dialog;
}

}  // namespace

TEST_CASE("the caller's route set is the Record-Route reversed, joined and repeated lines alike (RFC 3261 §12.1.2)") {
    auto dialog = uac({
        {"Record-Route", "<sip:p3;lr>, <sip:p2;lr>;x=\"a,b\""},
        {"Record-Route", "<sip:p1;lr>;y=1"                   }
    });
    auto bye = dialog.make_request("BYE");
    CHECK(routes_of(bye) == Lines{"<sip:p1;lr>;y=1", "<sip:p2;lr>;x=\"a,b\"", "<sip:p3;lr>"});
    CHECK(bye.request_uri_text() == "sip:bob@192.0.2.2");
}

TEST_CASE("the callee's route set is the Record-Route in order (RFC 3261 §12.1.1)") {
    auto dialog = uas({
        {"Record-Route", "<sip:p2;lr>"},
        {"Record-Route", "<sip:p1;lr>"}
    });
    auto bye = dialog.make_request("BYE");
    CHECK(routes_of(bye) == Lines{"<sip:p2;lr>", "<sip:p1;lr>"});
    CHECK(bye.request_uri_text() == "sip:alice@192.0.2.1");
}

TEST_CASE("a strict router takes the Request-URI, and the remote target ends the Route (RFC 3261 §12.2.1.1)") {
    // The RFC's own example.
    auto dialog = uac(
        {
            {"Record-Route", "<sip:proxy4>,<sip:proxy3;lr>,<sip:proxy2>,<sip:proxy1>"}
    },
        "<sip:user@remoteua>");
    auto request = dialog.make_request("BYE");
    CHECK(request.request_uri_text() == "sip:proxy1");
    CHECK(routes_of(request) == Lines{"<sip:proxy2>", "<sip:proxy3;lr>", "<sip:proxy4>", "<sip:user@remoteua>"});
    CHECK(dialog.routes().strict_router() == "sip:proxy1");
    CHECK(uas({
                  {"Record-Route", "<sip:p1;lr>, <sip:p2>"}
    })
              .routes()
              .strict_router()
              .empty());
    CHECK(uas().routes().strict_router().empty());
}

TEST_CASE("what a Request-URI may not have is left out of it (RFC 3261 §19.1.1 table 1)") {
    auto dialog = uac(
        {
            {"Record-Route", "<sip:proxy1;method=BYE?x=y>"}
    },
        "<sip:user@remoteua>");
    CHECK(dialog.make_request("BYE").request_uri_text() == "sip:proxy1");
    auto direct = uac({}, "<sip:bob@192.0.2.2;transport=tcp;method=INVITE?Subject=x>");
    CHECK(direct.make_request("BYE").request_uri_text() == "sip:bob@192.0.2.2;transport=tcp");
}

TEST_CASE("the identifier has the peer's tags exchanged (RFC 3261 §12)") {
    auto mine = uac({}).id();
    CHECK(mine == DialogId{"call-1", "a", "bob"});
    auto theirs = uas().id();
    CHECK(theirs == DialogId{"call-1", "b", "alice"});
    auto request = incoming({.method = "BYE", .to_tag = "b"});
    CHECK(DialogId::of_request(request->view()) == theirs);
    CHECK_FALSE(DialogId::of_request(incoming({})->view()));
    CHECK(std::hash<DialogId>{}(mine) != std::hash<DialogId>{}(theirs));
}

TEST_CASE("a peer without tags still has a dialog (RFC 3261 §12.1.1, §12.1.2)") {
    auto request = invite();
    auto response = Message::response(request.view(), 200);
    response.set(Header::to, "<sip:bob@example.com>");
    response.append(Header::contact, "<sip:bob@192.0.2.2>");
    auto dialog = Dialog::of_response(request.view(), response.view(), false);
    REQUIRE(dialog);
    CHECK(dialog->id().remote_tag.empty());
    CHECK(*dialog->make_request("BYE").raw(Header::to) == "<sip:bob@example.com>");
}

TEST_CASE("requests count up by one from the INVITE, or from a number of our own (RFC 3261 §12.2.1.1)") {
    auto caller = uac({});
    CHECK(*caller.make_request("INFO").raw(Header::cseq) == "8 INFO");
    CHECK(*caller.make_request("BYE").raw(Header::cseq) == "9 BYE");
    auto callee = uas();
    CHECK_FALSE(callee.local_cseq());
    CHECK(*callee.make_request("INFO").raw(Header::cseq) == "100 INFO");
    CHECK(*callee.make_request("BYE").raw(Header::cseq) == "101 BYE");
}

TEST_CASE("an incoming number that is not above the last one is out of order, a gap is not (RFC 3261 §12.2.2)") {
    auto callee = uas();
    CHECK_FALSE(callee.receive(9));
    CHECK_FALSE(callee.receive(8));
    CHECK(callee.receive(50));
    CHECK_FALSE(callee.receive(49));
    CHECK(callee.receive(51));
    auto caller = uac({});
    CHECK(caller.receive(3));
    CHECK_FALSE(caller.receive(3));
}

TEST_CASE("the ACK has the number and the credentials of its INVITE and uses up nothing (RFC 3261 §13.2.2.4)") {
    auto request = invite();
    request.append("Authorization", "Digest realm=\"a\", response=\"1\"");
    request.append("Proxy-Authorization", "Digest realm=\"b\", response=\"2\"");
    auto dialog = uac({
        {"Record-Route", "<sip:p1;lr>"}
    });
    auto ack = dialog.make_ack(request.view());
    CHECK(ack.method() == sipmsg::Method::ack);
    CHECK(*ack.raw(Header::cseq) == "7 ACK");
    CHECK(*ack.raw(Header::authorization) == "Digest realm=\"a\", response=\"1\"");
    CHECK(*ack.raw(Header::proxy_authorization) == "Digest realm=\"b\", response=\"2\"");
    CHECK(routes_of(ack) == Lines{"<sip:p1;lr>"});
    CHECK(ack.request_uri_text() == "sip:bob@192.0.2.2");
    CHECK(*dialog.make_request("BYE").raw(Header::cseq) == "8 BYE");
}

TEST_CASE("the 2xx that confirms an early dialog gives route set and target anew (RFC 3261 §13.2.2.4)") {
    auto request = invite();
    auto ringing =
        reply_to(request, 180, {.contact = "<sip:old@192.0.2.2>", .headers = {{"Record-Route", "<sip:p1;lr>"}}});
    auto dialog = Dialog::of_response(request.view(), ringing->view(), false);
    REQUIRE(dialog);
    CHECK(dialog->state() == Dialog::State::early);
    auto ok = reply_to(request, 200, {.contact = "<sip:new@192.0.2.3>", .headers = {{"Record-Route", "<sip:p2;lr>"}}});
    REQUIRE(dialog->confirm(ok->view()));
    CHECK(dialog->state() == Dialog::State::confirmed);
    auto bye = dialog->make_request("BYE");
    CHECK(bye.request_uri_text() == "sip:new@192.0.2.3");
    CHECK(routes_of(bye) == Lines{"<sip:p2;lr>"});
}

TEST_CASE(
    "a Contact refreshes the target, its absence does not, and no Record-Route changes the route set (RFC 3261 "
    "§12.2)") {
    auto dialog = uac({
        {"Record-Route", "<sip:p1;lr>"}
    });
    dialog.refresh_target(
        incoming({.contact = "<sip:new@192.0.2.3>", .headers = {{"Record-Route", "<sip:p9;lr>"}}})->view());
    CHECK(dialog.remote_target() == "sip:new@192.0.2.3");
    dialog.refresh_target(incoming({.contact = ""})->view());
    dialog.refresh_target(incoming({.contact = "<tel:+1>"})->view());
    CHECK(dialog.remote_target() == "sip:new@192.0.2.3");
    CHECK(routes_of(dialog.make_request("BYE")) == Lines{"<sip:p1;lr>"});
}

TEST_CASE("no dialog without a Contact that is a SIP URI, or with a broken Record-Route (RFC 3261 §12.1)") {
    auto request = invite();
    auto none = Dialog::of_response(request.view(), reply_to(request, 200, {.contact = ""})->view(), false);
    REQUIRE_FALSE(none);
    CHECK(none.error().header == Header::contact);
    CHECK(none.error().code == sipmsg::ParseErrc::missing);
    for (const auto* contact : {"*", "<tel:+1>", "<mailto:a@b>"})
        CHECK_FALSE(Dialog::of_response(request.view(), reply_to(request, 200, {.contact = contact})->view(), false));
    auto broken = Dialog::of_response(request.view(),
                                      reply_to(request, 200, {.headers = {{"Record-Route", "<<"}}})->view(), false);
    REQUIRE_FALSE(broken);
    CHECK(broken.error().header == Header::record_route);
}

TEST_CASE("the secure flag wants both TLS and a SIPS Request-URI (RFC 3261 §12.1.1)") {
    auto sips = invite("sips:bob@example.com");
    auto sip = invite();
    CHECK(Dialog::of_request(sips.view(), "b", 1, true)->secure());
    CHECK_FALSE(Dialog::of_request(sips.view(), "b", 1, false)->secure());
    CHECK_FALSE(Dialog::of_request(sip.view(), "b", 1, true)->secure());
    CHECK(Dialog::of_response(sips.view(), reply_to(sips, 200)->view(), true)->secure());
}

TEST_CASE("folded headers of the peer come back on one line (RFC 3261 §7.3.1)") {
    auto request = Message::parse(
        "INVITE sip:bob@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nMax-Forwards: 70\r\n"
        "From: \"Alice\"\r\n  <sip:alice@example.com>\r\n\t;tag=a\r\nTo: <sip:bob@example.com>\r\nCall-ID: c\r\nCSeq: "
        "1 INVITE\r\n"
        "Contact: <sip:alice@192.0.2.1>\r\nRecord-Route: <sip:p1;lr>,\r\n <sip:p2;lr>\r\nContent-Length: 0\r\n\r\n");
    REQUIRE(request);
    auto dialog = Dialog::of_request(request->view(), "b", 1, false);
    REQUIRE(dialog);
    auto bye = dialog->make_request("BYE");
    CHECK(*bye.raw(Header::to) == "\"Alice\" <sip:alice@example.com> ;tag=a");
    CHECK(routes_of(bye) == Lines{"<sip:p1;lr>", "<sip:p2;lr>"});
}
