// SPDX-License-Identifier: MIT
#include <sipmsg/header/events.hpp>

#include "read.hpp"

namespace sipmsg {

SubscriptionPhase SubscriptionState::phase() const noexcept {
    if (iequals(text, "active")) return SubscriptionPhase::active;
    if (iequals(text, "pending")) return SubscriptionPhase::pending;
    return iequals(text, "terminated") ? SubscriptionPhase::terminated : SubscriptionPhase::other;
}

Result<ReferSub> ReferSub::parse(std::string_view text) {
    auto result = Single::parse(text);
    if (result && !iequals(result->text, "true") && !iequals(result->text, "false"))
        result = detail::fail(ParseErrc::syntax, detail::offset_in(text, result->text), "true or false", id);
    return result;
}

}  // namespace sipmsg
