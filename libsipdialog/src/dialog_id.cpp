// SPDX-License-Identifier: MIT
#include <sipdialog/dialog_id.hpp>

#include <sipmsg/sipmsg.hpp>

#include <string_view>

namespace sipdialog {

std::optional<DialogId> DialogId::of_request(const sipmsg::MessageView& received) {
    auto call_id = received.top<sipmsg::CallId>();
    auto from = received.top<sipmsg::From>();
    auto to = received.top<sipmsg::To>();
    if (!call_id || !from || !to || !to->tag()) return std::nullopt;
    return DialogId{std::string(call_id->text), std::string(*to->tag()), std::string(from->tag().value_or(""))};
}

std::optional<DialogId> DialogId::of_response(const sipmsg::MessageView& received) {
    auto call_id = received.top<sipmsg::CallId>();
    auto from = received.top<sipmsg::From>();
    auto to = received.top<sipmsg::To>();
    if (!call_id || !from || !to || !from->tag()) return std::nullopt;
    return DialogId{std::string(call_id->text), std::string(*from->tag()), std::string(to->tag().value_or(""))};
}

}  // namespace sipdialog

std::size_t std::hash<sipdialog::DialogId>::operator()(const sipdialog::DialogId& id) const noexcept {
    std::hash<std::string_view> one;
    auto mixed = one(id.call_id);
    mixed = mixed * 31 + one(id.local_tag);
    return mixed * 31 + one(id.remote_tag);
}
