// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/params.hpp>

#include <optional>
#include <string>
#include <string_view>

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
    /// One challenge or one set of credentials.
    [[nodiscard]] static Result<AuthValue> parse(std::string_view text);
    /// The first of several in one line (RFC 9110 §11.6.1), told apart by "scheme SP name="; `rest` becomes the next.
    [[nodiscard]] static Result<AuthValue> parse_item(std::string_view& rest);
};

template <Header H>
struct AuthHeader : AuthValue {
    static constexpr Header id = H;
    [[nodiscard]] static Result<AuthHeader> parse(std::string_view text) { return wrap(AuthValue::parse(text)); }
    [[nodiscard]] static Result<AuthHeader> parse_item(std::string_view& rest) {
        return wrap(AuthValue::parse_item(rest));
    }

private:
    static Result<AuthHeader> wrap(Result<AuthValue> value) {
        if (!value) {
            value.error().header = H;
            return std::unexpected(value.error());
        }
        AuthHeader header;
        static_cast<AuthValue&>(header) = *value;
        return header;
    }
};
using WwwAuthenticate = AuthHeader<Header::www_authenticate>;        // RFC 3261 §20.44
using ProxyAuthenticate = AuthHeader<Header::proxy_authenticate>;    // RFC 3261 §20.27
using Authorization = AuthHeader<Header::authorization>;             // RFC 3261 §20.7
using ProxyAuthorization = AuthHeader<Header::proxy_authorization>;  // RFC 3261 §20.28

}  // namespace sipmsg
