// SPDX-License-Identifier: MIT
// Twelve messages of our own for the ten sections of RFC 5118: §4.5 and §4.10 hold two situations each.
#include "../corpus/torture.hpp"
#include "../corpus/table.hpp"

#include <sipmsg/sdp/sdp.hpp>
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

TEST_CASE("each situation of RFC 5118 gets its verdict from the layer it belongs to (RFC 5118 §4)") {
    corpus::run_torture("rfc5118/");
}

TEST_CASE("no situation of RFC 5118 is missing (RFC 5118 §4.1 to §4.10)") {
    std::vector<std::string> wanted;
    corpus::add_sections(wanted, "4.", 10);
    corpus::check_complete("rfc5118/", wanted);
}

TEST_CASE("IPv6 addresses in a session description have no brackets (RFC 5118 §4.6, §4.8, §4.9)") {
    const auto address = [](const char* file, std::size_t stream) {
        const auto octets = corpus::read_octets(std::string("rfc5118/") + file);
        const auto message = sipmsg::parse(octets);
        REQUIRE(message);
        const auto description = sipmsg::sdp::parse(message->body());
        REQUIRE(description);
        const auto connection = sipmsg::sdp::connection(*description, description->media.at(stream));
        REQUIRE(connection);
        return connection->address_type + " " + connection->address;
    };
    CHECK(address("4.6-ipv6-in-the-description.sip", 1) == "IP6 2001:db8:9::1");
    CHECK(address("4.8-mixed-addresses-in-the-description.sip", 0) == "IP4 198.51.100.48");
    CHECK(address("4.8-mixed-addresses-in-the-description.sip", 1) == "IP6 2001:db8:9::1");
    CHECK(address("4.9-ipv4-mapped.sip", 0) == "IP6 ::ffff:198.51.100.50");
}
