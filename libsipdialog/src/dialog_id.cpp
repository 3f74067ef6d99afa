// SPDX-License-Identifier: MIT
#include <sipdialog/dialog_id.hpp>

#include "dialog_name.hpp"

namespace sipdialog {

std::optional<DialogName> DialogName::of_request(const sipmsg::MessageView& received) {
    return of_request(received.dialog_fields());
}

std::optional<DialogName> DialogName::of_request(const sipmsg::Result<sipmsg::DialogFields>& received) {
    if (!received || !received->to_tag) return std::nullopt;
    return DialogName{received->call_id, *received->to_tag, received->from_tag.value_or("")};
}

std::optional<DialogName> DialogName::of_response(const sipmsg::MessageView& received) {
    const auto fields = received.dialog_fields();
    if (!fields || !fields->from_tag) return std::nullopt;
    return DialogName{fields->call_id, *fields->from_tag, fields->to_tag.value_or("")};
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
