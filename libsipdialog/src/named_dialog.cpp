// SPDX-License-Identifier: MIT
// Dialogs that requests name from outside: Replaces, Join, Target-Dialog. RFC 3891 §3, RFC 3911 §4, RFC 4538 §4.
#include "layer.hpp"

#include <sipmsg/sipmsg.hpp>

#include <algorithm>

namespace sipdialog {

using SessionState = SessionMachine::State;
using sipmsg::Header;

namespace {

std::ptrdiff_t count(const sipmsg::MessageView& message, Header header) {
    return std::ranges::count_if(message.fields(), [&](const auto& field) { return field.id == header; });
}

}  // namespace

SessionId Layer::find_dialog(const DialogId& id) const {
    auto place = dialogs_.find(DialogName::of(id));
    return place ? place.session->id : SessionId::none;
}

// How a dialog named by an INVITE stands (RFC 3891 §3, RFC 3911 §4).
template <class Named>
NamedDialog Layer::named_by(const sipmsg::MessageView& invite, Header contradiction) {
    if (count(invite, Named::id) == 0) return {};
    auto named = invite.top<Named>();
    if (!named || count(invite, Named::id) > 1 || invite.has(contradiction)) return {.refusal = 400};
    auto id = find_dialog({std::string(named->call_id), std::string(named->to_tag), std::string(named->from_tag)});
    auto* s = find(id);
    if (!s) return {.refusal = 481};
    switch (s->state()) {
        case SessionState::calling: return {.session = id, .early = true};
        case SessionState::answering:
        case SessionState::confirmed: return {.session = id};
        case SessionState::deferring:
        case SessionState::closing:
        case SessionState::canceling: return {.refusal = 603};  // about to end: nobody shall ring for it
        default: return {.refusal = 481};                       // an early dialog that the peer began
    }
}

NamedDialog Layer::replaced_by(const sipmsg::MessageView& invite) {
    auto named = named_by<sipmsg::Replaces>(invite, Header::join);
    bool confirmed = named.session != SessionId::none && !named.early;
    if (confirmed && invite.top<sipmsg::Replaces>()->early_only) return {.refusal = 486};
    return named;
}

NamedDialog Layer::joined_by(const sipmsg::MessageView& invite) {
    return named_by<sipmsg::Join>(invite, Header::replaces);
}

}  // namespace sipdialog
