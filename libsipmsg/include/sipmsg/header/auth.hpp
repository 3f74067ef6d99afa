// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/value.hpp>

namespace sipmsg {

/// "Digest realm="x", nonce="y"": a scheme and comma-separated parameters, or for schemes such as Bearer
/// possibly one token68. RFC 3261 §20.44, §20.7, §25.1.
struct AuthValue {
    std::string_view scheme;
    Params params;             ///< separator ','; quoted values keep their quotes
    std::string_view token68;  ///< for "Basic dXNlcg==" and its like; empty otherwise

    /// A parameter without its quotes; nullopt when absent.
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const {
        auto value = params.get(name);
        return value ? std::optional(unquote(*value)) : std::nullopt;
    }
    [[nodiscard]] bool is_digest() const noexcept { return iequals(scheme, "Digest"); }
    [[nodiscard]] bool is_bearer() const noexcept { return iequals(scheme, "Bearer"); }  // RFC 8898
    [[nodiscard]] std::optional<std::string> realm() const { return get("realm"); }
    [[nodiscard]] std::optional<std::string> nonce() const { return get("nonce"); }
    [[nodiscard]] std::optional<std::string> opaque() const { return get("opaque"); }
    /// As written, "SHA-256"; nullopt means MD5 (RFC 7616 §3.3).
    [[nodiscard]] std::optional<std::string> algorithm() const { return get("algorithm"); }
    [[nodiscard]] bool stale() const noexcept { return iequals(params.get("stale").value_or(""), "true"); }
    /// Whether a challenge's list of qop values holds this one, or credentials use it; without case.
    [[nodiscard]] bool has_qop(std::string_view value) const noexcept;
    /// Of a Bearer challenge (RFC 8898): where tokens are given out, for what, and why the last one was refused.
    [[nodiscard]] std::optional<std::string> authz_server() const { return get("authz_server"); }
    [[nodiscard]] std::optional<std::string> scope() const { return get("scope"); }
    [[nodiscard]] std::optional<std::string> error() const { return get("error"); }
    /// One challenge or one set of credentials.
    [[nodiscard]] static Result<AuthValue> parse(std::string_view text, Padding behind = {});
    /// The first of several in one line (RFC 9110 §11.6.1), told apart by "scheme SP name="; `rest` becomes the next.
    [[nodiscard]] static Result<AuthValue> parse_item(std::string_view& rest, Padding behind = {});

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind);
    [[nodiscard]] detail::Fault read_item(std::string_view& rest, Padding behind);
};

[[nodiscard]] Printer print(Printer to, const AuthValue& value);

template <Header H>
struct AuthHeader : detail::Listed<AuthHeader<H>, H, AuthValue> {};

using WwwAuthenticate = AuthHeader<Header::www_authenticate>;        // RFC 3261 §20.44
using ProxyAuthenticate = AuthHeader<Header::proxy_authenticate>;    // RFC 3261 §20.27
using Authorization = AuthHeader<Header::authorization>;             // RFC 3261 §20.7
using ProxyAuthorization = AuthHeader<Header::proxy_authorization>;  // RFC 3261 §20.28

/// "nextnonce="...",qop=auth,rspauth="..."": what the server proves and hands out. RFC 3261 §20.6, RFC 7615.
struct AuthInfoValue {
    Params params;  ///< separator ','

    [[nodiscard]] std::optional<std::string> nextnonce() const { return detail::unquoted(params, "nextnonce"); }
    [[nodiscard]] std::optional<std::string> rspauth() const { return detail::unquoted(params, "rspauth"); }
    [[nodiscard]] std::optional<std::string> cnonce() const { return detail::unquoted(params, "cnonce"); }
    [[nodiscard]] std::optional<std::string> qop() const { return detail::unquoted(params, "qop"); }
    [[nodiscard]] std::optional<std::string_view> nc() const noexcept { return params.get("nc"); }

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const AuthInfoValue& value);

struct AuthenticationInfo : detail::Single<AuthenticationInfo, Header::authentication_info, AuthInfoValue> {};
struct ProxyAuthenticationInfo
    : detail::Single<ProxyAuthenticationInfo, Header::proxy_authentication_info, AuthInfoValue> {};

}  // namespace sipmsg
