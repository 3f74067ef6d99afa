// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/value.hpp>

namespace sipmsg {

/// One security mechanism: "ipsec-3gpp;q=0.1;alg=...". RFC 3329 §2.2.
template <Header H>
struct SecurityMechanism : detail::Listed<SecurityMechanism<H>, H, TokenParamsValue> {
    /// "digest", "tls", "ipsec-ike", ..., without case.
    [[nodiscard]] bool is(std::string_view mechanism) const noexcept { return iequals(this->text, mechanism); }
    /// Preference in thousandths; nullopt when it does not say.
    [[nodiscard]] std::optional<std::uint16_t> q() const noexcept { return detail::q_of(this->params); }
    [[nodiscard]] std::optional<std::string_view> d_alg() const noexcept { return this->params.get("d-alg"); }
    [[nodiscard]] std::optional<std::string_view> d_qop() const noexcept { return this->params.get("d-qop"); }
    /// The hexadecimal digest over the client's list, without quotes.
    [[nodiscard]] std::optional<std::string> d_ver() const { return detail::unquoted(this->params, "d-ver"); }
};
using SecurityClient = SecurityMechanism<Header::security_client>;
using SecurityServer = SecurityMechanism<Header::security_server>;
using SecurityVerify = SecurityMechanism<Header::security_verify>;

}  // namespace sipmsg
