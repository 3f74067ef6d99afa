// SPDX-License-Identifier: MIT
#include "location.hpp"

#include <algorithm>

namespace sipstrata {

std::vector<Binding> Location::lookup(std::string_view user, siptxn::TimePoint now) const {
    std::vector<Binding> living;
    auto found = users_.find(user);
    if (found == users_.end()) return living;
    std::ranges::copy_if(found->second, std::back_inserter(living),
                         [&](const Binding& binding) { return binding.expires > now; });
    std::ranges::stable_sort(living, std::greater<>(), &Binding::q);
    return living;
}

void Location::replace(std::string_view user, std::vector<Binding> bindings) {
    auto found = users_.find(user);
    if (found != users_.end())
        found->second = std::move(bindings);
    else if (!bindings.empty())
        users_.emplace(user, std::move(bindings));
}

void Location::expire(siptxn::TimePoint now) {
    for (auto user = users_.begin(); user != users_.end();) {
        std::erase_if(user->second, [&](const Binding& binding) { return binding.expires <= now; });
        user = user->second.empty() ? users_.erase(user) : std::next(user);
    }
}

void Location::flow_closed(siptxn::FlowId flow) {
    for (auto& [user, bindings] : users_) {
        std::erase_if(bindings, [&](const Binding& b) {
            return b.flow && b.flow->id == flow && is_websocket(b.flow->transport);
        });
        for (Binding& binding : bindings) {
            if (binding.flow && binding.flow->id == flow) binding.flow.reset();
        }
    }
}

}  // namespace sipstrata
