// SPDX-License-Identifier: MIT
#include <sipdialog/dialog_id.hpp>

#include "dialog_name.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

std::optional<DialogName> DialogName::of_request(const sipmsg::MessageView& received) {
    return of_request(received, received.top<sipmsg::To>());
}

std::optional<DialogName> DialogName::of_request(const sipmsg::MessageView& received,
                                                 const sipmsg::Result<sipmsg::To>& to) {
    if (!to || !to->tag()) return std::nullopt;
    auto call_id = received.top<sipmsg::CallId>();
    auto from = received.top<sipmsg::From>();
    if (!call_id || !from) return std::nullopt;
    return DialogName{call_id->text, *to->tag(), from->tag().value_or("")};
}

std::optional<DialogName> DialogName::of_response(const sipmsg::MessageView& received) {
    auto call_id = received.top<sipmsg::CallId>();
    auto from = received.top<sipmsg::From>();
    auto to = received.top<sipmsg::To>();
    if (!call_id || !from || !to || !from->tag()) return std::nullopt;
    return DialogName{call_id->text, *from->tag(), to->tag().value_or("")};
}

std::size_t DialogName::hash() const noexcept {
    std::hash<std::string_view> one;
    auto mixed = one(call_id);
    mixed = mixed * 31 + one(local_tag);
    return mixed * 31 + one(remote_tag);
}

std::optional<DialogId> DialogId::of_request(const sipmsg::MessageView& received) {
    auto name = DialogName::of_request(received);
    return name ? std::optional(name->id()) : std::nullopt;
}

std::optional<DialogId> DialogId::of_response(const sipmsg::MessageView& received) {
    auto name = DialogName::of_response(received);
    return name ? std::optional(name->id()) : std::nullopt;
}

}  // namespace sipdialog

std::size_t std::hash<sipdialog::DialogId>::operator()(const sipdialog::DialogId& id) const noexcept {
    return sipdialog::DialogName::of(id).hash();
}
