// SPDX-License-Identifier: MIT
#pragma once

// What the ends of a session tell each other about it.

#include <sipmsg/header/value.hpp>

namespace sipmsg {

/// Who refreshes a session. RFC 4028 §4.
enum class Refresher : std::uint8_t { uac, uas };

/// Seconds and parameters. RFC 4028 §4.
struct SessionExpires {
    static constexpr Header id = Header::session_expires;
    std::uint32_t seconds = 0;
    Params params;
    /// nullopt when absent, or neither "uac" nor "uas".
    [[nodiscard]] std::optional<Refresher> refresher() const noexcept;
    [[nodiscard]] static Result<SessionExpires> parse(std::string_view text, Padding behind = {});
};

/// Seconds and parameters. RFC 4028 §5.
struct MinSe {
    static constexpr Header id = Header::min_se;
    std::uint32_t seconds = 0;
    Params params;
    [[nodiscard]] static Result<MinSe> parse(std::string_view text, Padding behind = {});
};

[[nodiscard]] Printer print(Printer to, const SessionExpires& value);
[[nodiscard]] Printer print(Printer to, const MinSe& value);

/// 32 lower-case hexadecimal digits for each end; all zero is "not known yet". RFC 7989 §5.
struct SessionId {
    static constexpr Header id = Header::session_id;
    std::string_view local;   ///< of the sender
    std::string_view remote;  ///< of the receiver; empty when there is none (RFC 7329)
    Params params{};          ///< all of them, `remote` included
    [[nodiscard]] static Result<SessionId> parse(std::string_view text);
};
[[nodiscard]] Printer print(Printer to, const SessionId& value);

/// Octets for the application on the other side. RFC 7433 §4.1.
struct UserToUser : detail::Listed<UserToUser, Header::user_to_user, QuotedParamsValue> {
    [[nodiscard]] std::optional<std::string_view> purpose() const noexcept { return params.get("purpose"); }
    /// The parameter `content`: what the octets mean.
    [[nodiscard]] std::optional<std::string_view> meaning() const noexcept { return params.get("content"); }
    [[nodiscard]] std::optional<std::string_view> encoding() const noexcept { return params.get("encoding"); }
    /// Whether the octets stand as hexadecimal digits, which is also what no parameter means.
    [[nodiscard]] bool is_hex() const noexcept { return !params.has("encoding") || iequals(*encoding(), "hex"); }
};

/// "Manual", "Auto" and others, and whether it is a must. RFC 5373.
template <Header H>
struct AnswerModeHeader : detail::Single<AnswerModeHeader<H>, H, TokenParamsValue> {
    [[nodiscard]] bool is_auto() const noexcept { return iequals(this->text, "Auto"); }
    [[nodiscard]] bool is_manual() const noexcept { return iequals(this->text, "Manual"); }
    [[nodiscard]] bool required() const noexcept { return this->params.has("require"); }
};
using AnswerMode = AnswerModeHeader<Header::answer_mode>;
using PrivAnswerMode = AnswerModeHeader<Header::priv_answer_mode>;

}  // namespace sipmsg
