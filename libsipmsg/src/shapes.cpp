// SPDX-License-Identifier: MIT
#include <sipmsg/header/value.hpp>

#include "kernel.hpp"
#include "number.hpp"
#include "read.hpp"
#include "text_parser.hpp"

#include <algorithm>

namespace sipmsg {

namespace {

using detail::Fault;
using detail::OpaqueParams;
using detail::TokenParams;

auto take_token_params(TokenParamsValue& value) {
    return [&value](const TokenParams& parts, std::string_view text) -> Fault {
        if (!parts.subtype.empty()) return detail::syntax_at(text, parts.subtype, "a token");
        value.text = parts.token;
        value.params = parts.params;
        return std::nullopt;
    };
}

auto take_media(MediaValue& value) {
    return [&value](const TokenParams& parts, std::string_view text) -> Fault {
        if (parts.subtype.empty()) return detail::syntax_at(text, parts.token, "type/subtype");
        value.type = parts.token;
        value.subtype = parts.subtype;
        value.params = parts.params;
        return std::nullopt;
    };
}

auto take_quoted(QuotedParamsValue& value) {
    return [&value](const OpaqueParams& parts, std::string_view) -> Fault {
        value.text = parts.text;
        value.params = parts.params;
        return std::nullopt;
    };
}

auto take_params(ParamsValue& value) {
    return [&value](const OpaqueParams& parts, std::string_view) -> Fault {
        value.params = parts.params;
        return std::nullopt;
    };
}

}  // namespace

Fault TextValue::read(std::string_view whole, Padding) {
    if (const auto offset = detail::fault_in_text(whole))
        return ParseError{ParseErrc::syntax, Header::none, static_cast<std::uint32_t>(*offset), "UTF-8 text"};
    text = detail::trim_lws(whole);
    return std::nullopt;
}

Fault TokenValue::read(std::string_view whole, Padding behind) {
    detail::Scan scan(whole, behind);
    return detail::kernel().token(scan, text) && is_whole(scan) ? Fault() : scan.error();
}

Fault TokenValue::read_item(std::string_view& rest, Padding behind) {
    detail::Scan scan(rest, behind);
    return detail::kernel().token(scan, text) && step(rest, scan) ? Fault() : scan.error();
}

std::size_t detail::read_tokens(std::string_view& rest, Padding behind, std::span<std::string_view> into) noexcept {
    return kernel().tokens(rest, rest.data() + rest.size() + behind.octets, into);
}

Fault TokenParamsValue::read(std::string_view whole, Padding behind) {
    return detail::read_one<TokenParams>(whole, behind, detail::read_token_params, take_token_params(*this));
}

Fault TokenParamsValue::read_item(std::string_view& rest, Padding behind) {
    return detail::read_first<TokenParams>(rest, behind, detail::read_token_params, take_token_params(*this));
}

Fault QuotedParamsValue::read(std::string_view whole, Padding behind) {
    return detail::read_one<OpaqueParams>(whole, behind, detail::read_quoted_params, take_quoted(*this));
}

Fault QuotedParamsValue::read_item(std::string_view& rest, Padding behind) {
    return detail::read_first<OpaqueParams>(rest, behind, detail::read_quoted_params, take_quoted(*this));
}

Fault MediaValue::read(std::string_view whole, Padding behind) {
    return detail::read_one<TokenParams>(whole, behind, detail::read_token_params, take_media(*this));
}

Fault MediaValue::read_item(std::string_view& rest, Padding behind) {
    return detail::read_first<TokenParams>(rest, behind, detail::read_token_params, take_media(*this));
}

Fault ParamsValue::read(std::string_view whole, Padding behind) {
    return detail::read_one<OpaqueParams>(whole, behind, detail::read_params, take_params(*this));
}

Fault ParamsValue::read_item(std::string_view& rest, Padding behind) {
    return detail::read_first<OpaqueParams>(rest, behind, detail::read_params, take_params(*this));
}

Fault NumberValue::read(std::string_view whole, Padding) { return read_up_to(detail::max_u32, whole); }

Fault NumberValue::read_up_to(std::uint32_t max, std::string_view whole) {
    const auto digits = detail::trim_lws(whole);
    if (const auto number = detail::decimal(digits, max)) {
        value = static_cast<std::uint32_t>(*number);
        return std::nullopt;
    }
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return detail::syntax_at(whole, digits, "a decimal number");
    return ParseError{ParseErrc::out_of_range, Header::none, detail::offset_in(whole, digits),
                      max == 255 ? "a number up to 255" : "a number below 4294967296"};
}

Printer print(Printer to, const TokenParamsValue& value) { return to << value.text << value.params.text(); }

Printer print(Printer to, const QuotedParamsValue& value) { return to << value.text << value.params.text(); }

Printer print(Printer to, const MediaValue& value) {
    return to << value.type << '/' << value.subtype << value.params.text();
}

Printer print(Printer to, const ParamsValue& value) { return to << value.params.text(); }

namespace detail {

std::optional<std::uint32_t> seconds_in(std::string_view digits) noexcept {
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return static_cast<std::uint32_t>(decimal(digits, max_u32).value_or(max_u32));
}

std::optional<std::uint32_t> seconds_of(const Params& params, std::string_view name) noexcept {
    return seconds_in(params.get(name).value_or(""));
}

std::optional<std::uint32_t> number_of(const Params& params, std::string_view name) noexcept {
    const auto value = decimal(params.get(name).value_or(""), max_u32);
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

std::optional<std::uint16_t> q_in(std::string_view text) noexcept {
    const auto whole = decimal(text.substr(0, 1), 1);
    if (!whole || text.size() > 5 || (text.size() > 1 && text[1] != '.')) return std::nullopt;
    unsigned value = *whole == 1 ? 1000 : 0;
    unsigned weight = 100;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (c < '0' || c > '9') return std::nullopt;
        value += static_cast<unsigned>(c - '0') * weight;
        weight /= 10;
    }
    return value <= 1000 ? std::optional(static_cast<std::uint16_t>(value)) : std::nullopt;
}

std::optional<std::uint16_t> q_of(const Params& params) noexcept { return q_in(params.get("q").value_or("")); }

std::optional<std::string> unquoted(const Params& params, std::string_view name) {
    const auto value = params.get(name);
    return value ? std::optional(unquote(*value)) : std::nullopt;
}

}  // namespace detail

}  // namespace sipmsg
