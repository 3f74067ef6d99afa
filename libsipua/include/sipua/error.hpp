// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <system_error>

namespace sipua {

/// What can go wrong in an agent, beside SIP's own answers and siptxn's transport errors.
enum class Errc {
    invalid_state = 1,        ///< the call makes no sense now (bye before the session stands)
    request_pending,          ///< another request of that kind is open (SIP.js: RequestPendingError)
    session_terminated,       ///< the session ended meanwhile (SIP.js: SessionTerminatedError)
    invalid_header,           ///< CR, LF or NUL in a value, or an ill-formed name
    not_registered,           ///< the registrar's 2xx does not list our Contact
    media_failed,             ///< the session description handler could not do it; SIP 500
    not_acceptable,           ///< no codec, transport or security in common; SIP 488
    content_type,             ///< a body of a type nobody here reads; SIP 415 (SIP.js: ContentTypeUnsupportedError)
    stopped,                  ///< the agent is stopped, or stopped meanwhile
    subscription_terminated,  ///< the notifier ended the subscription, or it could not be kept up
};

[[nodiscard]] const std::error_category& category() noexcept;
[[nodiscard]] inline std::error_code make_error_code(Errc e) noexcept { return {static_cast<int>(e), category()}; }

/// The category whose values are SIP status codes: a final 3xx..6xx that refused a request. `error.value() == 486`.
[[nodiscard]] const std::error_category& sip_category() noexcept;
/// An error of sip_category(); no error for a status below 300.
[[nodiscard]] std::error_code sip_error(int status) noexcept;
/// The status in an error: of sip_category() itself; 408 for a timeout, 503 for other transport errors, 488, 415 and
/// 500 for media errors; 500 otherwise; 0 for no error.
[[nodiscard]] int status_of(std::error_code error) noexcept;

}  // namespace sipua

template <>
struct std::is_error_code_enum<sipua::Errc> : std::true_type {};
