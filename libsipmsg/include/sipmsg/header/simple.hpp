// SPDX-License-Identifier: MIT
#pragma once

// Headers whose value is a number, a token, a list of tokens, or one of these with parameters.

#include <sipmsg/error.hpp>
#include <sipmsg/method.hpp>
#include <sipmsg/padding.hpp>
#include <sipmsg/params.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg {

/// RFC 3261 §20.16.
struct CSeq {
    static constexpr Header id = Header::cseq;
    std::uint32_t number = 0;  ///< 0..2^31-1 (RFC 3261 §8.1.1.5)
    Method method = Method::other;
    std::string_view method_text;
    [[nodiscard]] static Result<CSeq> parse(std::string_view text, Padding behind = {});
};
[[nodiscard]] std::string to_string(const CSeq& value);

/// RFC 3261 §20.8.
struct CallId {
    static constexpr Header id = Header::call_id;
    std::string_view text;
    [[nodiscard]] static Result<CallId> parse(std::string_view text, Padding behind = {});
};

/// A header that is one decimal number below 2^32.
template <Header H>
struct NumberHeader {
    static constexpr Header id = H;
    std::uint32_t value = 0;
    [[nodiscard]] static Result<NumberHeader> parse(std::string_view text);
};
using MaxForwards = NumberHeader<Header::max_forwards>;      // RFC 3261 §20.22; 0..255
using ContentLength = NumberHeader<Header::content_length>;  // RFC 3261 §20.14
using Expires = NumberHeader<Header::expires>;               // RFC 3261 §20.19; seconds
using MinExpires = NumberHeader<Header::min_expires>;        // RFC 3261 §20.23; seconds
using RSeq = NumberHeader<Header::rseq>;                     // RFC 3262 §7.1

/// One token of a comma list; an empty header gives an empty list.
template <Header H>
struct TokenHeader {
    static constexpr Header id = H;
    std::string_view text;
    [[nodiscard]] static Result<TokenHeader> parse(std::string_view text);
    [[nodiscard]] static Result<TokenHeader> parse_item(std::string_view& rest);
};
using Supported = TokenHeader<Header::supported>;               // RFC 3261 §20.37
using Require = TokenHeader<Header::require>;                   // RFC 3261 §20.32
using ProxyRequire = TokenHeader<Header::proxy_require>;        // RFC 3261 §20.29
using Unsupported = TokenHeader<Header::unsupported>;           // RFC 3261 §20.40
using Allow = TokenHeader<Header::allow>;                       // RFC 3261 §20.5
using AllowEvents = TokenHeader<Header::allow_events>;          // RFC 6665 §8.2.2
using ContentEncoding = TokenHeader<Header::content_encoding>;  // RFC 3261 §20.12

/// "type/subtype;params". RFC 3261 §20.15.
struct ContentType {
    static constexpr Header id = Header::content_type;
    std::string_view type;
    std::string_view subtype;
    Params params;
    [[nodiscard]] bool is(std::string_view a_type, std::string_view a_subtype) const noexcept {
        return iequals(type, a_type) && iequals(subtype, a_subtype);
    }
    [[nodiscard]] static Result<ContentType> parse(std::string_view text);
};

/// A token with parameters, one value.
template <Header H>
struct TokenParamsHeader {
    static constexpr Header id = H;
    std::string_view text;  ///< the token
    Params params;
    [[nodiscard]] static Result<TokenParamsHeader> parse(std::string_view text);
};
using ContentDisposition = TokenParamsHeader<Header::content_disposition>;  // RFC 3261 §20.11
using Event = TokenParamsHeader<Header::event>;                             // RFC 6665 §8.2.1
using SubscriptionState = TokenParamsHeader<Header::subscription_state>;    // RFC 6665 §8.2.3
using Reason = TokenParamsHeader<Header::reason>;                           // RFC 3326 §2

/// Seconds, an optional comment, parameters. RFC 3261 §20.33.
struct RetryAfter {
    static constexpr Header id = Header::retry_after;
    std::uint32_t seconds = 0;
    Params params;
    [[nodiscard]] static Result<RetryAfter> parse(std::string_view text);
};

/// Seconds and parameters (refresher). RFC 4028 §4.
struct SessionExpires {
    static constexpr Header id = Header::session_expires;
    std::uint32_t seconds = 0;
    Params params;
    [[nodiscard]] static Result<SessionExpires> parse(std::string_view text);
};

/// RFC 3262 §7.2.
struct RAck {
    static constexpr Header id = Header::rack;
    std::uint32_t rseq = 0;
    std::uint32_t cseq = 0;
    Method method = Method::other;
    std::string_view method_text;
    [[nodiscard]] static Result<RAck> parse(std::string_view text, Padding behind = {});
};

}  // namespace sipmsg
