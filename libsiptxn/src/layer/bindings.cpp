// SPDX-License-Identifier: MIT
#include "layer/bindings.hpp"

#include <algorithm>
#include <utility>

namespace siptxn {
namespace {

// RFC 8489 §6.2.1: Rc and Rm; the first wait is T1.
constexpr int most_requests = 7;
constexpr int last_wait = 16;

}  // namespace

void Bindings::keep(const Flow& flow, TimePoint now) {
    auto& binding = bindings_[flow.id];
    if (!binding) binding = std::make_unique<Binding>(flow);
    plan(*binding, now);
}

void Bindings::plan(Binding& binding, TimePoint now) {
    binding.sent = 0;
    context_.deadlines.set(binding, now + context_.keep_alive_pause());
}

std::optional<Flow> Bindings::expire(Binding& binding, TimePoint now) {
    if (binding.sent == most_requests) return lost(binding);
    request(binding, now);
    return std::nullopt;
}

void Bindings::request(Binding& binding, TimePoint now) {
    if (binding.sent == 0) {
        for (auto& octet : binding.transaction) octet = static_cast<std::uint8_t>(context_.identifiers.number());
        binding.wait = context_.options.timers.t1;
    }
    auto octets = std::make_shared<const std::string>(write_binding_request(binding.transaction));
    context_.emit(Transmit{binding.flow, std::move(octets)});
    const auto wait = ++binding.sent == most_requests ? last_wait * context_.options.timers.t1 : binding.wait;
    binding.wait *= 2;
    context_.deadlines.set(binding, now + wait);
}

/// RFC 5626 §4.4.2: a new address means that a NAT has forgotten the flow.
std::optional<Flow> Bindings::answered(const StunMessage& response, const Flow& from, TimePoint now) {
    auto asked = std::ranges::find_if(bindings_, [&](const auto& entry) {
        const auto& binding = *entry.second;
        return binding.sent > 0 && binding.transaction == response.transaction && binding.flow.remote == from.remote;
    });
    if (asked == bindings_.end()) {
        ++context_.statistics.strays_dropped;
        return std::nullopt;
    }
    auto& binding = *asked->second;
    auto before = std::exchange(binding.mapped, response.mapped ? response.mapped : binding.mapped);
    if (before && before != binding.mapped) return lost(binding);
    plan(binding, now);
    return std::nullopt;
}

std::optional<Flow> Bindings::refused(const SocketAddress& remote) {
    auto kept = std::ranges::find_if(bindings_, [&](const auto& e) { return e.second->flow.remote == remote; });
    return kept == bindings_.end() ? std::nullopt : std::optional(lost(*kept->second));
}

Flow Bindings::lost(Binding& binding) {
    const Flow flow = binding.flow;
    bindings_.erase(flow.id);
    return flow;
}

}  // namespace siptxn
