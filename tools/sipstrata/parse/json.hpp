// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/message_view.hpp>
#include <sipmsg/uri.hpp>

#include <string>
#include <string_view>

namespace sipstrata {

// Each gives one JSON object on one line, without a line end. Control characters and everything beyond ASCII are
// escaped; octets that are no UTF-8 become U+FFFD. Texts stand as in the message, percent escapes included; only the
// scheme is in lower case. What is absent is null; a parameter without a value is null too: {"lr":null}. A name that
// stands twice has a list as its value.

/// {"ok":true,"kind":"request","method":...,"uri":{...},"headers":[{"name","value"}...],"body_length":N,"bytes":N}; a
/// response has "status" and "reason" instead of method and uri. Names are canonical where known; folds in values are
/// undone.
[[nodiscard]] std::string message_json(const sipmsg::MessageView& message);
/// {"ok":true,"scheme":...,"user":...}.
[[nodiscard]] std::string uri_json(const sipmsg::Uri& uri);
/// {"ok":true,"equal":false}.
[[nodiscard]] std::string equality_json(bool equal);
/// {"ok":true,"header":"Via","items":[...]}: what the header's own machine sees in the value. A header without a
/// machine of its own gives its text. `line` is "Name: value", folds allowed; offsets of the error count from its
/// start.
[[nodiscard]] sipmsg::Result<std::string> header_json(std::string_view line);
/// {"ok":false,"error":{"message":...,"header":...,"offset":N}}.
[[nodiscard]] std::string error_json(const sipmsg::ParseError& error);

}  // namespace sipstrata
