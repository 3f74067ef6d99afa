// SPDX-License-Identifier: MIT
#include <siptxn/sim/clock.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace std::chrono_literals;
using siptxn::sim::Clock;

namespace {

void run(Clock& clock) {
    while (true) {
        if (clock.run_ready()) continue;
        auto next = clock.next();
        if (!next) return;
        clock.advance_to(*next);
    }
}

}  // namespace

TEST_CASE("virtual time: work runs by its time, then in the order it was handed over") {
    Clock clock;
    std::string order;
    auto start = clock.now();
    clock.schedule(start + 2s, [&] { order += 'd'; });
    clock.schedule(start + 1s, [&] { order += 'b'; });
    clock.schedule(start + 1s, [&] { order += 'c'; });
    clock.post([&] { order += 'a'; });
    CHECK(order.empty());
    run(clock);
    CHECK(order == "abcd");
    CHECK(clock.now() == start + 2s);
    CHECK(clock.pending() == 0);
}

TEST_CASE("virtual time: cancelled work does not run, and what it owned is released") {
    Clock clock;
    auto owned = std::make_shared<int>(1);
    bool ran = false;
    auto timer = clock.schedule(clock.now() + 1s, [&ran, owned] { ran = true; });
    CHECK(owned.use_count() == 2);
    clock.cancel(timer);
    CHECK(owned.use_count() == 1);
    clock.cancel(timer);
    clock.cancel(siptxn::TimerId::none);
    run(clock);
    CHECK_FALSE(ran);
}

TEST_CASE("virtual time: work may cancel and schedule other work") {
    Clock clock;
    std::string order;
    auto start = clock.now();
    auto second = clock.schedule(start + 1s, [&] { order += 'x'; });
    clock.schedule(start, [&] {
        clock.cancel(second);
        clock.schedule(start - 5s, [&] { order += 'a'; });
    });
    run(clock);
    CHECK(order == "a");
    CHECK(clock.now() == start);
}

TEST_CASE("virtual time never goes back, and the calendar follows it") {
    Clock clock;
    auto start = clock.now();
    auto date = clock.calendar();
    clock.advance_to(start + 90s);
    clock.advance_to(start);
    CHECK(clock.now() == start + 90s);
    CHECK(clock.calendar() - date == 90s);
}
