// SPDX-License-Identifier: MIT
#pragma once

// Who calls, who says so, who is not to know, and which way the call came.

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/value.hpp>

namespace sipmsg {

/// "id;user": what is to stay hidden. RFC 3323 §4.2.
struct Privacy {
    static constexpr Header id = Header::privacy;
    std::string_view text;
    /// "header", "session", "user", "none", "critical", "id", "history", ... without case.
    [[nodiscard]] bool has(std::string_view value) const noexcept { return values().has(value); }
    /// The values are the names.
    [[nodiscard]] Params values() const noexcept { return Params(text); }
    [[nodiscard]] static Result<Privacy> parse(std::string_view text);
};
[[nodiscard]] Printer print(Printer to, const Privacy& value);

using PAssertedIdentity = NameAddrHeader<Header::p_asserted_identity>;    // RFC 3325 §9.1
using PPreferredIdentity = NameAddrHeader<Header::p_preferred_identity>;  // RFC 3325 §9.2

/// A signed token about the caller. RFC 8224 §4.
struct Identity {
    static constexpr Header id = Header::identity;
    std::string_view digest;  ///< "header.payload.signature" in base64url; the quoted base64 of RFC 4474 is taken too
    std::string_view info;    ///< the URI of the certificate, without its brackets; empty when absent
    std::string_view alg;     ///< empty when absent
    std::string_view ppt;     ///< the type of token, quotes and all; empty when absent
    std::string_view params;  ///< all of them as written. The URI may hold ';': Params would take it apart
    [[nodiscard]] std::string type() const { return unquote(ppt); }
    [[nodiscard]] static Result<Identity> parse(std::string_view text);
};
[[nodiscard]] Printer print(Printer to, const Identity& value);

/// A certificate's URI and "alg". RFC 4474 §9; replaced by Identity's `info`.
struct IdentityInfo : detail::Single<IdentityInfo, Header::identity_info, NameAddr> {
    [[nodiscard]] std::optional<std::string_view> alg() const noexcept { return params().get("alg"); }
};

/// A party of the call, as an element in between knows it. draft-ietf-sip-privacy-04.
struct RemotePartyId : detail::Listed<RemotePartyId, Header::remote_party_id, NameAddr> {
    /// "calling", "called", ...
    [[nodiscard]] std::optional<std::string_view> party() const noexcept { return params().get("party"); }
    /// "subscriber", "user", "term", ...
    [[nodiscard]] std::optional<std::string_view> id_type() const noexcept { return params().get("id-type"); }
    /// "full", "name", "uri", "off", ...
    [[nodiscard]] std::optional<std::string_view> privacy() const noexcept { return params().get("privacy"); }
    /// Whether the party was verified; false when it does not say.
    [[nodiscard]] bool screened() const noexcept { return iequals(params().get("screen").value_or(""), "yes"); }
};

/// One diversion, the last one first. RFC 5806 §10.
struct Diversion : detail::Listed<Diversion, Header::diversion, NameAddr> {
    /// "user-busy", "no-answer", "unconditional", ...; without quotes.
    [[nodiscard]] std::optional<std::string> reason() const { return detail::unquoted(params(), "reason"); }
    [[nodiscard]] std::uint32_t counter() const noexcept { return detail::number_of(params(), "counter").value_or(1); }
    [[nodiscard]] std::optional<std::uint32_t> limit() const noexcept { return detail::number_of(params(), "limit"); }
    [[nodiscard]] std::optional<std::string> privacy() const { return detail::unquoted(params(), "privacy"); }
    [[nodiscard]] std::optional<std::string> screen() const { return detail::unquoted(params(), "screen"); }
};

/// One target that the request was sent to. RFC 7044 §5.
struct HistoryInfo : detail::Listed<HistoryInfo, Header::history_info, NameAddr> {
    /// "1.1.2"; dots between numbers.
    [[nodiscard]] std::optional<std::string_view> index() const noexcept { return params().get("index"); }
    /// The index of the entry whose target was changed: the same user elsewhere (rc), another user (mp), no change
    /// (np).
    [[nodiscard]] std::optional<std::string_view> rc() const noexcept { return params().get("rc"); }
    [[nodiscard]] std::optional<std::string_view> mp() const noexcept { return params().get("mp"); }
    [[nodiscard]] std::optional<std::string_view> np() const noexcept { return params().get("np"); }
};

}  // namespace sipmsg
