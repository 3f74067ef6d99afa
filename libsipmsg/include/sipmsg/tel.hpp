// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/uri.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sipmsg {

/// A telephone number with its parameters: what stands behind "tel:", and in the user part of a SIP URI that says
/// `user=phone`. RFC 3966 §3, RFC 3261 §19.1.1. Owns its text, unescaped.
class TelephoneNumber {
public:
    /// telephone-subscriber, without "tel:".
    [[nodiscard]] static Result<TelephoneNumber> parse(std::string_view subscriber);
    /// The number of a tel URI, or of a SIP URI with `user=phone`; `missing` for any other.
    [[nodiscard]] static Result<TelephoneNumber> of(const Uri& uri);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] std::string_view number() const noexcept;  ///< as written, separators and all
    [[nodiscard]] std::string digits() const;  ///< without visual separators, in lower case; a global one keeps its '+'
    [[nodiscard]] bool is_global() const noexcept { return text_.front() == '+'; }  ///< RFC 3966 §5.1.4

    [[nodiscard]] Params params() const noexcept;  ///< valid as long as this object
    [[nodiscard]] std::optional<std::string_view> extension() const noexcept { return params().get("ext"); }
    [[nodiscard]] std::optional<std::string_view> isub() const noexcept { return params().get("isub"); }
    /// Where a local number is dialled: a domain name, or the first digits of a global number. RFC 3966 §5.1.5.
    [[nodiscard]] std::optional<std::string_view> phone_context() const noexcept {
        return params().get("phone-context");
    }

    /// "tel:" and the number.
    [[nodiscard]] std::string to_tel_uri() const { return "tel:" + text_; }
    /// `sip:number@host;user=phone`, written so that equivalent numbers give equivalent SIP URIs: lower case, isub
    /// first, then the other parameters by name (RFC 3261 §19.1.6). Throws std::invalid_argument when `host` is none.
    [[nodiscard]] std::string to_sip_uri(std::string_view host) const;

private:
    explicit TelephoneNumber(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// RFC 3966 §4: both global or both local, the same digits, and the same parameters in any order.
[[nodiscard]] bool equivalent(const TelephoneNumber& a, const TelephoneNumber& b);

}  // namespace sipmsg
