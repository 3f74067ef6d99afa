// SPDX-License-Identifier: MIT
// Reading a message allocates nothing: this program counts what operator new is asked for.
#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>
#include <string>

namespace {
std::size_t allocations = 0;  // one thread
}

void* operator new(std::size_t size) {
    ++allocations;
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
    for (const auto& route : message.all<Route>()) values += route && route->uri.is_loose_router() ? 1 : 0;
    for (const auto& contact : message.all<Contact>()) values += contact && contact->q() != 0 ? 1 : 0;
    for (const auto& method : message.all<Allow>()) values += method ? 1 : 0;
    values += message.top<From>() && message.top<To>() && message.top<CallId>() && message.top<CSeq>() ? 1 : 0;
    values += message.top<MaxForwards>() || message.top<Authorization>() || message.top<ContentType>() ? 1 : 0;
    return values + (check_mandatory(message) ? 0 : 1);
}

}  // namespace

TEST_CASE("parsing and typed reading of messages up to 40 header lines allocate nothing") {
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

TEST_CASE("the counter counts") {
    const auto before = allocations;
    const auto owned = Message::parse(load("b_invite.sip"));
    CHECK(allocations > before);
    CHECK(owned);
}
