// SPDX-License-Identifier: MIT
#pragma once

// The headers that make a request what it is, and those that are one number, one token or a list of tokens.

#include <sipmsg/header/value.hpp>
#include <sipmsg/method.hpp>

namespace sipmsg {

/// RFC 3261 §20.16.
struct CSeq {
    static constexpr Header id = Header::cseq;
    std::uint32_t number = 0;  ///< 0..2^31-1 (RFC 3261 §8.1.1.5)
    Method method = Method::other;
    std::string_view method_text;
    [[nodiscard]] static Result<CSeq> parse(std::string_view text, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const CSeq& value);

/// RFC 3262 §7.2.
struct RAck {
    static constexpr Header id = Header::rack;
    std::uint32_t rseq = 0;
    std::uint32_t cseq = 0;  ///< 0..2^31-1
    Method method = Method::other;
    std::string_view method_text;
    [[nodiscard]] static Result<RAck> parse(std::string_view text, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const RAck& value);

/// word [ "@" word ]. RFC 3261 §25.1 `callid`.
struct CallIdValue {
    std::string_view text;

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
    [[nodiscard]] detail::Fault read_item(std::string_view& rest, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const CallIdValue& value);

/// RFC 3261 §20.8.
struct CallId : detail::Single<CallId, Header::call_id, CallIdValue> {
    [[nodiscard]] static Result<CallId> parse(std::string_view text, Padding behind = {});
};

struct InReplyTo : detail::Listed<InReplyTo, Header::in_reply_to, CallIdValue> {};  // RFC 3261 §20.21

using ContentLength = NumberHeader<Header::content_length>;  // RFC 3261 §20.14; octets
using Expires = NumberHeader<Header::expires>;               // RFC 3261 §20.19; seconds
using MinExpires = NumberHeader<Header::min_expires>;        // RFC 3261 §20.23; seconds
using RSeq = NumberHeader<Header::rseq>;                     // RFC 3262 §7.1
using FlowTimer = NumberHeader<Header::flow_timer>;          // RFC 5626; seconds
using MaxBreadth = NumberHeader<Header::max_breadth>;        // RFC 5393

/// RFC 3261 §20.22; 0..255.
struct MaxForwards : detail::Single<MaxForwards, Header::max_forwards, NumberValue> {
    [[nodiscard]] static Result<MaxForwards> parse(std::string_view text);
};

using Supported = TokenHeader<Header::supported>;         // RFC 3261 §20.37
using Require = TokenHeader<Header::require>;             // RFC 3261 §20.32
using ProxyRequire = TokenHeader<Header::proxy_require>;  // RFC 3261 §20.29
using Unsupported = TokenHeader<Header::unsupported>;     // RFC 3261 §20.40

/// One method. RFC 3261 §20.5.
struct Allow : detail::Listed<Allow, Header::allow, TokenValue> {
    [[nodiscard]] Method method() const noexcept { return method_of(text); }  ///< `other` for unknown ones
};

/// RFC 3261 §20.26.
struct Priority : detail::Single<Priority, Header::priority, TokenValue> {
    /// "emergency", "urgent", "normal", "non-urgent" and others, without case.
    [[nodiscard]] bool is(std::string_view value) const noexcept { return iequals(text, value); }
};

}  // namespace sipmsg
