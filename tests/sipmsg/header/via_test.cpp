// SPDX-License-Identifier: MIT
#include <sipmsg/header/via.hpp>
#include <sipmsg/message_view.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace sipmsg;

TEST_CASE("a Via value is taken apart (RFC 3261 §20.42, RFC 3581 §3)") {
    const auto via = Via::parse(
        "SIP/2.0/TLS host.example.com:5061;branch=z9hG4bK87;received=192.0.2.1;rport=4711;ttl=16;maddr=224.2.0.1;x");
    REQUIRE(via);
    CHECK(via->protocol() == "SIP");
    CHECK(via->version() == "2.0");
    CHECK(via->transport() == "TLS");
    CHECK(via->host().text == "host.example.com");
    CHECK(via->port() == 5061);
    CHECK(via->branch() == "z9hG4bK87");
    CHECK(via->received() == "192.0.2.1");
    CHECK(via->rport() == 4711);
    CHECK(via->ttl() == 16);
    CHECK(via->maddr() == "224.2.0.1");
    CHECK(via->params().has("X"));
    const auto flag = Via::parse("SIP/2.0/UDP h.example;rport;branch=z9hG4bK1");
    CHECK(flag->has_rport());
    CHECK(!flag->rport());
    CHECK(!flag->port());
    CHECK(!Via::parse("SIP/2.0/UDP h.example")->has_rport());
}

TEST_CASE("a Via outside the grammar is refused (RFC 3261 §25.1)") {
    for (const auto* text : {"",
                             "SIP/2.0/UDP",
                             "SIP/2.0 host",
                             "SIP/2.0/UDPhost",
                             "SIP/2.0/UDP host:",
                             "SIP/2.0/UDP host:65536",
                             "SIP/2.0/UDP host:70596",
                             "SIP/2.0/UDP host:x",
                             "SIP/2.0/UDP :5060",
                             "SIP/2.0/UDP ;branch=1",
                             "SIP/2.0/UDP host;",
                             "SIP/2.0/UDP host;branch=",
                             "SIP/2.0/UDP host branch=1",
                             "SIP/2.0/UDP ho st",
                             "SIP/2.0/UDP [::1",
                             "SIP/2.0/UDP a@b",
                             "SIP/2.0/UDP host;branch=a@b",
                             "SIP/2.0/UDP host;x=\"a",
                             "SIP//UDP host",
                             "SIP/2.0/UDP 1.2.3.4.5",
                             "SIP/2.0/UDP ho\x01st"}) {
        INFO(std::string(text));
        CHECK(!Via::parse(text));
    }
    CHECK(!Via::parse(std::string_view("SIP/2.0/UDP host\0", 17)));
}

TEST_CASE("a parameter that decides where a response goes stands once (RFC 3261 §7.3.1)") {
    for (const auto* twice : {";branch=1;branch=2", ";rport;RPORT", ";received=1.2.3.4;received=1.2.3.5",
                              ";maddr=a.b;maddr=c.d", ";ttl=1;ttl=2"}) {
        INFO(std::string(twice));
        CHECK(Via::parse("SIP/2.0/UDP host.example" + std::string(twice)).error().code == ParseErrc::duplicate);
    }
    CHECK(check_header("Via", "SIP/2.0/UDP host.example;x=1;X=2")->code == ParseErrc::duplicate);
}

TEST_CASE("Via parameters have their own values (RFC 3261 §25.1)") {
    for (const auto* bad : {";ttl=256", ";ttl=x", ";ttl", ";rport=65536", ";rport=x", ";received=host.example",
                            ";received", ";maddr=-", ";branch", ";branch=\"q\"", ";x=[::g]", ";x=[1]"}) {
        INFO(std::string(bad));
        CHECK(check_header("v", "SIP/2.0/UDP host.example" + std::string(bad)));
    }
    for (const auto* good : {"", ";ttl=255", ";rport=0", ";received=::1", ";maddr=[::1]", ";x=\"q\"", ";x=[::1];y"}) {
        INFO(std::string(good));
        CHECK(!check_header("v", "SIP/2.0/UDP host.example" + std::string(good)));
    }
}

TEST_CASE("Via values in one line are told apart and print back (RFC 3261 §7.3.1)") {
    std::string_view list = "SIP/2.0/UDP a.b;x=\"1,2\" , SIP / 2.0 / TCP\r\n [::1] : 5060 ;\tbranch = z9hG4bK2";
    const auto first = Via::parse_item(list);
    REQUIRE(first);
    CHECK(first->text() == "SIP/2.0/UDP a.b;x=\"1,2\"");
    const auto second = Via::parse_item(list);
    REQUIRE(second);
    CHECK(list.empty());
    CHECK(second->branch() == "z9hG4bK2");
    CHECK(to_string(*second).starts_with("SIP/2.0/TCP [::1]:5060;"));
    CHECK(Via::parse(to_string(*second))->branch() == "z9hG4bK2");
}
