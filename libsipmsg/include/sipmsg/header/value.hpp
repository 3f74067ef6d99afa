// SPDX-License-Identifier: MIT
#pragma once

// The shapes that most header values have. A header type is one of them with a name and with what its parameters mean.

#include <sipmsg/error.hpp>
#include <sipmsg/padding.hpp>
#include <sipmsg/params.hpp>
#include <sipmsg/printer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sipmsg {

namespace detail {

/// Why a value was refused, its offset counted from the start of the text; nullopt when it was read.
using Fault = std::optional<ParseError>;

/// parse() of a header type built on a shape that reads itself.
template <class Self, Header H, class Shape>
struct Single : Shape {
    static constexpr Header id = H;
    [[nodiscard]] static Result<Self> parse(std::string_view text, Padding behind = {}) {
        Result<Self> result;
        if (const auto fault = result->read(text, behind))
            result = std::unexpected(ParseError{fault->code, H, fault->offset, fault->expected});
        return result;
    }
    /// One value, whatever its shape could do.
    static Result<Self> parse_item(std::string_view& rest) = delete;
};

/// The same for a header whose line is a comma list; `rest` becomes what stands behind the comma.
template <class Self, Header H, class Shape>
struct Listed : Single<Self, H, Shape> {
    [[nodiscard]] static Result<Self> parse_item(std::string_view& rest, Padding behind = {}) {
        Result<Self> result;
        if (const auto fault = result->read_item(rest, behind))
            result = std::unexpected(ParseError{fault->code, H, fault->offset, fault->expected});
        return result;
    }
};

/// A number of seconds; clamps at 2^32-1, nullopt for what is no number.
[[nodiscard]] std::optional<std::uint32_t> seconds_in(std::string_view digits) noexcept;
[[nodiscard]] std::optional<std::uint32_t> seconds_of(const Params& params, std::string_view name) noexcept;
/// A number below 2^32; nullopt for anything else.
[[nodiscard]] std::optional<std::uint32_t> number_of(const Params& params, std::string_view name) noexcept;
/// qvalue in thousandths, 0..1000. RFC 3261 §25.1.
[[nodiscard]] std::optional<std::uint16_t> q_in(std::string_view text) noexcept;
[[nodiscard]] std::optional<std::uint16_t> q_of(const Params& params) noexcept;
/// The value without its quotes.
[[nodiscard]] std::optional<std::string> unquoted(const Params& params, std::string_view name);

}  // namespace detail

/// UTF-8 text up to the end of the line, folds included, possibly empty. RFC 3261 §25.1 `TEXT-UTF8-TRIM`.
struct TextValue {
    std::string_view text;

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
};

/// One token.
struct TokenValue {
    std::string_view text;

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
    [[nodiscard]] detail::Fault read_item(std::string_view& rest, Padding behind = {});
};

namespace detail {

/// The tokens in front of `rest` that are written the usual way, as many as `into` holds; `rest` moves to the next
/// one. None where only TokenValue::read_item() can tell.
[[nodiscard]] std::size_t read_tokens(std::string_view& rest, Padding behind,
                                      std::span<std::string_view> into) noexcept;

}  // namespace detail

/// A token with parameters.
struct TokenParamsValue {
    std::string_view text;  ///< the token
    Params params;

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
    [[nodiscard]] detail::Fault read_item(std::string_view& rest, Padding behind = {});
};

/// A token or a quoted string, with parameters.
struct QuotedParamsValue {
    std::string_view text;  ///< quotes and all: see content()
    Params params;
    /// Without its quotes.
    [[nodiscard]] std::string content() const { return unquote(text); }

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
    [[nodiscard]] detail::Fault read_item(std::string_view& rest, Padding behind = {});
};

/// "type/subtype;params".
struct MediaValue {
    std::string_view type;
    std::string_view subtype;
    Params params;
    [[nodiscard]] bool is(std::string_view a_type, std::string_view a_subtype) const noexcept {
        return iequals(type, a_type) && iequals(subtype, a_subtype);
    }

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
    [[nodiscard]] detail::Fault read_item(std::string_view& rest, Padding behind = {});
};

/// A decimal number below 2^32.
struct NumberValue {
    std::uint32_t value = 0;

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
    [[nodiscard]] detail::Fault read_up_to(std::uint32_t max, std::string_view whole);
};

/// Parameters alone, the first one without a separator in front.
struct ParamsValue {
    Params params;

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
    [[nodiscard]] detail::Fault read_item(std::string_view& rest, Padding behind = {});
};

[[nodiscard]] inline Printer print(Printer to, const TextValue& value) { return to << value.text; }
[[nodiscard]] inline Printer print(Printer to, const TokenValue& value) { return to << value.text; }
[[nodiscard]] Printer print(Printer to, const TokenParamsValue& value);
[[nodiscard]] Printer print(Printer to, const QuotedParamsValue& value);
[[nodiscard]] Printer print(Printer to, const MediaValue& value);
[[nodiscard]] inline Printer print(Printer to, const NumberValue& value) { return to << value.value; }
[[nodiscard]] Printer print(Printer to, const ParamsValue& value);

template <Header H>
struct TextHeader : detail::Single<TextHeader<H>, H, TextValue> {};

/// One token of a comma list; an empty header gives an empty list.
template <Header H>
struct TokenHeader : detail::Listed<TokenHeader<H>, H, TokenValue> {};

template <Header H>
struct SingleTokenHeader : detail::Single<SingleTokenHeader<H>, H, TokenValue> {};

template <Header H>
struct TokenParamsHeader : detail::Single<TokenParamsHeader<H>, H, TokenParamsValue> {};

template <Header H>
struct TokenParamsListHeader : detail::Listed<TokenParamsListHeader<H>, H, TokenParamsValue> {};

template <Header H>
struct QuotedParamsListHeader : detail::Listed<QuotedParamsListHeader<H>, H, QuotedParamsValue> {};

template <Header H>
struct NumberHeader : detail::Single<NumberHeader<H>, H, NumberValue> {};

}  // namespace sipmsg
