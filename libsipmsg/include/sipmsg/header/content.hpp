// SPDX-License-Identifier: MIT
#pragma once

// What a body is, and what the other side would take.

#include <sipmsg/header/value.hpp>

namespace sipmsg {

/// "type/subtype;params". RFC 3261 §20.15.
struct ContentType : detail::Single<ContentType, Header::content_type, MediaValue> {
    /// Of a multipart body, without its quotes (RFC 2046 §5.1.1).
    [[nodiscard]] std::optional<std::string> boundary() const { return detail::unquoted(params, "boundary"); }
};

/// What becomes of a body that is not understood (RFC 3261 §20.11).
enum class Handling : std::uint8_t {
    required,  ///< the request is refused with 415; what an absent or unknown handling parameter means
    optional,  ///< the body is ignored
};

/// "session;handling=optional". RFC 3261 §20.11.
struct ContentDisposition : detail::Single<ContentDisposition, Header::content_disposition, TokenParamsValue> {
    [[nodiscard]] bool is(std::string_view type) const noexcept { return iequals(text, type); }
    [[nodiscard]] Handling handling() const noexcept;
};

using ContentEncoding = TokenHeader<Header::content_encoding>;  // RFC 3261 §20.12

/// One language, "en-gb". RFC 3261 §20.13.
struct ContentLanguage : detail::Listed<ContentLanguage, Header::content_language, TokenValue> {};

/// "<left@right>". RFC 8262.
struct ContentId {
    static constexpr Header id = Header::content_id;
    std::string_view text;  ///< without the brackets
    [[nodiscard]] static Result<ContentId> parse(std::string_view text);
};
[[nodiscard]] Printer print(Printer to, const ContentId& value);

/// "1.0". RFC 3261 §20.24.
struct MimeVersion {
    static constexpr Header id = Header::mime_version;
    std::uint32_t major = 1;
    std::uint32_t minor = 0;
    [[nodiscard]] static Result<MimeVersion> parse(std::string_view text);
};
[[nodiscard]] Printer print(Printer to, const MimeVersion& value);

/// One media range; type and subtype may be "*". RFC 3261 §20.1.
struct Accept : detail::Listed<Accept, Header::accept, MediaValue> {
    [[nodiscard]] std::uint16_t q() const noexcept { return detail::q_of(params).value_or(1000); }  ///< thousandths
};

/// One coding or "*". RFC 3261 §20.2.
struct AcceptEncoding : detail::Listed<AcceptEncoding, Header::accept_encoding, TokenParamsValue> {
    [[nodiscard]] std::uint16_t q() const noexcept { return detail::q_of(params).value_or(1000); }  ///< thousandths
};

/// One language range or "*". RFC 3261 §20.3.
struct AcceptLanguage : detail::Listed<AcceptLanguage, Header::accept_language, TokenParamsValue> {
    [[nodiscard]] std::uint16_t q() const noexcept { return detail::q_of(params).value_or(1000); }  ///< thousandths
};

}  // namespace sipmsg
