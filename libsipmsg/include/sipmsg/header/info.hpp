// SPDX-License-Identifier: MIT
#pragma once

// What is told to people and their programs: texts, warnings, reasons, times, and where to find more.

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/value.hpp>

namespace sipmsg {

using Subject = TextHeader<Header::subject>;            // RFC 3261 §20.36
using Organization = TextHeader<Header::organization>;  // RFC 3261 §20.25

/// "product/version (comment) ...", the whole of it. RFC 3261 §25.1 `server-val`.
struct ProductValue {
    std::string_view text;
    std::string_view name;     ///< of the first product; empty when there are comments only
    std::string_view version;  ///< of the first product; empty when it has none

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const ProductValue& value);

struct Server : detail::Single<Server, Header::server, ProductValue> {};            // RFC 3261 §20.35
struct UserAgent : detail::Single<UserAgent, Header::user_agent, ProductValue> {};  // RFC 3261 §20.41

/// "399 agent "text"". RFC 3261 §20.43.
struct WarningValue {
    std::uint16_t code = 399;
    std::string_view agent;        ///< a host with or without a port, or a pseudonym
    std::string_view quoted_text;  ///< quotes and all
    [[nodiscard]] std::string text() const { return unquote(quoted_text); }

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
    [[nodiscard]] detail::Fault read_item(std::string_view& rest, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const WarningValue& value);

struct Warning : detail::Listed<Warning, Header::warning, WarningValue> {};

/// When the request was sent and, in a response, how long it was held: seconds with decimals, as written. RFC 3261
/// §20.38.
struct Timestamp {
    static constexpr Header id = Header::timestamp;
    std::string_view time;   ///< "54.21"
    std::string_view delay;  ///< empty when there is none
    /// In milliseconds; nullopt beyond 2^63-1. What is finer than a millisecond is cut off.
    [[nodiscard]] std::optional<std::int64_t> time_ms() const noexcept;
    [[nodiscard]] std::optional<std::int64_t> delay_ms() const noexcept;
    [[nodiscard]] static Result<Timestamp> parse(std::string_view text);
};
[[nodiscard]] Printer print(Printer to, const Timestamp& value);

/// Seconds, an optional comment, parameters. RFC 3261 §20.33.
struct RetryAfter {
    static constexpr Header id = Header::retry_after;
    std::uint32_t seconds = 0;
    Params params;
    std::string_view comment{};  ///< with its parentheses; empty when there is none
    /// How long the callee will be there then, in seconds.
    [[nodiscard]] std::optional<std::uint32_t> duration() const noexcept {
        return detail::seconds_of(params, "duration");
    }
    [[nodiscard]] static Result<RetryAfter> parse(std::string_view text, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const RetryAfter& value);

/// "SIP;cause=200;text="..."". Several may stand, of different protocols. RFC 3326 §2.
struct ReasonValue {
    std::string_view protocol;  ///< "SIP", "Q.850", ...
    Params params;
    [[nodiscard]] bool is(std::string_view a_protocol) const noexcept { return iequals(protocol, a_protocol); }
    [[nodiscard]] std::optional<std::uint32_t> cause() const noexcept { return detail::number_of(params, "cause"); }
    [[nodiscard]] std::optional<std::string> text() const { return detail::unquoted(params, "text"); }

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
    [[nodiscard]] detail::Fault read_item(std::string_view& rest, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const ReasonValue& value);

struct Reason : detail::Listed<Reason, Header::reason, ReasonValue> {};

// A URI in brackets without a display name, and parameters.
using AlertInfo = NameAddrHeader<Header::alert_info>;  // RFC 3261 §20.4
using ErrorInfo = NameAddrHeader<Header::error_info>;  // RFC 3261 §20.18

/// RFC 3261 §20.9.
struct CallInfo : detail::Listed<CallInfo, Header::call_info, NameAddr> {
    /// "icon", "info", "card", ...
    [[nodiscard]] std::optional<std::string_view> purpose() const noexcept { return params().get("purpose"); }
};

}  // namespace sipmsg
