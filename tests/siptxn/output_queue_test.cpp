// SPDX-License-Identifier: MIT
#include <siptxn/output_queue.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <string>

using siptxn::OutputQueue;

TEST_CASE("outputs come in the order they were given, however giving and taking alternate") {
    OutputQueue<std::unique_ptr<int>> queue;
    std::mt19937 chance(1);
    int given = 0, taken = 0;
    for (int round = 0; round < 2000; ++round) {
        for (auto more = chance() % 60; more > 0; --more) queue.push(std::make_unique<int>(given++));
        for (auto most = chance() % 60; most > 0; --most) {
            auto output = queue.pop();
            REQUIRE(output.has_value() == (taken < given));
            if (output) CHECK(**output == taken++);
        }
    }
    while (auto output = queue.pop()) CHECK(**output == taken++);
    CHECK(taken == given);
}

TEST_CASE("the next output stands where it is while others are given") {
    OutputQueue<std::string> queue;
    queue.push(3, 'a');
    auto* first = queue.next();
    REQUIRE(first);
    for (int i = 0; i < 1000; ++i) queue.push(std::to_string(i));
    CHECK(*first == "aaa");
    for (int i = 0; i < 1000; ++i) {
        auto* next = queue.next();
        REQUIRE(next);
        CHECK(*next == std::to_string(i));
    }
    CHECK(!queue.next());
    CHECK(!queue.pop());
}

TEST_CASE("an output that was taken is not kept") {
    OutputQueue<std::shared_ptr<int>> queue;
    auto first = std::make_shared<int>(1);
    queue.push(first);
    queue.push(std::make_shared<int>(2));
    CHECK(queue.pop() == first);
    CHECK(first.use_count() == 1);
}
