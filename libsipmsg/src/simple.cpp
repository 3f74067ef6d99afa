// SPDX-License-Identifier: MIT
#include <sipmsg/header/simple.hpp>

#include "fail.hpp"
#include "number.hpp"
#include "value_parser.hpp"

namespace sipmsg {

namespace {

using detail::fail;

template <class T>
std::unexpected<ParseError> pass_on(const Result<T>& failed, Header header) {
    auto error = failed.error();
    error.header = header;
    return std::unexpected(error);
}

std::size_t offset_in(std::string_view text, std::string_view part) {
    return static_cast<std::size_t>(part.data() - text.data());
}

Result<std::uint32_t> number_in(std::string_view text, std::string_view digits, std::uint64_t max, const char* expected,
                                Header header) {
    const auto value = detail::decimal(digits, max);
    if (!value) return fail(ParseErrc::out_of_range, offset_in(text, digits), expected, header);
    return static_cast<std::uint32_t>(*value);
}

constexpr auto below_2_32 = "a number below 4294967296";

}  // namespace

template <Header H>
Result<NumberHeader<H>> NumberHeader<H>::parse(std::string_view text) {
    const auto digits = detail::trim_lws(text);
    constexpr bool hops = H == Header::max_forwards;
    if (const auto value = detail::decimal(digits, hops ? 255 : detail::max_u32))
        return NumberHeader{static_cast<std::uint32_t>(*value)};
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return fail(ParseErrc::syntax, offset_in(text, digits), "a decimal number", H);
    return fail(ParseErrc::out_of_range, offset_in(text, digits), hops ? "a number up to 255" : below_2_32, H);
}
template struct NumberHeader<Header::max_forwards>;
template struct NumberHeader<Header::content_length>;
template struct NumberHeader<Header::expires>;
template struct NumberHeader<Header::min_expires>;
template struct NumberHeader<Header::rseq>;

namespace {

/// One token without parameters.
Result<std::string_view> scan_token(std::string_view text, std::size_t& used) {
    const auto parts = detail::scan_token_params(text, used);
    if (!parts) return std::unexpected(parts.error());
    if (!parts->subtype.empty()) return fail(ParseErrc::syntax, offset_in(text, parts->subtype), "a token");
    if (!parts->params.empty()) return fail(ParseErrc::syntax, offset_in(text, parts->params.text()), "a token alone");
    return parts->token;
}

}  // namespace

template <Header H>
Result<TokenHeader<H>> TokenHeader<H>::parse(std::string_view text) {
    const auto token = detail::scan_whole<std::string_view>(text, scan_token);
    if (!token) return pass_on(token, H);
    return TokenHeader{*token};
}

template <Header H>
Result<TokenHeader<H>> TokenHeader<H>::parse_item(std::string_view& rest) {
    const auto token = detail::scan_item<std::string_view>(rest, scan_token);
    if (!token) return pass_on(token, H);
    return TokenHeader{*token};
}
template struct TokenHeader<Header::supported>;
template struct TokenHeader<Header::require>;
template struct TokenHeader<Header::proxy_require>;
template struct TokenHeader<Header::unsupported>;
template struct TokenHeader<Header::allow>;
template struct TokenHeader<Header::allow_events>;
template struct TokenHeader<Header::content_encoding>;

Result<ContentType> ContentType::parse(std::string_view text) {
    const auto parts = detail::scan_whole<detail::TokenParams>(text, detail::scan_token_params);
    if (!parts) return pass_on(parts, id);
    if (parts->subtype.empty()) return fail(ParseErrc::syntax, text.size(), "type/subtype", id);
    return ContentType{parts->token, parts->subtype, parts->params};
}

template <Header H>
Result<TokenParamsHeader<H>> TokenParamsHeader<H>::parse(std::string_view text) {
    const auto parts = detail::scan_whole<detail::TokenParams>(text, detail::scan_token_params);
    if (!parts) return pass_on(parts, H);
    if (!parts->subtype.empty()) return fail(ParseErrc::syntax, offset_in(text, parts->subtype), "a token", H);
    return TokenParamsHeader{parts->token, parts->params};
}
template struct TokenParamsHeader<Header::content_disposition>;
template struct TokenParamsHeader<Header::event>;
template struct TokenParamsHeader<Header::subscription_state>;
template struct TokenParamsHeader<Header::reason>;

Result<RetryAfter> RetryAfter::parse(std::string_view text) {
    const auto parts = detail::scan_seconds(text);
    if (!parts) return pass_on(parts, id);
    const auto seconds = number_in(text, parts->digits, detail::max_u32, below_2_32, id);
    if (!seconds) return std::unexpected(seconds.error());
    return RetryAfter{*seconds, parts->params};
}

Result<SessionExpires> SessionExpires::parse(std::string_view text) {
    const auto parts = detail::scan_seconds(text);
    if (!parts) return pass_on(parts, id);
    if (parts->comment) return fail(ParseErrc::syntax, 0, "no comment", id);
    const auto seconds = number_in(text, parts->digits, detail::max_u32, below_2_32, id);
    if (!seconds) return std::unexpected(seconds.error());
    return SessionExpires{*seconds, parts->params};
}

}  // namespace sipmsg
