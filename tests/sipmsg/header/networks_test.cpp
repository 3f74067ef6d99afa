// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

TEST_CASE("security mechanisms have a preference and digest parameters (RFC 3329 §2.2)") {
    std::string_view list =
        "ipsec-3gpp; alg=hmac-sha-1-96; q=0.1, digest;d-alg=MD5;d-qop=auth;d-ver=\"0123abcd\", TLS;q=0.2";
    CHECK(SecurityServer::parse_item(list)->q() == 100);
    const auto digest = SecurityServer::parse_item(list);
    REQUIRE(digest);
    CHECK(digest->is("Digest"));
    CHECK(!digest->q());
    CHECK(digest->d_alg() == "MD5");
    CHECK(digest->d_qop() == "auth");
    CHECK(digest->d_ver() == "0123abcd");
    CHECK(SecurityServer::parse_item(list)->is("tls"));
    CHECK(SecurityClient::parse("tls;q=1.0")->q() == 1'000);
    CHECK(check_header("Security-Verify", "tls;q=1.5")->offset == 6);
    CHECK(check_header("Security-Client", "")->offset == 0);
}

TEST_CASE("caller preferences are feature sets (RFC 3841 §9)") {
    const auto value = AcceptContact::parse("*;audio;methods=\"INVITE,BYE\";require;explicit;+sip.rendering=\"no\"");
    REQUIRE(value);
    CHECK(value->text == "*");
    CHECK(value->require());
    CHECK(value->is_explicit());
    CHECK(unquote(*value->params.get("methods")) == "INVITE,BYE");
    CHECK(RejectContact::parse("*;actor=\"msg-taker\"")->params.has("actor"));
    std::string_view list = "proxy, recurse ,parallel";
    CHECK(RequestDisposition::parse_item(list)->text == "proxy");
    CHECK(RequestDisposition::parse_item(list)->text == "recurse");
    CHECK(FeatureCaps::parse("*;+g.3gpp.srvcc;+sip.pns=\"acme\"")->params.get("+sip.pns") == "\"acme\"");
}

TEST_CASE("a resource priority is a namespace, a dot and a priority (RFC 4412 §3.1)") {
    std::string_view list = "dsn.flash-override, q735.1";
    const auto first = ResourcePriority::parse_item(list);
    REQUIRE(first);
    CHECK(first->name_space() == "dsn");
    CHECK(first->priority() == "flash-override");
    CHECK(ResourcePriority::parse_item(list)->priority() == "1");
    CHECK(AcceptResourcePriority::parse("ets.0")->name_space() == "ets");
    CHECK(!check_header("Accept-Resource-Priority", ""));
    for (const auto* bad : {"", "dsn", "dsn.", ".flash", "a.b.c", "a.b;x", "a.b/c"}) {
        INFO(std::string(bad));
        CHECK(!ResourcePriority::parse(bad));
    }
}

TEST_CASE("locations are URIs in brackets, their errors a code of three digits (RFC 6442 §4.1, §4.4)") {
    std::string_view list = "<cid:target123@a.example>, <sips:3sdefrhy2jj7@ls.example>;x";
    CHECK(Geolocation::parse_item(list)->uri().text() == "cid:target123@a.example");
    CHECK(Geolocation::parse_item(list)->params().has("x"));
    CHECK(check_header("Geolocation", "cid:target123@a.example"));
    const auto error = GeolocationError::parse("201 ; code=\"Permission, please\"");
    REQUIRE(error);
    CHECK(error->code == 201);
    CHECK(error->phrase() == "Permission, please");
    CHECK(GeolocationError::parse("1000").error().code == ParseErrc::out_of_range);
    CHECK(!GeolocationError::parse("0001"));
    CHECK(!GeolocationError::parse("20 (x)"));
    CHECK(!GeolocationError::parse("none"));
    CHECK(GeolocationRouting::parse("Yes")->allowed());
    CHECK(!GeolocationRouting::parse("no")->allowed());
}

TEST_CASE("policies and consent are addresses with parameters (RFC 6794, RFC 5360)") {
    CHECK(!PolicyContact::parse("<sip:p@d.example>;non-cacheable")->cacheable());
    CHECK(PolicyContact::parse("<sip:p@d.example>")->cacheable());
    CHECK(PolicyId::parse("sip:p@d.example;token=4711")->token() == "4711");
    CHECK(PermissionMissing::parse("sip:c@d.example")->uri().user() == "c");
    CHECK(TriggerConsent::parse("sip:123@r.example;target-uri=\"sip:f@e.example\"")->target_uri() == "sip:f@e.example");
}

TEST_CASE("the access network may be told by the network itself (RFC 7315 §5.4)") {
    std::string_view list = "3GPP-UTRAN-TDD; utran-cell-id-3gpp=234151D0FCE11, IEEE-802.11a;np";
    const auto cell = PAccessNetworkInfo::parse_item(list);
    REQUIRE(cell);
    CHECK(cell->text == "3GPP-UTRAN-TDD");
    CHECK(cell->utran_cell_id() == "234151D0FCE11");
    CHECK(!cell->network_provided());
    CHECK(PAccessNetworkInfo::parse_item(list)->network_provided());
}

TEST_CASE("charging is correlated by parameters alone (RFC 7315 §5.5, §5.6)") {
    const auto vector = PChargingVector::parse(
        " icid-value=\"AyretyU0dm+6O2=023\"; icid-generated-at=[2001:db8::7];orig-ioi=home1.example "
        ";term-ioi=h2.example");
    REQUIRE(vector);
    CHECK(vector->icid() == "AyretyU0dm+6O2=023");
    CHECK(vector->icid_generated_at() == "[2001:db8::7]");
    CHECK(vector->orig_ioi() == "home1.example");
    CHECK(vector->term_ioi() == "h2.example");
    CHECK(!PChargingVector::parse(""));
    CHECK(!PChargingVector::parse(";icid-value=1"));
    CHECK(!PChargingVector::parse("icid-value=1, icid-value=2"));
    CHECK(PChargingVector::parse("icid-value=a b").error().offset == 13);
    std::string_view list = "ccf=192.0.2.1; ccf=192.0.2.2;ecf=192.0.2.3, ccf=[2001:db8::9]";
    const auto addresses = PChargingFunctionAddresses::parse_item(list);
    REQUIRE(addresses);
    CHECK(addresses->ccf() == "192.0.2.1");
    CHECK(addresses->ecf() == "192.0.2.3");
    CHECK(PChargingFunctionAddresses::parse_item(list)->ccf() == "[2001:db8::9]");
    CHECK(!check_header("P-Charging-Function-Addresses", "ccf=192.0.2.1; ccf=192.0.2.2"));
    CHECK(check_header("P-Charging-Vector", "icid-value=1;icid-value=2"));
}

TEST_CASE("P-headers that are addresses (RFC 7315, RFC 5502, RFC 5002, RFC 4457, RFC 5318, RFC 8496)") {
    CHECK(PAssociatedUri::parse("<sip:a@b.example>")->uri().user() == "a");
    CHECK(!check_header("P-Associated-URI", ""));
    CHECK(PCalledPartyId::parse("sip:user1-business@e.example")->uri().user() == "user1-business");
    const auto served = PServedUser::parse("<sip:s@e.example>; sescase=orig; regstate=reg");
    REQUIRE(served);
    CHECK(served->sescase() == "orig");
    CHECK(served->regstate() == "reg");
    CHECK(PProfileKey::parse("<sip:chatroom-!.*!@e.example>"));
    CHECK(PUserDatabase::parse("<aaa://host.example;transport=tcp>")->uri().text() ==
          "aaa://host.example;transport=tcp");
    CHECK(PRefusedUriList::parse("sip:list@e.example;members=\"<cid:an3bt8jf03@e.example>\"")->members() ==
          "<cid:an3bt8jf03@e.example>");
    CHECK(PChargeInfo::parse("<sip:+15551230000@e.example>;npi=ISDN")->params().get("npi") == "ISDN");
}

TEST_CASE("P-headers that are tokens and strings (RFC 7315 §5.3, RFC 5009, RFC 3313, RFC 4964, RFC 6050, RFC 7316)") {
    std::string_view networks = "\"Other, Inc.\" ;x, home.example";
    CHECK(PVisitedNetworkId::parse_item(networks)->content() == "Other, Inc.");
    CHECK(PVisitedNetworkId::parse_item(networks)->content() == "home.example");
    std::string_view media = "supported, gated";
    CHECK(PEarlyMedia::parse_item(media)->text == "supported");
    CHECK(!check_header("P-Early-Media", ""));
    CHECK(!check_header("P-Media-Authorization", "0020000100101706473, ABcd"));
    CHECK(check_header("P-Media-Authorization", "00, 0x1")->offset == 4);
    CHECK(PAnswerState::parse("Confirmed")->confirmed());
    CHECK(!PAnswerState::parse("unconfirmed;x")->confirmed());
    CHECK(PAssertedService::parse("urn:urn-7:3gpp-service.exampletelephony.version1")->uri().text() ==
          "urn:urn-7:3gpp-service.exampletelephony.version1");
    CHECK(PPreferredService::parse("urn:urn-7:a"));
    CHECK(PPrivateNetworkIndication::parse("net.example")->text == "net.example");
}

TEST_CASE("the headers of PacketCable are read (RFC 5503)") {
    CHECK(PDcsTracePartyId::parse("<sip:+12125551234@e.example;user=phone>;timestamp=3434688831.2327")->timestamp() ==
          "3434688831.2327");
    CHECK(PDcsOsps::parse("BLV")->text == "BLV");
    const auto billing =
        PDcsBillingInfo::parse("01289F73A21B/36@f.example;rksgroup=123456abcdef;charge=\"tel:+12125551234\"");
    REQUIRE(billing);
    CHECK(billing->correlation_id() == "01289F73A21B");
    CHECK(unquote(*billing->params.get("charge")) == "tel:+12125551234");
    const auto laes = PDcsLaes::parse("192.0.2.7:5555;content=[2001:db8::5]:7777;key=abc");
    REQUIRE(laes);
    CHECK(laes->text == "192.0.2.7:5555");
    CHECK(laes->content() == "[2001:db8::5]:7777");
    CHECK(laes->key() == "abc");
    const auto redirect = PDcsRedirect::parse("\"tel:+12125551234\";redirector-uri=\"sip:c@e.example\";count=1");
    REQUIRE(redirect);
    CHECK(redirect->content() == "tel:+12125551234");
    CHECK(redirect->redirector_uri() == "sip:c@e.example");
    CHECK(redirect->count() == 1);
    CHECK(!PDcsLaes::parse(""));
    CHECK(!PDcsLaes::parse("a, b"));
    CHECK(!PDcsBillingInfo::parse(";x"));
}
