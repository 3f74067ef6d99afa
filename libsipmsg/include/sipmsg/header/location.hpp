// SPDX-License-Identifier: MIT
#pragma once

// Where the caller is (RFC 6442), which policies hold (RFC 6794), and whose consent is missing (RFC 5360).

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/value.hpp>

namespace sipmsg {

/// The URI of a location, often `cid:` of a body; in brackets. RFC 6442 §4.1.
using Geolocation = NameAddrHeader<Header::geolocation>;

/// Whether elements on the way may route by the location. RFC 6442.
struct GeolocationRouting : detail::Single<GeolocationRouting, Header::geolocation_routing, TokenParamsValue> {
    [[nodiscard]] bool allowed() const noexcept { return iequals(text, "yes"); }
};

/// Why a location was of no use. RFC 6442 §4.4.
struct GeolocationError {
    static constexpr Header id = Header::geolocation_error;
    std::uint16_t code = 0;  ///< 0..999
    Params params;
    /// The parameter `code`: what the number means, in words.
    [[nodiscard]] std::optional<std::string> phrase() const { return detail::unquoted(params, "code"); }
    [[nodiscard]] static Result<GeolocationError> parse(std::string_view text);
};
[[nodiscard]] Printer print(Printer to, const GeolocationError& value);

/// A policy server; in brackets. RFC 6794.
struct PolicyContact : detail::Listed<PolicyContact, Header::policy_contact, NameAddr> {
    [[nodiscard]] bool cacheable() const noexcept { return !params().has("non-cacheable"); }
};

/// A policy server whose policy was applied. RFC 6794.
struct PolicyId : detail::Listed<PolicyId, Header::policy_id, NameAddr> {
    [[nodiscard]] std::optional<std::string_view> token() const noexcept { return params().get("token"); }
};

/// A target that did not consent. RFC 5360.
using PermissionMissing = NameAddrHeader<Header::permission_missing>;

/// Where to ask for consent. RFC 5360.
struct TriggerConsent : detail::Listed<TriggerConsent, Header::trigger_consent, NameAddr> {
    [[nodiscard]] std::optional<std::string> target_uri() const { return detail::unquoted(params(), "target-uri"); }
};

}  // namespace sipmsg
