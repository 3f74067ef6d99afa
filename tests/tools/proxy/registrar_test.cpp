// SPDX-License-Identifier: MIT
#include "proxy/registrar.hpp"

#include "phone.hpp"

#include <doctest/doctest.h>

using namespace sipstrata;
using sipmsg::Header;
using sipstrata::test::address;

namespace {

struct Office {
    Location location;
    siptxn::Identifiers identifiers{siptxn::seeded_random(3)};
    Registrar registrar{
        location, identifiers, {.shortest_expires = 60, .bindings_per_user = 3, .users = 5}
    };
    siptxn::TimePoint now{std::chrono::seconds(1000)};
    siptxn::Flow flow{
        .transport = siptxn::Transport::udp, .local = address("192.0.2.1:5060"), .remote = address("192.0.2.20:5060")};
    std::uint32_t cseq = 0;

    sipmsg::Message send(std::initializer_list<std::string_view> contacts, std::string_view expires = "",
                         std::string_view call_id = "c") {
        auto request = sipmsg::Message::request("REGISTER", "sip:example.com");
        request.append(Header::via, "SIP/2.0/UDP 192.0.2.20;branch=z9hG4bK1");
        request.append(Header::from, "<sip:bob@example.com>;tag=1");
        request.append(Header::to, to);
        request.append(Header::call_id, call_id);
        request.append(Header::cseq, fmt::format("{} REGISTER", ++cseq));
        for (auto contact : contacts) request.append(Header::contact, contact);
        if (!expires.empty()) request.append(Header::expires, expires);
        return registrar.answer(request, flow, now);
    }
    std::size_t bindings() const { return location.lookup("bob", now).size(); }
    std::string_view to = "<sip:bob@example.com>";
};

}  // namespace

TEST_CASE("the answer lists every binding with the seconds left (RFC 3261 §10.3 step 8)") {
    Office office;
    auto first = office.send({"<sip:bob@192.0.2.20>;q=0.5;expires=100"});
    CHECK(first.status() == 200);
    CHECK(first.raw(Header::contact) == "<sip:bob@192.0.2.20>;q=0.5;expires=100");
    office.now += std::chrono::seconds(40);
    office.send({"<sip:bob@192.0.2.21>"}, "7200");
    auto fetched = office.send({});
    REQUIRE(fetched.view().count(Header::contact) == 2);
    CHECK(fetched.raw(Header::contact) == "<sip:bob@192.0.2.21>;expires=7200");  // the higher q first
    office.now += std::chrono::seconds(60);
    CHECK(office.bindings() == 1);
}

TEST_CASE("contacts are compared as URIs, and the newer CSeq of a Call-ID wins (RFC 3261 §10.3 step 7)") {
    Office office;
    office.send({"<sip:bob@EXAMPLE.net>"});
    office.send({"<sip:%62ob@example.net>"});
    CHECK(office.bindings() == 1);
    office.cseq = 0;
    CHECK(office.send({"<sip:bob@example.net>"}).status() == 500);
    office.cseq = 0;
    CHECK(office.send({"<sip:bob@example.net>"}, "", "another").status() == 200);
}

TEST_CASE("a registration can be taken back, one by one or all (RFC 3261 §10.2.2)") {
    Office office;
    office.send({"<sip:bob@a.example>, <sip:bob@b.example>"});
    CHECK(office.bindings() == 2);
    CHECK(office.send({"<sip:bob@a.example>;expires=0"}).status() == 200);
    CHECK(office.bindings() == 1);
    CHECK(office.send({"*"}).status() == 400);
    CHECK(office.send({"*", "<sip:bob@c.example>"}, "0").status() == 400);
    CHECK(office.bindings() == 1);
    CHECK(office.send({"*"}, "0").status() == 200);
    CHECK(office.bindings() == 0);
}

TEST_CASE("too short is 423 with Min-Expires, and nothing changes (RFC 3261 §10.3 step 7)") {
    Office office;
    auto answer = office.send({"<sip:bob@a.example>;expires=600", "<sip:bob@b.example>;expires=59"});
    CHECK(answer.status() == 423);
    CHECK(answer.raw(Header::min_expires) == "60");
    CHECK(office.bindings() == 0);
}

TEST_CASE("a device that comes back over a new connection replaces its old contact (RFC 5626 §6)") {
    Office office;
    office.send({R"(<sip:x@one.invalid;transport=ws>;+sip.instance="<urn:uuid:1>";reg-id=1)"});
    auto answer = office.send({R"(<sip:y@two.invalid;transport=ws>;+sip.instance="<urn:uuid:1>";reg-id=1)"});
    CHECK(office.bindings() == 1);
    CHECK(answer.raw(Header::contact) ==
          R"(<sip:y@two.invalid;transport=ws>;+sip.instance="<urn:uuid:1>";reg-id=1;expires=3600)");
}

TEST_CASE("bindings and users are bounded") {
    Office office;
    CHECK(office.send({"<sip:a@h>, <sip:b@h>, <sip:c@h>"}).status() == 200);
    CHECK(office.send({"<sip:d@h>"}).status() == 403);
    for (std::string_view to :
         {"<sip:u1@example.com>", "<sip:u2@example.com>", "<sip:u3@example.com>", "<sip:u4@example.com>"}) {
        office.to = to;
        CHECK(office.send({"<sip:a@h>"}).status() == 200);
    }
    office.to = "<sip:u5@example.com>";
    CHECK(office.send({"<sip:a@h>"}).status() == 503);
    office.now += std::chrono::hours(2);
    office.location.expire(office.now);
    CHECK(office.location.users() == 0);
}

TEST_CASE("a required extension is refused with 420 (RFC 3261 §10.3 step 2)") {
    Office office;
    auto request = sipmsg::Message::request("REGISTER", "sip:example.com");
    request.append(Header::to, "<sip:bob@example.com>");
    request.append(Header::require, "gruu");
    auto answer = office.registrar.answer(request, office.flow, office.now);
    CHECK(answer.status() == 420);
    CHECK(answer.raw(Header::unsupported) == "gruu");
}
