// SPDX-License-Identifier: MIT
#include <siptxn/locator.hpp>

#include <siptxn/identifiers.hpp>
#include <siptxn/sim/zone.hpp>
#include <siptxn/transaction_layer.hpp>

#include <sipmsg/uri.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

using namespace siptxn;
using Family = IpAddress::Family;

namespace {

constexpr std::string_view type_names[] = {"A", "AAAA", "SRV", "NAPTR"};

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

LocatorOptions all_transports() {
    using enum Transport;
    return {
        .reach = {.transports = {udp, tcp, tls, ws, wss}, .listeners = {}}
    };
}

Locator locator_for(std::string_view uri, LocatorOptions options = all_transports()) {
    return Locator(next_hop_of(*sipmsg::Uri::parse(uri)).value(), std::move(options));
}

/// What was asked, step by step, and what was found: "NAPTR a | SRV b, SRV c | A d, AAAA d -> udp 192.0.2.1:5060".
std::string located(Locator locator, const sim::Zone& zone) {
    std::string out;
    for (auto questions = locator.take_questions(); !questions.empty(); questions = locator.take_questions()) {
        out += out.empty() ? "" : "| ";
        for (const auto& question : questions) {
            out += fmt::format("{} {} ", type_names[static_cast<int>(question.type)], question.name);
            bool fails = zone.fault(question.name) != sim::Zone::Fault::none;
            locator.answer(question, zone.find(question.name, question.type),
                           fails ? make_error_code(Errc::resolve_failed) : std::error_code{});
        }
    }
    CHECK(locator.is_done());
    out += "->";
    for (const auto& target : locator.take_targets())
        out += fmt::format(" {} {}", to_string(target.transport), to_string(target.address));
    return out;
}

std::string located(std::string_view uri, const sim::Zone& zone, LocatorOptions options = all_transports()) {
    return located(locator_for(uri, std::move(options)), zone);
}

/// The domain of RFC 3263 §4.1's example, with a WebSocket edge.
sim::Zone example() {
    sim::Zone zone;
    zone.add_naptr("example.com", 50, 50, "s", "SIPS+D2T", "_sips._tcp.example.com");
    zone.add_naptr("example.com", 90, 50, "s", "SIP+D2T", "_sip._tcp.example.com");
    zone.add_naptr("example.com", 100, 50, "s", "SIP+D2U", "_sip._udp.example.com");
    zone.add_srv("_sips._tcp.example.com", 0, 1, 5061, "s1.example.com");
    zone.add_srv("_sip._tcp.example.com", 0, 1, 5060, "s1.example.com");
    zone.add_srv("_sip._tcp.example.com", 1, 1, 5070, "s2.example.com");
    zone.add_srv("_sip._udp.example.com", 0, 1, 5060, "s1.example.com");
    zone.add_srv("_sip._ws.example.com", 0, 1, 8080, "s2.example.com");
    zone.add_srv("_sips._ws.example.com", 0, 1, 8443, "s2.example.com");
    zone.add_address("s1.example.com", ip("192.0.2.1"));
    zone.add_address("s2.example.com", ip("192.0.2.2"));
    zone.add_address("example.com", ip("192.0.2.9"));
    return zone;
}

LocatorOptions with(std::vector<Transport> transports) {
    return {
        .reach = {.transports = std::move(transports), .listeners = {}}
    };
}

}  // namespace

TEST_CASE("what the URI says decides what is asked, and what is found (RFC 3263 §4.1, §4.2)") {
    struct Row {
        std::string_view uri;
        std::string expected;
    };
    const std::string host = "A example.com AAAA example.com ";
    const Row rows[] = {
  // A numeric host: no question.
        {"sip:192.0.2.5",                      "-> udp 192.0.2.5:5060"                                                },
        {"sip:192.0.2.5:5080",                 "-> udp 192.0.2.5:5080"                                                },
        {"sip:192.0.2.5;transport=tcp",        "-> tcp 192.0.2.5:5060"                                                },
        {"sips:192.0.2.5",                     "-> tls 192.0.2.5:5061"                                                },
        {"sip:[2001:db8::5]",                  "-> udp [2001:db8::5]:5060"                                            },
        {"sip:192.0.2.5;transport=ws",         "-> ws 192.0.2.5:80"                                                   },
        {"sips:192.0.2.5;transport=ws",        "-> wss 192.0.2.5:443"                                                 },
        {"sip:example.com;maddr=192.0.2.5",    "-> udp 192.0.2.5:5060"                                                },
 // A port: addresses only.
        {"sip:example.com:5060",               host + "-> udp 192.0.2.9:5060"                                         },
        {"sips:example.com:5099",              host + "-> tls 192.0.2.9:5099"                                         },
        {"sip:example.com:5099;transport=tcp", host + "-> tcp 192.0.2.9:5099"                                         },
        {"sip:example.com:8080;transport=ws",  host + "-> ws 192.0.2.9:8080"                                          },
 // A transport: its SRV records.
        {"sip:example.com;transport=udp",
         "SRV _sip._udp.example.com | A s1.example.com AAAA s1.example.com -> udp 192.0.2.1:5060"                     },
        {"sips:example.com;transport=tcp",
         "SRV _sips._tcp.example.com | A s1.example.com AAAA s1.example.com -> tls 192.0.2.1:5061"                    },
        {"sip:example.com;transport=tls",
         "SRV _sips._tcp.example.com | A s1.example.com AAAA s1.example.com -> tls 192.0.2.1:5061"                    },
        {"sip:example.com;transport=ws",
         "SRV _sip._ws.example.com | A s2.example.com AAAA s2.example.com -> ws 192.0.2.2:8080"                       },
        {"sips:example.com;transport=ws",
         "SRV _sips._ws.example.com | A s2.example.com AAAA s2.example.com -> wss 192.0.2.2:8443"                     },
        {"sip:Example.COM;transport=udp",
         "SRV _sip._udp.example.com | A s1.example.com AAAA s1.example.com -> udp 192.0.2.1:5060"                     },
 // Neither: NAPTR, the best service first, the others behind it.
        {"sip:example.com",
         "NAPTR example.com | SRV _sips._tcp.example.com SRV _sip._tcp.example.com SRV _sip._udp.example.com "
         "| A s1.example.com AAAA s1.example.com A s2.example.com AAAA s2.example.com "
         "-> tls 192.0.2.1:5061 tcp 192.0.2.1:5060 tcp 192.0.2.2:5070 udp 192.0.2.1:5060"                             },
 // SIPS: nothing but SIPS services.
        {"sips:example.com",
         "NAPTR example.com | SRV _sips._tcp.example.com | A s1.example.com AAAA s1.example.com -> tls 192.0.2.1:5061"},
    };
    auto zone = example();
    for (const auto& row : rows) {
        CAPTURE(row.uri);
        CHECK(located(row.uri, zone) == row.expected);
    }
}

TEST_CASE("NAPTR records are taken by order, then preference, and only for transports we have (RFC 3263 §4.1)") {
    sim::Zone zone;
    zone.add_naptr("a.example", 2, 1, "s", "SIP+D2U", "_u._udp.a.example");
    zone.add_naptr("a.example", 1, 9, "s", "SIP+D2T", "_t._tcp.b.example");
    zone.add_naptr("a.example", 1, 3, "S", "sips+d2t", "_s._tcp.a.example");
    zone.add_naptr("a.example", 0, 1, "s", "SIP+D2S", "_sip._sctp.a.example");  // SCTP
    zone.add_naptr("a.example", 0, 2, "u", "E2U+sip", "a.example");             // ENUM
    zone.add_naptr("a.example", 0, 3, "", "SIP+D2U", "other.example");          // another NAPTR record
    zone.add_naptr("a.example", 0, 4, "s", "SIP+D2W", "_w._ws.a.example");
    auto asked = [&](std::vector<Transport> ours) {
        auto text = located("sip:a.example", zone, with(std::move(ours)));
        return text.substr(0, text.find(" | A "));
    };
    using enum Transport;
    CHECK(asked({udp, tcp}) == "NAPTR a.example | SRV _t._tcp.b.example SRV _u._udp.a.example");
    CHECK(asked({udp, tcp, tls}) ==
          "NAPTR a.example | SRV _s._tcp.a.example SRV _t._tcp.b.example SRV _u._udp.a.example");
    CHECK(asked({ws}) == "NAPTR a.example | SRV _w._ws.a.example");
    CHECK(asked({wss}) == "NAPTR a.example | SRV _sips._ws.a.example");  // none for us: as if there were none
}

TEST_CASE("without NAPTR records each transport of ours is asked for, in our order (RFC 3263 §4.1)") {
    sim::Zone zone;
    zone.add_srv("_sip._udp.a.example", 0, 0, 5060, "u.a.example");
    zone.add_srv("_sip._tcp.a.example", 0, 0, 5060, "t.a.example");
    zone.add_address("u.a.example", ip("192.0.2.1"));
    zone.add_address("t.a.example", ip("192.0.2.2"));
    using enum Transport;
    CHECK(located("sip:a.example", zone, with({tcp, udp})) ==
          "NAPTR a.example | SRV _sip._tcp.a.example SRV _sip._udp.a.example | A t.a.example AAAA t.a.example "
          "A u.a.example AAAA u.a.example -> tcp 192.0.2.2:5060 udp 192.0.2.1:5060");
    CHECK(located("sips:a.example", zone, with({tcp, udp})) ==
          "NAPTR a.example | SRV _sips._tcp.a.example | A a.example AAAA a.example ->");
}

TEST_CASE("without SRV records the host's addresses are used with the default port (RFC 3263 §4.2)") {
    sim::Zone zone;
    zone.add_address("a.example", ip("192.0.2.1"));
    zone.add_naptr("naptr.example", 1, 1, "s", "SIP+D2T", "_sip._tcp.naptr.example");
    zone.add_address("naptr.example", ip("192.0.2.1"));
    auto found = [&](std::string_view uri, std::vector<Transport> ours) {
        auto text = located(uri, zone, with(std::move(ours)));
        return text.substr(text.find("->"));
    };
    using enum Transport;
    CHECK(found("sip:a.example", {udp, tcp, tls}) == "-> udp 192.0.2.1:5060");
    CHECK(found("sip:a.example", {tcp, udp}) == "-> tcp 192.0.2.1:5060");
    CHECK(found("sips:a.example", {udp, tcp, tls}) == "-> tls 192.0.2.1:5061");
    CHECK(found("sip:a.example;transport=tcp", {udp}) == "-> tcp 192.0.2.1:5060");
    CHECK(found("sip:a.example;transport=ws", {udp}) == "-> ws 192.0.2.1:80");
    CHECK(found("sip:naptr.example", {udp, tcp}) == "-> tcp 192.0.2.1:5060");
}

TEST_CASE("an SRV target of \".\" says that the service is not there (RFC 2782)") {
    auto zone = example();
    zone.add_srv("_sip._udp.none.example", 0, 0, 0, ".");
    zone.add_address("none.example", ip("192.0.2.9"));
    CHECK(located("sip:none.example;transport=udp", zone) == "SRV _sip._udp.none.example ->");
    CHECK(locator_for("sip:none.example;transport=udp").error() == Errc::no_target);
}

TEST_CASE("a question that fails counts as no records, and is the reason when nothing is found (RFC 3263 §4.2)") {
    sim::Zone zone;
    zone.set_fault("a.example", sim::Zone::Fault::fails);
    zone.add_srv("_sip._udp.a.example", 0, 0, 5060, "u.a.example");
    zone.add_address("u.a.example", ip("192.0.2.1"));
    CHECK(located("sip:a.example", zone, with({Transport::udp})).ends_with("-> udp 192.0.2.1:5060"));
    auto locator = locator_for("sip:b.example:5060");
    for (const auto& question : locator.take_questions()) locator.answer(question, {}, Errc::resolve_failed);
    CHECK(locator.is_done());
    CHECK(locator.error() == Errc::resolve_failed);
}

TEST_CASE("what is not answered in time does not stop the next step (RFC 3263 §4.2)") {
    auto locator = locator_for("sip:a.example", with({Transport::udp}));
    CHECK(locator.take_questions() == std::vector{
                                          DnsQuestion{"a.example", RecordType::naptr}
    });
    locator.give_up();
    CHECK(locator.take_questions() == std::vector{
                                          DnsQuestion{"_sip._udp.a.example", RecordType::srv}
    });
    locator.give_up();
    REQUIRE(locator.take_questions().size() == 2);
    locator.answer(
        {
            "a.example", RecordType::a
    },
        std::vector{DnsRecord{.type = RecordType::a, .ip = ip("192.0.2.1")}}, {});
    CHECK_FALSE(locator.is_done());
    locator.give_up();
    CHECK(locator.is_done());
    CHECK(locator.take_targets().size() == 1);
}

TEST_CASE("the addresses of a host with both families alternate (RFC 8305)") {
    sim::Zone zone;
    for (auto text : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "2001:db8::2"})
        zone.add_address("a.example", ip(text));
    auto options = with({Transport::tcp});
    auto found = [&] {
        auto text = located("sip:a.example:5070", zone, options);
        return text.substr(text.find("->"));
    };
    CHECK(found() ==
          "-> tcp 192.0.2.1:5070 tcp [2001:db8::1]:5070 tcp 192.0.2.2:5070 tcp [2001:db8::2]:5070 "
          "tcp 192.0.2.3:5070");
    options.first_family = Family::v6;
    CHECK(found().starts_with("-> tcp [2001:db8::1]:5070 tcp 192.0.2.1:5070 tcp [2001:db8::2]:5070"));
    options.reach.transports = {Transport::udp};
    options.reach.listeners = {
        {Transport::udp, {ip("192.0.2.77"), 5060}}
    };
    CHECK(located("sip:a.example:5070", zone, options) ==
          "A a.example -> udp 192.0.2.1:5070 udp 192.0.2.2:5070 udp 192.0.2.3:5070");
}

TEST_CASE("one address of two names is tried once; a server named by its address is one (RFC 3263 §4.2)") {
    sim::Zone zone;
    for (auto name : {"x.a.example", "y.a.example", "192.0.2.7"}) zone.add_srv("_sip._udp.a.example", 0, 0, 5060, name);
    for (auto name : {"x.a.example", "y.a.example"}) zone.add_address(name, ip("192.0.2.1"));
    CHECK(located("sip:a.example;transport=udp", zone) ==
          "SRV _sip._udp.a.example | A x.a.example AAAA x.a.example A y.a.example AAAA y.a.example "
          "-> udp 192.0.2.7:5060 udp 192.0.2.1:5060");
}

TEST_CASE("questions and targets are limited, whatever a domain announces") {
    sim::Zone zone;
    for (int i = 0; i < 60; ++i) {
        auto name = fmt::format("s{:02}.a.example", i);
        zone.add_srv("_sip._udp.a.example", 0, 0, 5060, name);
        zone.add_address(name, ip(fmt::format("192.0.2.{}", i + 1)));
    }
    auto text = located("sip:a.example;transport=udp", zone);
    auto count = [&](std::string_view word) {
        std::size_t found = 0;
        for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++found;
        return found;
    };
    CHECK(count("udp 192") == 16);
    CHECK(count(" A s") == 16);
    auto options = all_transports();
    options.questions = 5;
    text = located("sip:a.example;transport=udp", zone, options);
    CHECK(count("udp 192") == 2);
    CHECK(count(" A s") + count("AAAA s") == 4);
}

TEST_CASE("names that are none are not asked for") {
    sim::Zone zone;
    zone.add_srv("_sip._udp.a.example", 0, 0, 5060, "evil\\046host.a.example");
    zone.add_srv("_sip._udp.a.example", 0, 0, 0, "port.a.example");
    zone.add_address("port.a.example", ip("192.0.2.1"));
    CHECK(located("sip:a.example;transport=udp", zone) == "SRV _sip._udp.a.example ->");
    CHECK(located("sip:abc.invalid;transport=ws", zone) == "->");
    CHECK(located("sip:" + std::string(254, 'a'), zone) == "->");
}

TEST_CASE("servers are tried by priority, and within one by chance in proportion to their weights (RFC 2782)") {
    sim::Zone zone;
    auto add = [&](std::uint16_t priority, std::uint16_t weight, std::string_view address) {
        zone.add_srv("_sip._udp.a.example", priority, weight, 5060, address);
    };
    add(2, 0, "192.0.2.9");
    add(1, 0, "192.0.2.1");
    add(1, 10, "192.0.2.2");
    add(1, 30, "192.0.2.3");
    Identifiers random(seeded_random(7));
    auto options = all_transports();
    options.chance = [&](std::uint64_t low, std::uint64_t high) { return random.between(low, high); };
    std::map<std::string, int> first;
    constexpr int rounds = 4000;
    for (int i = 0; i < rounds; ++i) {
        auto text = located("sip:a.example;transport=udp", zone, options);
        CHECK(text.ends_with("udp 192.0.2.9:5060"));
        auto start = text.find("-> udp ") + 7;
        ++first[text.substr(start, text.find(':', start) - start)];
    }
    // Of the 41 numbers that can be drawn one chooses the first, ten the second, thirty the third.
    CHECK(first["192.0.2.1"] == doctest::Approx(rounds * 1 / 41.).epsilon(0.25));
    CHECK(first["192.0.2.2"] == doctest::Approx(rounds * 10 / 41.).epsilon(0.1));
    CHECK(first["192.0.2.3"] == doctest::Approx(rounds * 30 / 41.).epsilon(0.1));
    CHECK(first["192.0.2.9"] == 0);
}

TEST_CASE("without chance the order of equal servers is always the same (RFC 3263 §4.4)") {
    sim::Zone zone, reversed;
    const std::vector<std::string_view> names{"192.0.2.1", "192.0.2.2", "192.0.2.3"};
    for (auto name : names) zone.add_srv("_sip._udp.a.example", 1, 5, 5060, name);
    for (auto i = names.size(); i > 0; --i) reversed.add_srv("_sip._udp.a.example", 1, 5, 5060, names[i - 1]);
    auto order = located("sip:a.example;transport=udp", zone);
    CHECK(order == "SRV _sip._udp.a.example -> udp 192.0.2.1:5060 udp 192.0.2.2:5060 udp 192.0.2.3:5060");
    CHECK(located("sip:a.example;transport=udp", reversed) == order);
}

TEST_CASE(
    "a sip URI goes to TLS when the domain's NAPTR records say so, and to no _sips service without (RFC 3263 §4.1)") {
    const LayerOptions defaults;
    LocatorOptions options;
    options.reach.transports = defaults.transports;
    sim::Zone zone;
    zone.add("secure.example", {.type = RecordType::naptr,
                                .priority = 1,
                                .target = "_sips._tcp.secure.example",
                                .service = "SIPS+D2T",
                                .flags = "s"});
    zone.add("_sips._tcp.secure.example", {.type = RecordType::srv, .port = 5061, .target = "a.secure.example"});
    zone.add("a.secure.example", {.type = RecordType::a, .ip = ip("192.0.2.1")});
    CHECK(located("sip:secure.example", zone, options) ==
          "NAPTR secure.example | SRV _sips._tcp.secure.example | A a.secure.example AAAA a.secure.example -> "
          "tls 192.0.2.1:5061");
    zone.add("plain.example", {.type = RecordType::a, .ip = ip("192.0.2.2")});
    CHECK(located("sip:plain.example", zone, options) ==
          "NAPTR plain.example | SRV _sip._udp.plain.example SRV _sip._tcp.plain.example | A plain.example AAAA "
          "plain.example -> udp 192.0.2.2:5060");
}
