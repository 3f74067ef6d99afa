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
[[nodiscard]] Json json_of(const sipmsg::CallIdValue& value);
[[nodiscard]] Json json_of(const sipmsg::RetryAfter& value);
[[nodiscard]] Json json_of(const sipmsg::SessionExpires& value);
[[nodiscard]] Json json_of(const sipmsg::MinSe& value);
[[nodiscard]] Json json_of(const sipmsg::AuthValue& value);
[[nodiscard]] Json json_of(const sipmsg::AuthInfoValue& value);
[[nodiscard]] Json json_of(const sipmsg::Date& value);
[[nodiscard]] Json json_of(const sipmsg::Timestamp& value);
[[nodiscard]] Json json_of(const sipmsg::WarningValue& value);
[[nodiscard]] Json json_of(const sipmsg::ReasonValue& value);
[[nodiscard]] Json json_of(const sipmsg::Replaces& value);
[[nodiscard]] Json json_of(const sipmsg::Join& value);
[[nodiscard]] Json json_of(const sipmsg::TargetDialog& value);
[[nodiscard]] Json json_of(const sipmsg::SessionId& value);
[[nodiscard]] Json json_of(const sipmsg::Privacy& value);
[[nodiscard]] Json json_of(const sipmsg::Identity& value);
[[nodiscard]] Json json_of(const sipmsg::ResourceValue& value);
[[nodiscard]] Json json_of(const sipmsg::GeolocationError& value);
[[nodiscard]] Json json_of(const sipmsg::ContentId& value);
[[nodiscard]] Json json_of(const sipmsg::MimeVersion& value);
[[nodiscard]] Json json_of(const sipmsg::ProductValue& value);
[[nodiscard]] Json json_of(const sipmsg::OpaqueParamsValue& value);
[[nodiscard]] Json json_of(const sipmsg::RawHeader& value);

// The shapes that many headers have.
[[nodiscard]] Json json_of(const sipmsg::TextValue& value);
[[nodiscard]] Json json_of(const sipmsg::TokenValue& value);
[[nodiscard]] Json json_of(const sipmsg::TokenParamsValue& value);
[[nodiscard]] Json json_of(const sipmsg::QuotedParamsValue& value);
[[nodiscard]] Json json_of(const sipmsg::MediaValue& value);
[[nodiscard]] Json json_of(const sipmsg::NumberValue& value);
[[nodiscard]] Json json_of(const sipmsg::ParamsValue& value);

/// The value without its folds: each line end with the white space around it becomes one space (RFC 3261 §7.3.1).
[[nodiscard]] std::string unfolded(std::string_view value);

}  // namespace sipstrata
