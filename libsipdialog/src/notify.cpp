// SPDX-License-Identifier: MIT
#include <sipdialog/notify.hpp>

#include <string>

namespace sipdialog {
namespace {

int status_of(const sipmsg::ParseError& error) { return error.code == sipmsg::ParseErrc::missing ? 489 : 400; }

}  // namespace

int notify_refusal(const sipmsg::Message& notify) {
    auto event = notify.top<sipmsg::Event>();
    if (!event) return status_of(event.error());
    auto state = notify.top<sipmsg::SubscriptionState>();
    if (!state) return status_of(state.error());
    return state->phase() == sipmsg::SubscriptionPhase::other ? 489 : 0;
}

bool is_event_of_refer(const sipmsg::Event& event, std::uint32_t cseq, bool first) noexcept {
    if (event.package() != "refer") return false;
    auto id = event.id_param();
    return id ? *id == std::to_string(cseq) : first;
}

}  // namespace sipdialog
