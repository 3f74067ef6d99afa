// SPDX-License-Identifier: MIT
#include <siptxn/identifiers.hpp>

#include <doctest/doctest.h>

#include <set>

using namespace siptxn;

TEST_CASE("branches start with the magic cookie and never repeat (RFC 3261 §8.1.1.7)") {
    Identifiers ids(seeded_random(1));
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
        auto branch = ids.branch();
        CHECK(branch.starts_with("z9hG4bK"));
        CHECK(branch.size() == 7 + 16);
        CHECK(seen.insert(branch).second);
    }
}

TEST_CASE("two stacks with different chance never agree, with the same chance always") {
    Identifiers one(seeded_random(1)), same(seeded_random(1)), other(seeded_random(2));
    auto call_id = one.call_id();
    CHECK(call_id == same.call_id());
    CHECK(call_id != other.call_id());
    CHECK(call_id.size() == 26);
}

TEST_CASE("identifiers are tokens: letters and digits in one case") {
    Identifiers ids(seeded_random(3));
    for (char c : ids.token(4000)) CHECK(((c >= 'a' && c <= 'z') || (c >= '2' && c <= '9')));
}

TEST_CASE("between() stays in its range and reaches both ends") {
    Identifiers ids(seeded_random(4));
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(ids.between(3, 7));
    CHECK(seen == std::set<std::uint64_t>{3, 4, 5, 6, 7});
    CHECK(ids.between(9, 9) == 9);
    for (int i = 0; i < 1000; ++i) CHECK((ids.cseq() >= 1));
}
