// SPDX-License-Identifier: MIT
#include "notice.hpp"

#include "../terminal_text.hpp"

#include <sipmsg/header/events.hpp>

namespace sipstrata {
namespace {

std::string header(const sipmsg::Message& message, sipmsg::Header id) {
    return terminal_text(message.raw(id).value_or(""));
}

std::string indented(std::string_view body) {
    std::string text;
    while (!body.empty()) {
        auto end = body.find('\n');
        auto line = body.substr(0, end);
        body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        text += "\n  " + terminal_text(line);
    }
    return text;
}

}  // namespace

std::string notice_text(const sipmsg::Message& notify) {
    auto text = header(notify, sipmsg::Header::event) + " " + header(notify, sipmsg::Header::subscription_state);
    auto type = header(notify, sipmsg::Header::content_type);
    if (!notify.body().empty()) text += " " + type;
    return text + indented(notify.body());
}

nlohmann::ordered_json notice_json(const sipmsg::Message& notify) {
    nlohmann::ordered_json json{
        {"event",                              "notify"     },
        {"package",                            header(notify, sipmsg::Header::event)},
        {"state",                                    header(notify,                                           sipmsg::Header::subscription_state)},
        {"content_type", header(notify,sipmsg::Header::content_type)},
        {"body",                       std::string(notify.body())                                   }
    };
    if (auto state = notify.top<sipmsg::SubscriptionState>()) {
        json["state"] = state->text;
        if (auto reason = state->reason()) json["reason"] = *reason;
    }
    return json;
}

}  // namespace sipstrata
