// SPDX-License-Identifier: MIT
#pragma once

// The P-headers: private extensions of the networks of 3GPP (RFC 7315), PacketCable (RFC 5503) and others.

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/value.hpp>

namespace sipmsg {

/// "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=...". RFC 7315 §5.4.
struct PAccessNetworkInfo : detail::Listed<PAccessNetworkInfo, Header::p_access_network_info, TokenParamsValue> {
    /// Whether the network put it in, not the phone.
    [[nodiscard]] bool network_provided() const noexcept { return params.has("np"); }
    /// Of a cell, without quotes; nullopt when the access is another one.
    [[nodiscard]] std::optional<std::string> utran_cell_id() const {
        return detail::unquoted(params, "utran-cell-id-3gpp");
    }
};

/// "icid-value=...;orig-ioi=...". RFC 7315 §5.6.
struct PChargingVector : detail::Single<PChargingVector, Header::p_charging_vector, ParamsValue> {
    [[nodiscard]] std::optional<std::string> icid() const { return detail::unquoted(params, "icid-value"); }
    [[nodiscard]] std::optional<std::string> icid_generated_at() const {
        return detail::unquoted(params, "icid-generated-at");
    }
    [[nodiscard]] std::optional<std::string> orig_ioi() const { return detail::unquoted(params, "orig-ioi"); }
    [[nodiscard]] std::optional<std::string> term_ioi() const { return detail::unquoted(params, "term-ioi"); }
};

/// "ccf=...;ecf=..."; a name may stand more than once. RFC 7315 §5.5.
struct PChargingFunctionAddresses
    : detail::Listed<PChargingFunctionAddresses, Header::p_charging_function_addresses, ParamsValue> {
    [[nodiscard]] std::optional<std::string> ccf() const { return detail::unquoted(params, "ccf"); }  ///< the first
    [[nodiscard]] std::optional<std::string> ecf() const { return detail::unquoted(params, "ecf"); }  ///< the first
};

using PAssociatedUri = NameAddrHeader<Header::p_associated_uri>;        // RFC 7315 §5.1
using PCalledPartyId = NameAddrHeader<Header::p_called_party_id>;       // RFC 7315 §5.2
using PChargeInfo = NameAddrHeader<Header::p_charge_info>;              // RFC 8496
using PProfileKey = NameAddrHeader<Header::p_profile_key>;              // RFC 5002
using PUserDatabase = NameAddrHeader<Header::p_user_database>;          // RFC 4457; <aaa://...>
using PAssertedService = NameAddrHeader<Header::p_asserted_service>;    // RFC 6050; "urn:urn-7:..."
using PPreferredService = NameAddrHeader<Header::p_preferred_service>;  // RFC 6050; "urn:urn-7:..."

/// A token or a quoted string. RFC 7315 §5.3.
using PVisitedNetworkId = QuotedParamsListHeader<Header::p_visited_network_id>;

/// RFC 5502.
struct PServedUser : detail::Single<PServedUser, Header::p_served_user, NameAddr> {
    /// "orig" or "term": for which side of the call the user is served.
    [[nodiscard]] std::optional<std::string_view> sescase() const noexcept { return params().get("sescase"); }
    /// "reg" or "unreg".
    [[nodiscard]] std::optional<std::string_view> regstate() const noexcept { return params().get("regstate"); }
};

/// "sendrecv", "inactive", "gated", "supported", ... RFC 5009.
using PEarlyMedia = TokenHeader<Header::p_early_media>;

/// One token of hexadecimal digits. RFC 3313.
struct PMediaAuthorization : detail::Listed<PMediaAuthorization, Header::p_media_authorization, TokenValue> {};

/// "Confirmed" or "Unconfirmed". RFC 4964.
struct PAnswerState : detail::Single<PAnswerState, Header::p_answer_state, TokenParamsValue> {
    [[nodiscard]] bool confirmed() const noexcept { return iequals(text, "Confirmed"); }
};

/// The domain of the private network. RFC 7316.
using PPrivateNetworkIndication = TokenParamsHeader<Header::p_private_network_indication>;

/// A list of URIs that was refused. RFC 5318.
struct PRefusedUriList : detail::Listed<PRefusedUriList, Header::p_refused_uri_list, NameAddr> {
    /// "<cid:...>" of the body that lists the members, without quotes.
    [[nodiscard]] std::optional<std::string> members() const { return detail::unquoted(params(), "members"); }
};

/// RFC 5503.
struct PDcsTracePartyId : detail::Single<PDcsTracePartyId, Header::p_dcs_trace_party_id, NameAddr> {
    /// Seconds since 1900, with or without decimals.
    [[nodiscard]] std::optional<std::string_view> timestamp() const noexcept { return params().get("timestamp"); }
};

/// "BLV", "EI", "RING" or another. RFC 5503.
using PDcsOsps = SingleTokenHeader<Header::p_dcs_osps>;

/// An opaque word, with parameters whose values may hold hosts with ports.
struct OpaqueParamsValue {
    std::string_view text;
    Params params;

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const OpaqueParamsValue& value);

/// "billing-correlation-id/element@host". RFC 5503.
struct PDcsBillingInfo : detail::Single<PDcsBillingInfo, Header::p_dcs_billing_info, OpaqueParamsValue> {
    [[nodiscard]] std::string_view correlation_id() const noexcept { return text.substr(0, text.find('/')); }
};

/// "host:port": where surveillance is sent. RFC 5503.
struct PDcsLaes : detail::Single<PDcsLaes, Header::p_dcs_laes, OpaqueParamsValue> {
    [[nodiscard]] std::optional<std::string_view> content() const noexcept { return params.get("content"); }
    [[nodiscard]] std::optional<std::string_view> key() const noexcept { return params.get("key"); }
};

/// The URI that was called at first, in quotes. RFC 5503.
struct PDcsRedirect : detail::Single<PDcsRedirect, Header::p_dcs_redirect, QuotedParamsValue> {
    [[nodiscard]] std::optional<std::string> redirector_uri() const {
        return detail::unquoted(params, "redirector-uri");
    }
    [[nodiscard]] std::optional<std::uint32_t> count() const noexcept { return detail::number_of(params, "count"); }
};

}  // namespace sipmsg
