// SPDX-License-Identifier: MIT
#include <siptxn/dns_message.hpp>

#include "dns_octets.hpp"

#include <doctest/doctest.h>

using namespace siptxn;

namespace {

constexpr auto a = RecordType::a;
constexpr unsigned cname = 5;
constexpr unsigned soa = 6;

DnsRecord address(std::string_view ip, std::uint32_t ttl = 300) {
    auto parsed = IpAddress::parse(ip).value();
    return {.type = parsed.is_v6() ? RecordType::aaaa : RecordType::a, .ttl = ttl, .ip = parsed};
}
DnsOctets to_address(std::string_view ip) { return dns::address_data(IpAddress::parse(ip).value()); }

DnsAnswer read(std::string_view octets, std::string_view name, RecordType type = a) {
    auto answer = read_dns_answer(octets, name, type);
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : to_string(answer.error())));
    return *answer;
}
std::optional<DnsFault> fault(std::string_view octets, std::string_view name = "example.com", RecordType type = a) {
    auto answer = read_dns_answer(octets, name, type);
    return answer ? std::nullopt : std::optional(answer.error());
}

}  // namespace

TEST_CASE("addresses are read with their times to live (RFC 1035 §4.1.3)") {
    auto v4 = read(dns::answer("Example.COM", a, {address("192.0.2.1"), address("192.0.2.2", 60)}), "example.com.");
    REQUIRE(v4.records.size() == 2);
    CHECK(v4.records[0].ip == IpAddress::parse("192.0.2.1"));
    CHECK(v4.records[1].ip == IpAddress::parse("192.0.2.2"));
    CHECK(v4.records[1].ttl == 60);
    auto v6 =
        read(dns::answer("example.com", RecordType::aaaa, {address("2001:db8::1")}), "example.com", RecordType::aaaa);
    REQUIRE(v6.records.size() == 1);
    CHECK(v6.records[0].ip == IpAddress::parse("2001:db8::1"));
}

TEST_CASE("SRV and NAPTR records are read field by field (RFC 2782, RFC 3403)") {
    DnsRecord srv{
        .type = RecordType::srv, .ttl = 9, .priority = 1, .weight = 2, .port = 5070, .target = "a.example.com"};
    DnsRecord none{.type = RecordType::srv, .ttl = 9, .target = "."};
    auto answer = read(dns::answer("_sip._udp.example.com", RecordType::srv, {srv, none}), "_sip._udp.example.com",
                       RecordType::srv);
    REQUIRE(answer.records.size() == 2);
    CHECK(answer.records[0].priority == 1);
    CHECK(answer.records[0].weight == 2);
    CHECK(answer.records[0].port == 5070);
    CHECK(answer.records[0].target == "a.example.com");
    CHECK(answer.records[1].target == ".");
    DnsRecord naptr{.type = RecordType::naptr,
                    .ttl = 9,
                    .priority = 50,
                    .weight = 60,
                    .target = "_sips._tcp.example.com",
                    .service = "SIPS+D2T",
                    .flags = "s"};
    answer = read(dns::answer("example.com", RecordType::naptr, {naptr}), "example.com", RecordType::naptr);
    REQUIRE(answer.records.size() == 1);
    CHECK(answer.records[0].priority == 50);
    CHECK(answer.records[0].weight == 60);
    CHECK(answer.records[0].flags == "s");
    CHECK(answer.records[0].service == "SIPS+D2T");
    CHECK(answer.records[0].target == "_sips._tcp.example.com");
}

TEST_CASE("a NAPTR record with a regular expression is left out (RFC 3263 §4.1)") {
    DnsOctets octets, data;
    data.u16(1).u16(1).string("s").string("SIP+D2U").string("!.*!x!").name(".");
    octets.header(dns::response, 1).question("example.com", 35).record("example.com", 35, 60, data);
    CHECK(read(octets.text, "example.com", RecordType::naptr).records.empty());
}

TEST_CASE("aliases are followed to the records, in any order, and the shortest ttl counts (RFC 1034 §3.6.2)") {
    DnsOctets octets;
    octets.header(dns::response, 4).question("www.example.com", 1);
    octets.record("host.example.com", 1, 300, to_address("192.0.2.1"));
    octets.record("www.example.com", cname, 20, DnsOctets().name("edge.example.com"));
    octets.record("edge.example.com", cname, 400, DnsOctets().name("host.example.com"));
    octets.record("other.example.com", 1, 300, to_address("192.0.2.9"));
    auto answer = read(octets.text, "www.example.com");
    REQUIRE(answer.records.size() == 1);
    CHECK(answer.records[0].ip == IpAddress::parse("192.0.2.1"));
    CHECK(answer.records[0].ttl == 20);
}

TEST_CASE("an alias of itself, or of each other, is a fault and no endless way") {
    DnsOctets self, pair;
    self.header(dns::response, 1).question("example.com", 1);
    self.record("example.com", cname, 20, DnsOctets().name("example.com"));
    CHECK(fault(self.text) == DnsFault::too_many);
    pair.header(dns::response, 2).question("example.com", 1);
    pair.record("example.com", cname, 20, DnsOctets().name("b.example"));
    pair.record("b.example", cname, 20, DnsOctets().name("example.com"));
    CHECK(fault(pair.text) == DnsFault::too_many);
}

TEST_CASE("records of another name, type or class are not taken for the answer") {
    DnsOctets octets;
    octets.header(dns::response, 3).question("example.com", 1);
    octets.record("evil.example", 1, 300, to_address("192.0.2.66"));
    octets.record("example.com", 16, 300, DnsOctets().string("text"));
    octets.name("example.com").u16(1).u16(3).u32(300).u16(4).u32(0xc0000201);  // class CHAOS
    CHECK(read(octets.text, "example.com").records.empty());
}

TEST_CASE("how long there is nothing comes from the SOA record (RFC 2308)") {
    auto negative = [](unsigned rcode, std::uint32_t ttl, std::uint32_t minimum) {
        DnsOctets octets, data;
        data.name("ns.example.com").name("john\\.doe.example.com").u32(1).u32(2).u32(3).u32(4).u32(minimum);
        octets.header(dns::response | rcode, 0, 2).question("example.com", 1);
        octets.record("example.com", 2, 900, DnsOctets().name("ns.example.com")).record("example.com", soa, ttl, data);
        return read(octets.text, "example.com");
    };
    CHECK(negative(3, 3600, 60).negative_ttl == 60);
    CHECK(negative(3, 30, 60).negative_ttl == 30);
    CHECK(negative(3, 30, 60).rcode == 3);
    CHECK(negative(0, 30, 60).rcode == 0);
    CHECK(read(dns::answer("example.com", a, {}), "example.com").negative_ttl == std::nullopt);
}

TEST_CASE("a ttl with its top bit set is zero (RFC 2181)") {
    CHECK(read(dns::answer("example.com", a, {address("192.0.2.1", 0xffffffff)}), "example.com").records.at(0).ttl ==
          0);
    CHECK(read(dns::answer("example.com", a, {address("192.0.2.1", 0x7fffffff)}), "example.com").records.at(0).ttl ==
          0x7fffffff);
}

TEST_CASE("rcode and the truncation flag are told (RFC 1035 §4.1.1)") {
    CHECK(read(dns::answer("example.com", a, {}, dns::response | 2), "example.com").rcode == 2);
    CHECK(read(dns::answer("example.com", a, {}, dns::response | 0x200), "example.com").truncated);
}

TEST_CASE("what answers another question, or none, is refused (RFC 5452)") {
    auto good = dns::answer("example.com", a, {address("192.0.2.1")});
    CHECK_FALSE(fault(good));
    CHECK(fault(good, "example.org") == DnsFault::not_an_answer);
    CHECK(fault(good, "example.com", RecordType::aaaa) == DnsFault::not_an_answer);
    CHECK(fault(dns::answer("example.com", a, {}, 0x0100)) == DnsFault::not_an_answer);  // a query
    CHECK(fault(dns::answer("example.com", a, {}, 0xa180)) == DnsFault::not_an_answer);  // opcode 4
    CHECK(fault("") == DnsFault::cut_short);
}

TEST_CASE("a compressed name is followed backwards only (RFC 1035 §4.1.4)") {
    DnsOctets good;
    good.header(dns::response, 1).question("example.com", 1);  // "example.com" stands at octet 12, "com" at 20
    good.pointer(12).u16(1).u16(1).u32(60).u16(4).u32(0xc0000201);
    CHECK(read(good.text, "example.com").records.size() == 1);

    auto owner = [](auto write) {
        DnsOctets octets;
        octets.header(dns::response, 1).question("example.com", 1);
        write(octets);
        octets.u16(1).u16(1).u32(60).u16(4).u32(0xc0000201);
        return fault(octets.text);
    };
    CHECK(owner([](auto& o) { o.pointer(o.text.size()); }) == DnsFault::bad_pointer);                  // itself
    CHECK(owner([](auto& o) { o.pointer(o.text.size() + 2); }) == DnsFault::bad_pointer);              // forwards
    CHECK(owner([](auto& o) { o.string("a").pointer(o.text.size() - 2); }) == DnsFault::bad_pointer);  // its own label
    CHECK(owner([](auto& o) { o.pointer(0x3fff); }) == DnsFault::bad_pointer);
    CHECK(owner([](auto& o) { o.u8(0x80).u8(1); }) == DnsFault::bad_name);
    CHECK(owner([](auto& o) {
              for (int i = 0; i < 5; ++i) o.string(std::string(60, 'x'));
              o.u8(0);
          }) == DnsFault::bad_name);
}

TEST_CASE("a ladder of pointers costs no more than a name has labels") {
    DnsOctets octets;
    octets.header(dns::response, 2).question("example.com", 1);
    octets.name("example.com").u16(16).u16(1).u32(60).u16(2 + 2 * 200);
    octets.pointer(12);
    for (int i = 0; i < 200; ++i) octets.pointer(octets.text.size() - 2);
    octets.pointer(octets.text.size() - 2).u16(1).u16(1).u32(60).u16(4).u32(0xc0000201);
    CHECK(fault(octets.text) == DnsFault::bad_pointer);
}

TEST_CASE("a record whose length lies is refused") {
    auto with_length = [](unsigned length) {
        DnsOctets octets;
        octets.header(dns::response, 1).question("example.com", 1);
        octets.name("example.com").u16(1).u16(1).u32(60).u16(length).u32(0xc0000201).u32(0);
        return fault(octets.text);
    };
    CHECK_FALSE(with_length(4));
    CHECK(with_length(3) == DnsFault::bad_length);
    CHECK(with_length(5) == DnsFault::bad_length);
    CHECK(with_length(9000) == DnsFault::bad_length);
}

TEST_CASE("octets no host name has come out escaped: a dot within a label is not a dot between two") {
    DnsOctets octets, data;
    data.u16(1).u16(1).u16(5060).string("evil.host").string(std::string_view("\0\xff", 2)).u8(0);
    octets.header(dns::response, 1).question("_sip._udp.example.com", 33).record("_sip._udp.example.com", 33, 60, data);
    CHECK(read(octets.text, "_sip._udp.example.com", RecordType::srv).records.at(0).target ==
          "evil\\046host.\\000\\255");
}

TEST_CASE("more records than anyone needs are a fault; of the others as many are read as asked for") {
    std::vector<DnsRecord> records(100, address("192.0.2.1"));
    CHECK(read(dns::answer("example.com", a, records), "example.com").records.size() == 64);
    DnsOctets liar;
    liar.header(dns::response, 65'535).question("example.com", 1);
    CHECK(fault(liar.text) == DnsFault::too_many);
}

TEST_CASE("an answer cut anywhere is refused, and no octet of it makes reading fail otherwise") {
    DnsRecord naptr{.type = RecordType::naptr, .target = "_sip._udp.example.com", .service = "SIP+D2U", .flags = "s"};
    auto whole = dns::answer("example.com", RecordType::naptr, {naptr, naptr});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK(fault(std::string_view(whole).substr(0, size), "example.com", RecordType::naptr));
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            auto broken = whole;
            broken[at] = static_cast<char>(broken[at] ^ (1 << bit));
            auto answer = read_dns_answer(broken, "example.com", RecordType::naptr);
            if (answer) CHECK(answer->records.size() <= 2);
        }
    }
}
