// SPDX-License-Identifier: MIT
// Reading a message allocates nothing: this program counts what operator new is asked for.
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>
#include <random>
#include <string>
#include <vector>

namespace {
std::size_t allocations = 0;  // one thread
std::size_t allocated = 0;    // octets
}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    allocated += size;
    if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

using namespace sipmsg;

namespace {

std::string load(const char* name) {
    std::ifstream file(std::string(SIP_CORPUS) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Every typed value once; how many there were.
std::size_t read(const MessageView& message) {
    std::size_t values = 0;
    for (const auto& via : message.all<Via>()) values += via && !via->branch().empty() ? 1 : 0;
    for (const auto& route : message.all<Route>()) values += route && route->uri().is_loose_router() ? 1 : 0;
    for (const auto& contact : message.all<Contact>()) values += contact && contact->q() != 0 ? 1 : 0;
    for (const auto& method : message.all<Allow>()) values += method ? 1 : 0;
    values += message.top<From>() && message.top<To>() && message.top<CallId>() && message.top<CSeq>() ? 1 : 0;
    values += message.top<MaxForwards>() || message.top<Authorization>() || message.top<ContentType>() ? 1 : 0;
    return values + (check_mandatory(message) ? 0 : 1);
}

}  // namespace

TEST_CASE("parsing and typed reading of messages up to 24 header lines allocate nothing") {
    for (const auto* name : {"a_options.sip", "b_invite.sip", "c_200ok.sip", "d_register.sip", "e_webrtc_invite.sip",
                             "f_notify_pidf.sip"}) {
        const auto octets = load(name);
        REQUIRE(!octets.empty());
        const auto before = allocations;
        const auto message = parse(octets);
        const bool sound = message.has_value();
        const auto values = sound ? read(*message) : 0;
        const auto spent = allocations - before;
        INFO(std::string(name));
        CHECK(sound);
        CHECK(values > 3);
        CHECK(spent == 0);
    }
}

TEST_CASE("the messages of the benchmark are sound, also the one with 75 header lines") {
    for (const auto* name : {"a_options.sip", "b_invite.sip", "c_200ok.sip", "d_register.sip", "e_webrtc_invite.sip",
                             "f_notify_pidf.sip", "g_heavy.sip"}) {
        const auto octets = load(name);
        const auto message = parse(octets);
        REQUIRE(message);
        INFO(std::string(name));
        CHECK(!check_mandatory(*message));
        for (const auto& error : check_all(*message)) {
            const auto text = to_string(error);
            CAPTURE(text);
            CHECK(false);
        }
    }
}

namespace {

std::string repeat(std::string_view text, std::size_t octets) {
    std::string all;
    while (all.size() + text.size() <= octets) all += text;
    return all;
}

/// Octets allocated by everything one may do with a datagram without asking for a copy.
std::size_t spent_on(const std::string& octets) {
    const auto before = allocated;
    if (const auto message = parse(octets)) {
        (void)read(*message);
        (void)Multipart::parse(*message);
        (void)Disposition::of(*message);
    }
    (void)validate(octets);
    (void)Sipfrag::parse(octets);
    return allocated - before;
}

bool is_bounded(const std::string& octets) { return spent_on(octets) <= 64 * octets.size() + 4'096; }

}  // namespace

TEST_CASE("what hostile input up to 64 KiB allocates is a fixed multiple of its size") {
    const std::string start = "OPTIONS sip:b@c SIP/2.0\r\n";
    for (const std::size_t size : {1'000U, 4'000U, 16'000U, 65'000U}) {
        for (const std::string_view unit :
             {"Z:\r\n", "Via:\r\n", "v: a,\r\n", "m: <\r\n", "m: *\r\n", "Date: x\r\n", "l: 0\r\n"}) {
            INFO(std::string(unit));
            CHECK(is_bounded(start + repeat(unit, size) + "\r\n"));
        }
        for (const std::string_view unit :
             {";a=b", ";a", ",<sip:a>", ",", "\r\n ", "<", "\"", "(", "\\", "?a=b&c=d", "%00", ":", "[", "@"}) {
            INFO(std::string(unit));
            for (const std::string_view name :
                 {"m: <sip:a@b>", "Via: SIP/2.0/UDP a", "From: <sip:a@b", "Require: a", "c: a/b",
                  "WWW-Authenticate: Digest a=b", "Warning: 399 a \"", "Accept: a/b"})
                CHECK(is_bounded(start + std::string(name) + repeat(unit, size) + "\r\n\r\n"));
        }
        const std::string multipart = start + "c: multipart/mixed;boundary=b\r\n\r\n--b\r\n";
        for (const std::string_view unit :
             {"\r\n--b\r\n", "\r\n\r\n--b\r\n", "A:\r\n", "Content-Type: multipart/mixed;boundary=b\r\n\r\n--b\r\n"})
            CHECK(is_bounded(multipart + repeat(unit, size) + "\r\n--b--"));
    }
}

TEST_CASE("what a mutated message allocates is a fixed multiple of its size") {
    std::mt19937 random(7);
    for (const auto* name : {"b_invite.sip", "d_register.sip", "e_webrtc_invite.sip", "g_heavy.sip"}) {
        const auto sound = load(name);
        for (int i = 0; i < 500; ++i) {
            auto octets = sound;
            for (auto changes = 1 + random() % 8; changes > 0; --changes) {
                const auto at = random() % octets.size();
                const auto from = random() % octets.size();
                switch (random() % 3) {
                    case 0: octets[at] = static_cast<char>(random()); break;
                    case 1: octets.erase(at, 1 + random() % 20); break;
                    default: octets.insert(at, sound.substr(from % sound.size(), random() % 60)); break;
                }
                if (octets.empty()) octets = sound;
            }
            CHECK(is_bounded(octets));
        }
    }
}

TEST_CASE("the counter counts") {
    const auto before = allocations;
    const auto owned = Message::parse(load("b_invite.sip"));
    CHECK(allocations > before);
    CHECK(owned);
}
