// SPDX-License-Identifier: MIT
#include "json_values.hpp"

#include <algorithm>

namespace sipstrata {
namespace {

Json text_or_null(std::optional<std::string_view> text) { return text ? Json(*text) : Json(nullptr); }

template <class Number>
Json number_or_null(const std::optional<Number>& number) {
    return number ? Json(*number) : Json(nullptr);
}

// As RFC 3261 §25.1 `host` has it: IPv6 in brackets.
std::string host_text(const sipmsg::Host& host) {
    return host.kind == sipmsg::HostKind::ipv6 ? "[" + std::string(host.text) + "]" : std::string(host.text);
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result;
}

// A second value of a name makes a list of both.
void put(Json& object, std::string_view name, Json value) {
    auto known = object.find(name);
    if (known == object.end())
        object[std::string(name)] = std::move(value);
    else if (known->is_array())
        known->push_back(std::move(value));
    else
        *known = Json::array({*known, std::move(value)});
}

template <class Range>
Json object_of(const Range& range) {
    Json object = Json::object();
    for (auto it = range.begin(); it != range.end(); ++it) put(object, it->name, text_or_null(it->value));
    return object;
}

}  // namespace

std::string print(const Json& value) { return value.dump(-1, ' ', true, Json::error_handler_t::replace); }

std::string unfolded(std::string_view value) {
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\r' && value[i] != '\n') {
            text += value[i];
            continue;
        }
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
        while (i + 1 < value.size() && std::string_view(" \t\r\n").contains(value[i + 1])) ++i;
        text += ' ';
    }
    return text;
}

Json json_of(const sipmsg::Params& params) { return object_of(params); }

Json json_of(const sipmsg::Uri& uri) {
    Json object = {
        {"scheme", lower(uri.scheme_text())}
    };
    bool taken_apart = uri.is_sip() || uri.scheme() == sipmsg::Scheme::tel;
    object["user"] = uri.user().empty() ? Json(nullptr) : Json(uri.user());
    object["password"] = text_or_null(uri.password());
    object["host"] = uri.host().text.empty() ? Json(nullptr) : Json(host_text(uri.host()));
    object["port"] = number_or_null(uri.port());
    object["params"] = object_of(uri.params());
    object["headers"] = object_of(uri.headers());
    if (!taken_apart) object["opaque"] = uri.opaque();
    return object;
}

Json json_of(const sipmsg::NameAddr& value) {
    return {
        {"display", value.display().empty() ? Json(nullptr) : Json(value.display_name())},
        {"uri",     json_of(value.uri())                                                },
        {"params",  json_of(value.params())                                             }
    };
}

Json json_of(const sipmsg::Contact& value) {
    if (value.is_star()) return "*";
    return json_of(static_cast<const sipmsg::NameAddr&>(value));
}

Json json_of(const sipmsg::Via& value) {
    return {
        {"protocol",  value.protocol()            },
        {"version",   value.version()             },
        {"transport", value.transport()           },
        {"host",      host_text(value.host())     },
        {"port",      number_or_null(value.port())},
        {"params",    json_of(value.params())     }
    };
}

Json json_of(const sipmsg::CSeq& value) {
    return {
        {"number", value.number     },
        {"method", value.method_text}
    };
}

Json json_of(const sipmsg::RAck& value) {
    return {
        {"rseq",   value.rseq       },
        {"cseq",   value.cseq       },
        {"method", value.method_text}
    };
}

Json json_of(const sipmsg::CallIdValue& value) { return value.text; }

namespace {

Json seconds(std::uint32_t number, const sipmsg::Params& params) {
    return {
        {"seconds", number         },
        {"params",  json_of(params)}
    };
}

Json with_params(Json value, const sipmsg::Params& params) {
    return {
        {"value",  std::move(value)},
        {"params", json_of(params) }
    };
}

Json unquoted(const sipmsg::Params& params) {
    Json object = Json::object();
    for (const auto& param : params)
        put(object, param.name, param.value ? Json(sipmsg::unquote(*param.value)) : Json(nullptr));
    return object;
}

}  // namespace

Json json_of(const sipmsg::RetryAfter& value) { return seconds(value.seconds, value.params); }

Json json_of(const sipmsg::SessionExpires& value) { return seconds(value.seconds, value.params); }

Json json_of(const sipmsg::MinSe& value) { return seconds(value.seconds, value.params); }

Json json_of(const sipmsg::AuthValue& value) {
    Json object = {
        {"scheme", value.scheme}
    };
    if (!value.token68.empty()) object["token"] = value.token68;
    object["params"] = unquoted(value.params);
    return object;
}

Json json_of(const sipmsg::AuthInfoValue& value) { return unquoted(value.params); }

Json json_of(const sipmsg::Date& value) { return to_string(value); }

Json json_of(const sipmsg::Timestamp& value) {
    return {
        {"time",  value.time                                             },
        {"delay", value.delay.empty() ? Json(nullptr) : Json(value.delay)}
    };
}

Json json_of(const sipmsg::WarningValue& value) {
    return {
        {"code",  value.code  },
        {"agent", value.agent },
        {"text",  value.text()}
    };
}

Json json_of(const sipmsg::ReasonValue& value) { return with_params(value.protocol, value.params); }

Json json_of(const sipmsg::Replaces& value) {
    return {
        {"call_id",    value.call_id   },
        {"to_tag",     value.to_tag    },
        {"from_tag",   value.from_tag  },
        {"early_only", value.early_only}
    };
}

Json json_of(const sipmsg::Join& value) {
    return {
        {"call_id",  value.call_id },
        {"to_tag",   value.to_tag  },
        {"from_tag", value.from_tag}
    };
}

Json json_of(const sipmsg::TargetDialog& value) {
    return {
        {"call_id",    value.call_id   },
        {"local_tag",  value.local_tag },
        {"remote_tag", value.remote_tag}
    };
}

Json json_of(const sipmsg::SessionId& value) {
    return {
        {"local",  value.local                                              },
        {"remote", value.remote.empty() ? Json(nullptr) : Json(value.remote)}
    };
}

Json json_of(const sipmsg::Privacy& value) {
    Json values = Json::array();
    for (const auto& privacy : value.values()) values.push_back(privacy.name);
    return values;
}

Json json_of(const sipmsg::Identity& value) {
    return {
        {"digest", value.digest                                          },
        {"info",   value.info.empty() ? Json(nullptr) : Json(value.info) },
        {"alg",    value.alg.empty() ? Json(nullptr) : Json(value.alg)   },
        {"ppt",    value.ppt.empty() ? Json(nullptr) : Json(value.type())}
    };
}

Json json_of(const sipmsg::ResourceValue& value) {
    return {
        {"namespace", value.name_space()},
        {"priority",  value.priority()  }
    };
}

Json json_of(const sipmsg::GeolocationError& value) {
    return {
        {"code",   value.code           },
        {"params", json_of(value.params)}
    };
}

Json json_of(const sipmsg::ContentId& value) { return value.text; }

Json json_of(const sipmsg::MimeVersion& value) { return to_string(value); }

Json json_of(const sipmsg::ProductValue& value) { return unfolded(value.text); }

Json json_of(const sipmsg::OpaqueParamsValue& value) { return with_params(value.text, value.params); }

Json json_of(const sipmsg::RawHeader& value) { return unfolded(value.text); }

Json json_of(const sipmsg::TextValue& value) { return unfolded(value.text); }

Json json_of(const sipmsg::TokenValue& value) { return value.text; }

Json json_of(const sipmsg::TokenParamsValue& value) { return with_params(value.text, value.params); }

Json json_of(const sipmsg::QuotedParamsValue& value) { return with_params(value.content(), value.params); }

Json json_of(const sipmsg::MediaValue& value) {
    return {
        {"type",    value.type           },
        {"subtype", value.subtype        },
        {"params",  json_of(value.params)}
    };
}

Json json_of(const sipmsg::NumberValue& value) { return value.value; }

Json json_of(const sipmsg::ParamsValue& value) { return json_of(value.params); }

}  // namespace sipstrata
