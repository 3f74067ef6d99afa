// SPDX-License-Identifier: MIT
// What a call that stands holds does not grow with time: this program counts the memory that operator new has out.
#include "world_play.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

#include <cstdlib>
#include <new>
#include <optional>

namespace {
std::size_t held = 0;  // octets; one thread
}  // namespace

void* operator new(std::size_t size) {
    void* p = std::malloc(size == 0 ? 1 : size);
    if (!p) throw std::bad_alloc();
    held += malloc_usable_size(p);
    return p;
}
void operator delete(void* p) noexcept {
    if (p) held -= malloc_usable_size(p);
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept { operator delete(p); }

using namespace std::chrono_literals;
using support::play;

TEST_CASE("a call whose timer is refreshed a thousand times holds what it held after ten (RFC 4028 §10)") {
    sipua::sim::World world(1);
    world.network().keep_log(false);
    sipua::StackOptions timed{.session_timer = {.expires = 90s}};
    auto here = world.stack("10.0.0.1", timed), there = world.stack("10.0.0.2");
    std::optional<sipua::Invitation> taken;
    std::size_t early = 0, late = 0;
    play(
        world,
        [&]() -> asio::awaitable<void> {
            sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
            options.delegate.on_invite = [&](sipua::Invitation call) {
                taken.emplace(std::move(call));
                taken->accept([](std::error_code) {});
            };
            sipua::UserAgent callee(there, std::move(options)), caller(here, {.uri = "sip:alice@10.0.0.1"});
            co_await callee.start();
            co_await caller.start();
            sipua::Inviter call(caller, "sip:bob@10.0.0.2");
            co_await call.invite();
            co_await caller.sleep(10 * 45s + 40s);  // between two refreshes, with no transaction left
            early = held;
            co_await caller.sleep(1000 * 45s);
            late = held;
            CHECK(call.state() == sipua::SessionState::established);
            co_await call.bye();
        },
        24h);
    CHECK(late <= early + 1024);
}
