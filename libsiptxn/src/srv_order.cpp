// SPDX-License-Identifier: MIT
#include "srv_order.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <tuple>

namespace siptxn {
namespace {

/// Brings one of them to the front: RFC 2782's running sum, in which a weight of 0 keeps a small chance by standing
/// first.
void draw(std::span<DnsRecord> records, const Chance& chance) {
    std::uint64_t sum = 0;
    for (const auto& record : records) sum += record.weight;
    auto drawn = chance(0, sum);
    std::uint64_t running = 0;
    auto chosen =
        std::ranges::find_if(records, [&](const auto& record) { return (running += record.weight) >= drawn; });
    if (chosen != records.end())
        std::rotate(records.begin(), chosen, std::next(chosen));  // the others keep their order
}

}  // namespace

std::vector<DnsRecord> in_srv_order(std::vector<DnsRecord> records, const Chance& chance) {
    if (!chance) {
        auto fixed = [](const DnsRecord& r) { return std::tuple(r.priority, -int{r.weight}, r.target, r.port); };
        std::ranges::sort(records, {}, fixed);
        return records;
    }
    auto zero_first = [](const DnsRecord& r) { return std::tuple(r.priority, r.weight != 0); };
    std::ranges::stable_sort(records, {}, zero_first);
    for (std::span<DnsRecord> rest(records); !rest.empty(); rest = rest.subspan(1)) {
        auto other = std::ranges::find_if(rest, [&](const auto& r) { return r.priority != rest.front().priority; });
        draw({rest.begin(), other}, chance);
    }
    return records;
}

}  // namespace siptxn
