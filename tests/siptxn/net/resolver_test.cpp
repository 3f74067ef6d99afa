// SPDX-License-Identifier: MIT
#include "net/loop.hpp"
#include "net/name_server.hpp"
#include "sim/recorder.hpp"
#include "users.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include <unistd.h>

using namespace siptxn;

namespace {

net::ResolverOptions with_timeout(Duration timeout) {
    net::ResolverOptions options;
    options.timeout = timeout;
    options.hosts_file.clear();
    return options;
}
/// For servers that answer: nothing waits for it.
net::ResolverOptions patient() { return with_timeout(5s); }
/// For servers that do not.
net::ResolverOptions hasty() { return with_timeout(20ms); }

/// A wire that asks one name server.
struct Lookup {
    explicit Lookup(net::ResolverOptions options = patient()) {
        options.servers.push_back(server.address());
        net::WireOptions all;
        all.resolver = std::move(options);
        wire = net::make_wire(loop.context.get_executor(), all).value();
        wire->attach(&events);
    }
    QueryId ask(std::string_view name, RecordType type = RecordType::a) {
        auto query = QueryId{++last};
        wire->resolve(query, name, type);
        return query;
    }
    const auto& operator()(std::string_view name, RecordType type = RecordType::a) {
        auto query = ask(name, type);
        CHECK_FALSE(events.resolved.contains(query));  // never from inside the call
        REQUIRE(loop.until([&] { return events.resolved.contains(query); }));
        return events.resolved[query];
    }

    Loop loop;
    NameServer server{loop};
    Recorder events;
    std::shared_ptr<Wire> wire;
    std::uint64_t last = 0;
};

/// A file of this test's own, gone afterwards.
struct TemporaryFile {
    TemporaryFile() {
        std::string name = (std::filesystem::temp_directory_path() / "hosts-XXXXXX").string();
        ::close(::mkstemp(name.data()));
        path = name;
    }
    ~TemporaryFile() { std::filesystem::remove(path); }
    void write(std::string_view text) { std::ofstream(path) << text; }
    std::filesystem::path path;
};

}  // namespace

TEST_CASE("name servers are asked for every type of record, over UDP (RFC 3263 §4)") {
    Lookup lookup;
    auto& zone = lookup.server.zone;
    zone.add_address("a.example", ip_of("192.0.2.1"), 77);
    zone.add_address("a.example", ip_of("2001:db8::1"));
    zone.add_srv("_sip._udp.a.example", 1, 2, 5070, "host.a.example");
    zone.add_naptr("a.example", 3, 4, "s", "SIP+D2U", "_sip._udp.a.example");

    auto a = lookup("A.Example").first;
    REQUIRE(a.size() == 1);
    CHECK(a[0].ip == ip_of("192.0.2.1"));
    CHECK(a[0].ttl == 77);
    CHECK(lookup("a.example", RecordType::aaaa).first.at(0).ip == ip_of("2001:db8::1"));
    auto srv = lookup("_sip._udp.a.example", RecordType::srv).first.at(0);
    CHECK(srv.port == 5070);
    CHECK(srv.target == "host.a.example");
    auto naptr = lookup("a.example", RecordType::naptr).first.at(0);
    CHECK(naptr.service == "SIP+D2U");
    CHECK(naptr.target == "_sip._udp.a.example");
    CHECK(lookup.server.queries.size() == 4);
    CHECK_FALSE(lookup.server.queries[0].over_tcp);
}

TEST_CASE("a name that is an alias has the records of what it is an alias for") {
    Lookup lookup;
    lookup.server.replies["www.example"] = [](const NameServer::Query& query) {
        DnsOctets octets;
        octets.header(dns::response, 2, 0, query.id).question(query.name, query.type);
        octets.record("www.example", 5, 60, DnsOctets().name("host.example"));
        octets.record("host.example", 1, 60, dns::address_data(ip_of("192.0.2.1")));
        return octets.text;
    };
    CHECK(lookup("www.example").first.at(0).ip == ip_of("192.0.2.1"));
}

TEST_CASE("a name without records, or that does not exist, is an answer that says for how long (RFC 2308)") {
    for (unsigned rcode : {0U, 3U}) {
        Lookup lookup;
        lookup.server.replies["none.example"] = [&](const NameServer::Query& query) {
            DnsOctets octets;
            octets.header(dns::response | rcode, 0, 1, query.id).question(query.name, query.type);
            octets.record("example", 6, 900, dns::data_of({.type = RecordType::soa, .ttl = 90}));
            return octets.text;
        };
        const auto& [records, error] = lookup("none.example");
        CHECK_FALSE(error);
        REQUIRE(records.size() == 1);
        CHECK(records[0].type == RecordType::soa);
        CHECK(records[0].ttl == 90);
    }
}

TEST_CASE("a server that fails, refuses or says nothing is a failed lookup, in bounded time") {
    Lookup lookup(hasty());
    for (unsigned rcode : {2U, 5U}) {
        auto name = "rcode" + std::to_string(rcode) + ".example";
        lookup.server.replies[name] = [&lookup, rcode](const NameServer::Query& query) {
            return lookup.server.answer(query, dns::response | rcode);
        };
        CHECK(lookup(name).second == Errc::resolve_failed);
    }
    lookup.server.replies["silent.example"] = [](const auto&) { return std::nullopt; };
    CHECK(lookup("silent.example").second == Errc::resolve_failed);
    auto silent = [](const NameServer::Query& query) { return query.name == "silent.example"; };
    CHECK(lookup.loop.until([&] { return std::ranges::count_if(lookup.server.queries, silent) == 2; }));
}

TEST_CASE("a query that was lost is sent again") {
    auto options = with_timeout(100ms);
    options.tries = 6;  // patience grows to seconds: only a lost query waits
    Lookup lookup(options);
    lookup.server.zone.add_address("a.example", ip_of("192.0.2.1"));
    bool lost = false;
    lookup.server.replies["a.example"] = [&](const NameServer::Query& query) {
        return std::exchange(lost, true) ? std::optional(lookup.server.answer(query)) : std::nullopt;
    };
    CHECK(lookup("a.example").first.size() == 1);
    CHECK(lookup.server.queries.size() > 1);
}

TEST_CASE("the next server is asked when one is not there") {
    Loop other;
    auto options = patient();
    options.servers = {
        {any_loopback.ip, unused_port(other)}
    };
    Lookup lookup(options);
    lookup.server.zone.add_address("a.example", ip_of("192.0.2.1"));
    CHECK(lookup("a.example").first.at(0).ip == ip_of("192.0.2.1"));
}

TEST_CASE("an answer that was cut is fetched over TCP (RFC 1035 §4.2.1)") {
    Lookup lookup;
    for (int i = 0; i < 40; ++i) lookup.server.zone.add_srv("_sip._udp.a.example", 1, 1, 5060, "host.a.example");
    lookup.server.replies["_sip._udp.a.example"] = [&](const NameServer::Query& query) {
        return query.over_tcp ? lookup.server.answer(query)
                              : dns::answer(query.name, RecordType::srv, {}, 0x8380, query.id);
    };
    CHECK(lookup("_sip._udp.a.example", RecordType::srv).first.size() == 40);
    REQUIRE(lookup.server.queries.size() == 2);
    CHECK(lookup.server.queries[1].over_tcp);
}

TEST_CASE("octets that are no answer are a failed lookup, whatever they are") {
    Lookup lookup(hasty());
    auto& replies = lookup.server.replies;
    replies["garbage.example"] = [](const auto&) { return std::string(300, '\xff'); };
    replies["empty.example"] = [](const auto&) { return std::string(); };
    replies["other.example"] = [](const NameServer::Query& query) {
        return dns::answer("evil.example", RecordType::a,
                           {
                               {.type = RecordType::a, .ip = ip_of("192.0.2.66")}
        },
                           dns::response, query.id);
    };
    replies["id.example"] = [](const NameServer::Query& query) {
        return dns::answer(query.name, RecordType::a,
                           {
                               {.type = RecordType::a, .ip = ip_of("192.0.2.66")}
        },
                           dns::response, query.id ^ 1);
    };
    replies["loop.example"] = [](const NameServer::Query& query) {
        DnsOctets octets;
        octets.header(dns::response, 1, 0, query.id).question(query.name, query.type);
        return octets.pointer(octets.text.size()).u16(1).u16(1).u32(60).u16(4).u32(0).text;
    };
    replies["length.example"] = [](const NameServer::Query& query) {
        DnsOctets octets;
        octets.header(dns::response, 1, 0, query.id).question(query.name, query.type);
        return octets.name(query.name).u16(1).u16(1).u32(60).u16(400).u32(0).text;
    };
    replies["count.example"] = [](const NameServer::Query& query) {
        return DnsOctets().header(dns::response, 65'535, 0, query.id).question(query.name, query.type).text;
    };
    for (const auto& [name, reply] : replies) {
        CAPTURE(name);
        const auto& [records, error] = lookup(name);
        CHECK(error == Errc::resolve_failed);
        CHECK(records.empty());
    }
}

TEST_CASE("an answer that comes after the wire is gone hurts nobody") {
    Lookup lookup;
    bool asked = false;
    lookup.server.replies["late.example"] = [&](const NameServer::Query& query) {
        asked = true;
        lookup.wire.reset();
        return lookup.server.answer(query);
    };
    lookup.ask("late.example");
    REQUIRE(lookup.loop.until([&] { return asked; }));
    CHECK_FALSE(lookup.wire);
    lookup.loop.context.poll();
    CHECK(lookup.events.resolved.empty());
}

TEST_CASE("only so many names are looked up at once") {
    auto options = patient();
    options.queries = 2;
    Lookup lookup(options);
    lookup.ask("a.example");
    lookup.ask("b.example");
    auto third = lookup.ask("c.example");
    REQUIRE(lookup.loop.until([&] { return lookup.events.resolved.size() == 3; }));
    CHECK(lookup.events.resolved[third].second == Errc::overloaded);
    CHECK_FALSE(lookup("c.example").second);
}

TEST_CASE("names of the hosts file are taken from there alone, and from the file as it is now") {
    TemporaryFile hosts;
    hosts.write("# a comment\n192.0.2.1 Pbx.example pbx # 192.0.2.9 not.example\n2001:db8::1\tpbx\nbroken pbx\n\n");
    auto options = patient();
    options.hosts_file = hosts.path;
    Lookup lookup(options);
    CHECK(lookup("pbx.example").first.at(0).ip == ip_of("192.0.2.1"));
    CHECK(lookup("pbx").first.size() == 1);
    CHECK(lookup("PBX", RecordType::aaaa).first.at(0).ip == ip_of("2001:db8::1"));
    CHECK(lookup("pbx", RecordType::naptr).first.empty());
    CHECK(lookup("_sip._udp.pbx", RecordType::srv).first.empty());
    CHECK(lookup.server.queries.empty());
    CHECK(lookup("not.example").first.empty());
    CHECK(lookup.server.queries.size() == 1);
    hosts.write("192.0.2.222 pbx\n");
    CHECK(lookup("pbx").first.at(0).ip == ip_of("192.0.2.222"));
    std::filesystem::remove(hosts.path);
    CHECK(lookup("pbx").first.empty());
    CHECK(lookup.server.queries.size() == 2);
}

TEST_CASE("localhost and numeric names are nobody else's to answer (RFC 6761 §6.3)") {
    Lookup lookup;
    CHECK(lookup("localhost").first.at(0).ip == any_loopback.ip);
    CHECK(lookup("pbx.LOCALHOST.", RecordType::aaaa).first.at(0).ip == ip_of("::1"));
    CHECK(lookup("_sip._udp.localhost", RecordType::srv).first.empty());
    CHECK(lookup("192.0.2.7").first.at(0).ip == ip_of("192.0.2.7"));
    CHECK(lookup("192.0.2.7", RecordType::aaaa).first.empty());
    CHECK(lookup(std::string(300, 'a')).second == Errc::resolve_failed);
    CHECK(lookup("").second == Errc::resolve_failed);
    CHECK(lookup(std::string(70, 'a') + ".example").second == Errc::resolve_failed);
    CHECK(lookup.server.queries.empty());
}

TEST_CASE("a request finds its way by NAPTR, SRV and A over sockets, past a server that is not there (RFC 3263 §4)") {
    Loop loop;
    NameServer names(loop);
    Answerer answerer(loop.endpoint({Transport::udp}));
    auto alive = answerer.endpoint->wire().listeners()[0].local.port;
    auto dead = loop.wire({Transport::udp})->listeners()[0].local.port;  // gone again
    names.zone.add_naptr("a.example", 1, 1, "s", "SIP+D2U", "_sip._udp.b.example");
    names.zone.add_srv("_sip._udp.b.example", 1, 0, dead, "host.b.example");
    names.zone.add_srv("_sip._udp.b.example", 2, 0, alive, "host.b.example");
    names.zone.add_address("host.b.example", any_loopback.ip);

    net::WireOptions options;
    options.resolver = patient();
    options.resolver.servers = {names.address()};
    auto clock = std::make_shared<net::AsioClock>(loop.context.get_executor());
    Caller caller(Endpoint::create(loop.wire({Transport::udp}, options), clock, net::system_random()));
    for (int i = 0; i < 2; ++i) {
        auto id = caller.send("OPTIONS", "sip:bob@a.example", "dns-" + std::to_string(i));
        REQUIRE(loop.until([&] { return caller.finals.contains(id) || caller.failures.contains(id); }));
        CHECK(caller.finals[id] == std::vector<int>{200});
    }
    CHECK(answerer.requests == 2);
    CHECK(names.queries.size() == 4);  // NAPTR, SRV, A, AAAA; the second request asked nothing
}
