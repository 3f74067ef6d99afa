// SPDX-License-Identifier: MIT
#include <sipmsg/header/info.hpp>

#include "kernel.hpp"
#include "number.hpp"
#include "read.hpp"
#include "text_parser.hpp"

#include <limits>

namespace sipmsg {

using detail::fail;
using detail::Fault;

Fault ProductValue::read(std::string_view whole, Padding) {
    const auto take = [this](const detail::Product& first, std::string_view all) -> Fault {
        text = detail::trim_lws(all);
        name = first.name;
        version = first.version;
        return std::nullopt;
    };
    return detail::read_one<detail::Product>(whole, {}, detail::scan_product, take);
}

Printer print(Printer to, const ProductValue& value) { return to << value.text; }

namespace {

auto take_warning(WarningValue& value) {
    return [&value](const detail::WarningParts& parts, std::string_view) -> Fault {
        value.code = static_cast<std::uint16_t>(*detail::decimal(parts.code, 999));
        value.agent = parts.agent;
        value.quoted_text = parts.text;
        return std::nullopt;
    };
}

auto take_reason(ReasonValue& value) {
    return [&value](const detail::TokenParams& parts, std::string_view text) -> Fault {
        if (!parts.subtype.empty()) return detail::syntax_at(text, parts.subtype, "a protocol");
        value.protocol = parts.token;
        value.params = parts.params;
        return std::nullopt;
    };
}

/// "12.3456" is 12345; nullopt when it is more than a number of 64 bits holds.
std::optional<std::int64_t> milliseconds(std::string_view seconds) noexcept {
    constexpr auto max = std::numeric_limits<std::int64_t>::max() / 1000 - 1;
    std::int64_t whole = 0;
    const auto point = std::min(seconds.find('.'), seconds.size());
    for (const char c : seconds.substr(0, point)) {
        if (whole > max / 10 - 1) return std::nullopt;
        whole = whole * 10 + (c - '0');
    }
    std::int64_t part = 0;
    for (std::size_t i = 1; i <= 3; ++i) part = part * 10 + (point + i < seconds.size() ? seconds[point + i] - '0' : 0);
    return whole * 1000 + part;
}

}  // namespace

Fault WarningValue::read(std::string_view whole, Padding behind) {
    return detail::read_one<detail::WarningParts>(whole, behind, detail::scan_warning, take_warning(*this));
}

Fault WarningValue::read_item(std::string_view& rest, Padding behind) {
    return detail::read_first<detail::WarningParts>(rest, behind, detail::scan_warning, take_warning(*this));
}

Printer print(Printer to, const WarningValue& value) {
    for (const int least : {100, 10})
        if (value.code < least) to = to << '0';  // 3DIGIT: "031" stays what it was
    return to << value.code << ' ' << value.agent << ' ' << value.quoted_text;
}

Fault ReasonValue::read(std::string_view whole, Padding behind) {
    return detail::read_one<detail::TokenParams>(whole, behind, detail::read_token_params, take_reason(*this));
}

Fault ReasonValue::read_item(std::string_view& rest, Padding behind) {
    return detail::read_first<detail::TokenParams>(rest, behind, detail::read_token_params, take_reason(*this));
}

Printer print(Printer to, const ReasonValue& value) { return to << value.protocol << value.params.text(); }

Result<Timestamp> Timestamp::parse(std::string_view text) {
    const auto parts = detail::read_parts<detail::Times>(text, detail::scan_timestamp, id);
    if (!parts) return std::unexpected(parts.error());
    return Timestamp{parts->time, parts->delay};
}

std::optional<std::int64_t> Timestamp::time_ms() const noexcept { return milliseconds(time); }

std::optional<std::int64_t> Timestamp::delay_ms() const noexcept {
    return delay.empty() ? std::nullopt : milliseconds(delay);
}

Printer print(Printer to, const Timestamp& value) {
    to = to << value.time;
    return value.delay.empty() ? to : to << ' ' << value.delay;
}

Result<RetryAfter> RetryAfter::parse(std::string_view text, Padding behind) {
    const auto parts = detail::read_parts<detail::Seconds>(text, detail::read_seconds, id, behind);
    if (!parts) return std::unexpected(parts.error());
    const auto seconds = detail::decimal(parts->digits, detail::max_u32);
    if (!seconds)
        return fail(ParseErrc::out_of_range, detail::offset_in(text, parts->digits), "a number below 4294967296", id);
    RetryAfter value{static_cast<std::uint32_t>(*seconds), parts->params};
    if (parts->comment) {
        const auto* const end = value.params.empty() ? text.data() + text.size() : value.params.text().data();
        const auto* const digits_end = parts->digits.data() + parts->digits.size();
        value.comment = detail::trim_lws({digits_end, static_cast<std::size_t>(end - digits_end)});
    }
    return value;
}

Printer print(Printer to, const RetryAfter& value) {
    to = to << value.seconds;
    if (!value.comment.empty()) to = to << ' ' << value.comment;
    return to << value.params.text();
}

}  // namespace sipmsg
