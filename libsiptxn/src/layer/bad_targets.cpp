// SPDX-License-Identifier: MIT
#include "layer/bad_targets.hpp"

#include <iterator>
#include <utility>

namespace siptxn {

void BadTargets::add(const Target& target, TimePoint until, TimePoint now) {
    if (until_.size() >= most_) std::erase_if(until_, [now](const auto& entry) { return entry.second <= now; });
    if (until_.size() < most_ || until_.contains(key_of(target))) until_.insert_or_assign(key_of(target), until);
}

void BadTargets::put_last(std::vector<Target>& targets, TimePoint now) const {
    if (until_.empty()) return;
    std::vector<Target> good, bad;
    for (auto& target : targets) {
        auto known = until_.find(key_of(target));
        bool is_bad = known != until_.end() && known->second > now;
        (is_bad ? bad : good).push_back(std::move(target));
    }
    good.insert(good.end(), std::make_move_iterator(bad.begin()), std::make_move_iterator(bad.end()));
    targets = std::move(good);
}

}  // namespace siptxn
