// SPDX-License-Identifier: MIT
#include <sipmsg/header/replaces.hpp>

#include "fail.hpp"
#include "value_parser.hpp"

namespace sipmsg {

Result<Replaces> Replaces::parse(std::string_view text) {
    auto parts = detail::scan_whole<detail::CallIdParams>(text, detail::scan_call_id);
    if (!parts) {
        parts.error().header = id;
        return std::unexpected(parts.error());
    }
    Replaces value;
    value.call_id = parts->text;
    value.to_tag = parts->params.get("to-tag").value_or("");
    value.from_tag = parts->params.get("from-tag").value_or("");
    value.early_only = parts->params.has("early-only");
    if (value.to_tag.empty()) return detail::fail(ParseErrc::missing, text.size(), "to-tag", id);
    if (value.from_tag.empty()) return detail::fail(ParseErrc::missing, text.size(), "from-tag", id);
    return value;
}

std::string to_string(const Replaces& value) {
    std::string text(value.call_id);
    text.append(";to-tag=").append(value.to_tag).append(";from-tag=").append(value.from_tag);
    if (value.early_only) text += ";early-only";
    return text;
}

}  // namespace sipmsg
