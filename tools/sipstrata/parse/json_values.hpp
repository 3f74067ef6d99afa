// SPDX-License-Identifier: MIT
#pragma once

// How the values of libsipmsg look as JSON. Private to parse/: nlohmann's header is slow to compile.

#include <sipmsg/sipmsg.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace sipstrata {

/// Members keep the order in which they are put in.
using Json = nlohmann::ordered_json;

/// On one line; see json.hpp for what is escaped.
[[nodiscard]] std::string print(const Json& value);

[[nodiscard]] Json json_of(const sipmsg::Uri& uri);
[[nodiscard]] Json json_of(const sipmsg::Params& params);
[[nodiscard]] Json json_of(const sipmsg::NameAddr& value);
[[nodiscard]] Json json_of(const sipmsg::Contact& value);
[[nodiscard]] Json json_of(const sipmsg::Via& value);
[[nodiscard]] Json json_of(const sipmsg::CSeq& value);
[[nodiscard]] Json json_of(const sipmsg::RAck& value);
[[nodiscard]] Json json_of(const sipmsg::CallId& value);
[[nodiscard]] Json json_of(const sipmsg::ContentType& value);
[[nodiscard]] Json json_of(const sipmsg::RetryAfter& value);
[[nodiscard]] Json json_of(const sipmsg::SessionExpires& value);
[[nodiscard]] Json json_of(const sipmsg::AuthValue& value);

template <sipmsg::Header H>
[[nodiscard]] Json json_of(const sipmsg::NumberHeader<H>& value) {
    return value.value;
}
template <sipmsg::Header H>
[[nodiscard]] Json json_of(const sipmsg::TokenHeader<H>& value) {
    return value.text;
}
template <sipmsg::Header H>
[[nodiscard]] Json json_of(const sipmsg::TokenParamsHeader<H>& value) {
    return {
        {"value",  value.text           },
        {"params", json_of(value.params)}
    };
}

/// The value without its folds: each line end with the white space around it becomes one space (RFC 3261 §7.3.1).
[[nodiscard]] std::string unfolded(std::string_view value);

}  // namespace sipstrata
