// SPDX-License-Identifier: MIT
#include "kernel.hpp"
#include "machines.hpp"
#include "number.hpp"
#include "read.hpp"

#include <sipmsg/header/location.hpp>
#include <sipmsg/header/p_headers.hpp>
#include <sipmsg/header/preferences.hpp>

namespace sipmsg {

using detail::fail;
using detail::Fault;

namespace {

/// RFC 4412 §3.1: two tokens without dots, and a dot between them.
auto take_resource(ResourceValue& value) {
    return [&value](const detail::TokenParams& parts, std::string_view text) -> Fault {
        const auto dot = parts.token.find('.');
        const bool two = dot != std::string_view::npos && dot > 0 && dot + 1 < parts.token.size() &&
                         parts.token.find('.', dot + 1) == std::string_view::npos;
        if (!two || !parts.subtype.empty() || !parts.params.empty())
            return detail::syntax_at(text, parts.token, "namespace.priority");
        value.text = parts.token;
        return std::nullopt;
    };
}

}  // namespace

Fault ResourceValue::read(std::string_view whole, Padding behind) {
    return detail::read_one<detail::TokenParams>(whole, behind, detail::read_token_params, take_resource(*this));
}

Fault ResourceValue::read_item(std::string_view& rest, Padding behind) {
    return detail::read_first<detail::TokenParams>(rest, behind, detail::read_token_params, take_resource(*this));
}

Printer print(Printer to, const ResourceValue& value) { return to << value.text; }

Fault OpaqueParamsValue::read(std::string_view whole, Padding behind) {
    return detail::read_one<detail::OpaqueParams>(whole, behind, detail::run_opaque_params,
                                                  [this](const detail::OpaqueParams& parts, std::string_view) -> Fault {
                                                      text = parts.text;
                                                      params = parts.params;
                                                      return std::nullopt;
                                                  });
}

Printer print(Printer to, const OpaqueParamsValue& value) { return to << value.text << value.params.text(); }

Result<GeolocationError> GeolocationError::parse(std::string_view text) {
    const auto parts = detail::read_parts<detail::Seconds>(text, detail::read_seconds, id);
    if (!parts) return fail(parts.error().code, parts.error().offset, "a location error code", id);
    const auto number = detail::decimal(parts->digits, 999);
    if (!number || parts->digits.size() > 3 || parts->comment)
        return fail(ParseErrc::out_of_range, detail::offset_in(text, parts->digits), "a number of up to three digits",
                    id);
    return GeolocationError{static_cast<std::uint16_t>(*number), parts->params};
}

Printer print(Printer to, const GeolocationError& value) { return to << value.code << value.params.text(); }

}  // namespace sipmsg
