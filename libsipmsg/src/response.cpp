// SPDX-License-Identifier: MIT
#include <sipmsg/message.hpp>

#include "message_edit.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/status.hpp>

#include <stdexcept>

namespace sipmsg {

namespace {

bool may_make_dialog(const MessageView& request) noexcept {
    return request.method() == Method::invite || request.method() == Method::subscribe ||
           request.method() == Method::refer || request.method() == Method::notify;
}

}  // namespace

Message Message::response(const MessageView& request, int status, std::string_view to_tag, std::string_view phrase) {
    if (status < 100 || status > 699) throw std::invalid_argument("a status code is 100 to 699");
    if (phrase.empty()) phrase = reason_phrase(status);
    detail::check_value(phrase);
    if (!to_tag.empty()) detail::check_name(to_tag, "a tag");
    const bool record_route = status > 100 && status < 300 && may_make_dialog(request);
    std::string text = "SIP/2.0 " + std::to_string(status) + " ";
    text.append(phrase).append("\r\n");
    for (const auto& field : request.fields()) {
        const bool copied = field.id == Header::via || field.id == Header::from || field.id == Header::to ||
                            field.id == Header::call_id || field.id == Header::cseq ||
                            (field.id == Header::record_route && record_route) ||
                            (field.id == Header::timestamp && status == 100);
        if (!copied) continue;
        text.append(sipmsg::to_string(field.id)).append(": ");
        if (field.folded) {
            text += unfold(request.value(field));
        } else {
            text += request.value(field);
        }
        if (field.id == Header::to && status != 100 && !to_tag.empty()) {
            const auto to = NameAddr::parse(request.value(field));
            if (to && !to->tag()) text.append(";tag=").append(to_tag);
        }
        text += "\r\n";
    }
    text += "Content-Length: 0\r\n\r\n";
    ParseOptions options;
    options.limits.head_octets = 0xFFFF'FFFF;
    options.limits.headers = 0xFFFF;
    auto message = parse(std::move(text), options);
    if (!message) throw std::invalid_argument(sipmsg::to_string(message.error()));
    return *std::move(message);
}

}  // namespace sipmsg
