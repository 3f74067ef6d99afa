// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/message.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace sipstrata {

/// What a NOTIFY says, for people: "active;expires=60 text/plain", then the body, indented and made safe.
[[nodiscard]] std::string notice_text(const sipmsg::Message& notify);
/// The same as an object: event "notify", state, reason, package, content_type, body.
[[nodiscard]] nlohmann::ordered_json notice_json(const sipmsg::Message& notify);

}  // namespace sipstrata
