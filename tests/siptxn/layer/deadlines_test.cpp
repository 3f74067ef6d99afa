// SPDX-License-Identifier: MIT
#include "layer/deadlines.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <utility>
#include <vector>

using namespace siptxn;

namespace {

struct Item : Timed {
    Item() : Timed(Kind::client) {}
};

/// What the wheel must do, done slowly.
struct Model {
    struct Entry {
        TimePoint when;
        Item* item;
    };
    std::vector<Entry> entries;  // in the order they were set

    void remove(const Item* item) {
        std::erase_if(entries, [&](const Entry& entry) { return entry.item == item; });
    }
    void set(Item& item, TimePoint when) {
        for (const auto& entry : entries) {
            if (entry.item == &item && entry.when == when) return;
        }
        remove(&item);
        entries.push_back({when, &item});
    }
    std::optional<Entry> first() const {
        std::optional<Entry> found;
        for (const auto& entry : entries) {
            if (!found || entry.when < found->when) found = entry;
        }
        return found;
    }
    Item* take_due(TimePoint now) {
        auto due = first();
        if (!due || due->when > now) return nullptr;
        remove(due->item);
        return due->item;
    }
};

/// Waits as transactions have them, some of any length, and some into the past.
Duration some_wait(std::mt19937_64& chance) {
    constexpr Duration usual[] = {0ns, 1ns, 200ms, 500ms, 1s, 2s, 4s, 5s, 32s, 180s, 15min};
    if (chance() % 3 != 0) return usual[chance() % std::size(usual)];
    auto any = Duration(static_cast<std::int64_t>(chance() >> (2 + chance() % 60)));
    return chance() % 8 == 0 ? -any / 1024 : any;
}

}  // namespace

TEST_CASE("deadlines: whatever is set, moved and removed, they come due in their order, equal ones as they were set") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 chance(seed);
        Deadlines wheel;
        Model model;
        std::vector<std::unique_ptr<Item>> items;
        for (int i = 0; i < 40; ++i) items.push_back(std::make_unique<Item>());
        TimePoint now{seed % 2 == 0 ? Duration{0} : Duration{72h}};
        for (int step = 0; step < 400; ++step) {
            auto& item = items[chance() % items.size()];
            auto what = chance() % 8;
            if (what < 4) {
                auto when = now + some_wait(chance);
                wheel.set(*item, when);
                model.set(*item, when);
            } else if (what < 5) {
                wheel.set(*item, std::nullopt);
                model.remove(item.get());
            } else if (what < 6) {
                model.remove(item.get());
                item = std::make_unique<Item>();  // the old one leaves the wheel by itself
            } else {
                now += std::chrono::microseconds(chance() % 3'000'000);
                wheel.reach(now);
                if (chance() % 4 == 0) continue;  // late: what is due stays for now
                for (;;) {
                    auto* due = wheel.take_due(now);
                    REQUIRE(due == model.take_due(now));
                    if (!due) break;
                }
            }
            auto first = model.first();
            REQUIRE(wheel.next() == (first ? std::optional(first->when) : std::nullopt));
        }
    }
}

TEST_CASE("deadlines: the first and the last moment of the clock are deadlines like others") {
    Deadlines wheel;
    Item never, always, soon;
    wheel.set(never, TimePoint::max());
    wheel.set(soon, TimePoint{1h});
    wheel.set(always, TimePoint::min());
    CHECK(wheel.next() == TimePoint::min());
    CHECK(wheel.take_due(TimePoint{2h}) == &always);
    CHECK(wheel.take_due(TimePoint{2h}) == &soon);
    CHECK(wheel.take_due(TimePoint{2h}) == nullptr);
    CHECK(wheel.take_due(TimePoint::max()) == &never);
}

TEST_CASE("deadlines: items may outlive the queue") {
    Item item;
    {
        Deadlines wheel;
        wheel.set(item, TimePoint{1s});
    }
    Deadlines another;
    another.set(item, TimePoint{2s});
    CHECK(another.next() == TimePoint{2s});
}
