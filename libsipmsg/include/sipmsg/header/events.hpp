// SPDX-License-Identifier: MIT
#pragma once

// Subscriptions, notifications, publications, referrals and INFO packages.

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/value.hpp>

namespace sipmsg {

/// RFC 6665 §8.2.1.
struct Event : detail::Single<Event, Header::event, TokenParamsValue> {
    [[nodiscard]] std::string_view package() const noexcept { return text; }
    [[nodiscard]] std::optional<std::string_view> id_param() const noexcept { return params.get("id"); }
    /// Whether both name the same subscription: package and id octet by octet, other parameters aside (RFC 6665
    /// §8.2.1).
    [[nodiscard]] bool matches(const Event& other) const noexcept {
        return text == other.text && id_param() == other.id_param();
    }
};

/// One event package, compared octet by octet. RFC 6665 §8.2.2.
using AllowEvents = TokenHeader<Header::allow_events>;

enum class SubscriptionPhase : std::uint8_t { active, pending, terminated, other };

/// RFC 6665 §8.2.3.
struct SubscriptionState : detail::Single<SubscriptionState, Header::subscription_state, TokenParamsValue> {
    [[nodiscard]] SubscriptionPhase phase() const noexcept;
    /// Why it ended: "timeout", "rejected", "giveup", ...
    [[nodiscard]] std::optional<std::string_view> reason() const noexcept { return params.get("reason"); }
    /// Seconds.
    [[nodiscard]] std::optional<std::uint32_t> expires() const noexcept {
        return detail::seconds_of(params, "expires");
    }
    /// Seconds.
    [[nodiscard]] std::optional<std::uint32_t> retry_after() const noexcept {
        return detail::seconds_of(params, "retry-after");
    }
};

using SipEtag = SingleTokenHeader<Header::sip_etag>;                   // RFC 3903 §11.3.1
using SipIfMatch = SingleTokenHeader<Header::sip_if_match>;            // RFC 3903 §11.3.2
using SuppressIfMatch = SingleTokenHeader<Header::suppress_if_match>;  // RFC 5839 §7.2; an entity tag or "*"

/// RFC 3515 §2.1.
using ReferTo = NameAddrHeader<Header::refer_to>;

/// RFC 3892 §3.
struct ReferredBy : detail::Single<ReferredBy, Header::referred_by, NameAddr> {
    /// The Content-ID of the token that proves it, without quotes.
    [[nodiscard]] std::optional<std::string> cid() const { return detail::unquoted(params(), "cid"); }
};

/// Whether a REFER makes a subscription. RFC 4488 §4.
struct ReferSub : detail::Single<ReferSub, Header::refer_sub, TokenParamsValue> {
    [[nodiscard]] bool value() const noexcept { return iequals(text, "true"); }
    [[nodiscard]] static Result<ReferSub> parse(std::string_view text);
};

/// Where one subscribes to the events of a REFER; in brackets. RFC 7614.
using ReferEventsAt = NameAddrHeader<Header::refer_events_at>;

/// The package of an INFO. RFC 6086 §9.
struct InfoPackage : detail::Single<InfoPackage, Header::info_package, TokenParamsValue> {
    [[nodiscard]] std::string_view package() const noexcept { return text; }
};

/// A package that one takes in INFO. RFC 6086 §9.
struct RecvInfo : detail::Listed<RecvInfo, Header::recv_info, TokenParamsValue> {
    [[nodiscard]] std::string_view package() const noexcept { return text; }
};

}  // namespace sipmsg
