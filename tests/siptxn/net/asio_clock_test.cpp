// SPDX-License-Identifier: MIT
#include "net/loop.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace std::chrono_literals;

TEST_CASE("the system's clock runs work in order, later than asked, and not from inside the call") {
    Loop loop;
    siptxn::net::AsioClock clock(loop.context.get_executor());
    std::string order;
    auto start = clock.now();
    clock.schedule(start + 20ms, [&] { order += 'c'; });
    clock.schedule(start + 10ms, [&] { order += 'b'; });
    clock.post([&] { order += 'a'; });
    CHECK(order.empty());
    REQUIRE(loop.until([&] { return order.size() == 3; }));
    CHECK(order == "abc");
    CHECK(clock.now() >= start + 20ms);
}

TEST_CASE("cancelled work does not run, even when it is due already") {
    Loop loop;
    siptxn::net::AsioClock clock(loop.context.get_executor());
    std::string order;
    siptxn::TimerId second{};
    clock.schedule(clock.now(), [&] {
        order += 'a';
        clock.cancel(second);
    });
    second = clock.schedule(clock.now(), [&] { order += 'x'; });
    clock.schedule(clock.now() + 1ms, [&] { order += 'b'; });
    REQUIRE(loop.until([&] { return order.size() == 2; }));
    CHECK(order == "ab");
}

TEST_CASE("work that schedules itself for now does not starve the loop, and dies with the clock") {
    Loop loop;
    auto clock = std::make_unique<siptxn::net::AsioClock>(loop.context.get_executor());
    auto owned = std::make_shared<int>();
    int turns = 0;
    std::function<void()> again = [&, owned] {
        ++turns;
        clock->schedule(clock->now() - 1s, [&again] { again(); });
    };
    again();
    REQUIRE(loop.until([&] { return turns > 10; }));
    clock.reset();
    auto before = turns;
    loop.work.reset();
    loop.context.run_for(60s);
    CHECK(turns == before);
}

TEST_CASE("the system's generator does not repeat itself") {
    auto one = siptxn::net::system_random();
    auto two = siptxn::net::system_random();
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(one());
        seen.insert(two());
    }
    CHECK(seen.size() == 2000);
}
