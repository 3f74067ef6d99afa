// SPDX-License-Identifier: MIT
#include <sipmsg/header/session.hpp>

#include "kernel.hpp"
#include "number.hpp"
#include "read.hpp"

namespace sipmsg {

using detail::fail;

namespace {

template <class T>
Result<T> read_seconds(std::string_view text, Padding behind) {
    const auto parts = detail::read_parts<detail::Seconds>(text, detail::read_seconds, T::id, behind);
    if (!parts) return std::unexpected(parts.error());
    const auto end = detail::offset_in(text, parts->digits) + parts->digits.size();
    if (parts->comment) return fail(ParseErrc::syntax, end, "no comment", T::id);
    const auto seconds = detail::decimal(parts->digits, detail::max_u32);
    if (!seconds)
        return fail(ParseErrc::out_of_range, detail::offset_in(text, parts->digits), "a number below 4294967296",
                    T::id);
    return T{static_cast<std::uint32_t>(*seconds), parts->params};
}

constexpr std::size_t uuid_digits = 32;

/// RFC 7989 §5 `sess-uuid`: capitals are not in its grammar.
bool is_uuid(std::string_view text) noexcept {
    return text.size() == uuid_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::optional<Refresher> SessionExpires::refresher() const noexcept {
    const auto value = params.get("refresher").value_or("");
    if (iequals(value, "uac")) return Refresher::uac;
    if (iequals(value, "uas")) return Refresher::uas;
    return std::nullopt;
}

Result<SessionExpires> SessionExpires::parse(std::string_view text, Padding behind) {
    return read_seconds<SessionExpires>(text, behind);
}

Result<MinSe> MinSe::parse(std::string_view text, Padding behind) { return read_seconds<MinSe>(text, behind); }

Printer print(Printer to, const SessionExpires& value) { return to << value.seconds << value.params.text(); }

Printer print(Printer to, const MinSe& value) { return to << value.seconds << value.params.text(); }

Result<SessionId> SessionId::parse(std::string_view text) {
    const auto parts = detail::read_parts<detail::TokenParams>(text, detail::read_token_params, id);
    if (!parts) return std::unexpected(parts.error());
    constexpr auto expected = "32 hexadecimal digits in lower case";
    if (!is_uuid(parts->token) || !parts->subtype.empty())
        return fail(ParseErrc::syntax, detail::offset_in(text, parts->token), expected, id);
    SessionId value{parts->token, {}, parts->params};
    const auto remote = parts->params.get("remote");
    if (!remote) return value;
    value.remote = *remote;
    if (!is_uuid(value.remote))
        return fail(ParseErrc::syntax, detail::offset_in(text, remote->empty() ? parts->params.text() : *remote),
                    expected, id);
    return value;
}

Printer print(Printer to, const SessionId& value) {
    to = to << value.local;
    return value.remote.empty() ? to : to << ";remote=" << value.remote;
}

}  // namespace sipmsg
