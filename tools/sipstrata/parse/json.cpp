// SPDX-License-Identifier: MIT
#include "json.hpp"

#include "check.hpp"
#include "header_json.hpp"
#include "json_values.hpp"

#include <algorithm>

namespace sipstrata {

std::string message_json(const sipmsg::MessageView& message) {
    Json object = {
        {"ok",   true                                         },
        {"kind", message.is_request() ? "request" : "response"}
    };
    if (message.is_request()) {
        object["method"] = message.method_text();
        auto uri = message.request_uri();
        object["uri"] = uri ? json_of(*uri) : Json(nullptr);
    } else {
        object["status"] = message.status();
        object["reason"] = message.reason();
    }
    Json headers = Json::array();
    for (const auto& field : message.fields()) {
        std::string_view known = to_string(field.id);
        headers.push_back({
            {"name",  known.empty() ? message.name(field) : known},
            {"value", unfolded(message.value(field))             }
        });
    }
    object["headers"] = std::move(headers);
    object["body_length"] = message.body().size();
    object["bytes"] = message.octets().size();
    return print(object);
}

std::string uri_json(const sipmsg::Uri& uri) {
    Json object = {
        {"ok", true}
    };
    object.update(json_of(uri));
    return print(object);
}

std::string equality_json(bool equal) {
    return print({
        {"ok",    true },
        {"equal", equal}
    });
}

std::string error_json(const sipmsg::ParseError& error) {
    std::string_view header = to_string(error.header);
    return print({
        {"ok",    false            },
        {"error",
         {{"message", describe(error)},
          {"header", header.empty() ? Json(nullptr) : Json(header)},
          {"offset", error.offset}}}
    });
}

sipmsg::Result<std::string> header_json(std::string_view line) {
    std::string text = std::string(header_prefix) + std::string(line) + "\r\n\r\n";
    auto in_line = [](sipmsg::ParseError error) {
        error.offset -= std::min(error.offset, static_cast<std::uint32_t>(header_prefix.size()));
        return std::unexpected(error);
    };
    auto message = sipmsg::parse(text);
    if (!message) return in_line(message.error());
    // More lines or a body: the line held a line end that is no fold.
    if (message->fields().size() != 1 || message->head_size() != text.size())
        return std::unexpected(
            sipmsg::ParseError{sipmsg::ParseErrc::syntax, sipmsg::Header::none, 0, "one header line"});
    auto faults = check_all(*message);
    if (!faults.empty()) return in_line(faults.front());
    const auto& field = message->fields().front();
    std::string_view known = to_string(field.id);
    return print({
        {"ok",                                          true},
        {       "header", known.empty() ? message->name(field) : known    },
        { "items",                                       header_items(*message,                                           field)}
    });
}

}  // namespace sipstrata
