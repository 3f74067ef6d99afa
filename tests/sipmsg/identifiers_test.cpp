// SPDX-License-Identifier: MIT
#include <sipmsg/identifiers.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

using namespace sipmsg;

namespace {

/// How many bits a character at each place carries, from how often each value stood there.
double measured_bits(const std::vector<std::string>& samples) {
    double bits = 0;
    for (std::size_t place = 0; place < samples.front().size(); ++place) {
        std::array<int, 256> counts{};
        for (const auto& sample : samples) ++counts[static_cast<unsigned char>(sample[place])];
        for (const int count : counts) {
            const double share = static_cast<double>(count) / static_cast<double>(samples.size());
            if (count > 0) bits -= share * std::log2(share);
        }
    }
    return bits;
}

}  // namespace

TEST_CASE("branches start with the magic cookie and a million of them do not repeat (RFC 3261 §8.1.1.7)") {
    constexpr std::size_t many = 1'000'000;
    Identifiers ids(seeded_random(1));
    std::vector<std::string> branches;
    branches.reserve(many);
    bool sound = true;
    for (std::size_t i = 0; i < many; ++i) {
        branches.push_back(ids.branch());
        sound = sound && branches.back().starts_with("z9hG4bK") && branches.back().size() == 7 + 16;
    }
    CHECK(sound);
    std::ranges::sort(branches);
    CHECK(std::ranges::adjacent_find(branches) == branches.end());
}

TEST_CASE("branches carry 64 bits at least, tags 32, Call-IDs 128 (RFC 3261 §19.3, §8.1.1.4)") {
    Identifiers ids(seeded_random(6));
    std::vector<std::string> branches, tags, call_ids;
    for (int i = 0; i < 20'000; ++i) {
        branches.push_back(ids.branch());
        tags.push_back(ids.tag());
        call_ids.push_back(ids.call_id());
    }
    CHECK(measured_bits(branches) > 79.5);
    CHECK(measured_bits(tags) > 64);
    CHECK(measured_bits(call_ids) > 128);
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
