// SPDX-License-Identifier: MIT
#pragma once

#include <system_error>

namespace siptxn {

/// Why a request got no answer, or a flow ended.
enum class Errc {
    timeout = 1,     ///< timer B, F or H (RFC 3261 §17)
    transport,       ///< the octets could not be sent, or the flow died under the transaction
    no_target,       ///< the name has no address for a transport we have (RFC 3263 §4)
    resolve_failed,  ///< the name server answered with an error, or not at all
    connect_failed,  ///< refused or unreachable
    connect_timeout,
    too_large,       ///< the message does not fit the transport
    overloaded,      ///< a limit of ours was reached
    unsupported,     ///< no such transport here
    malformed,       ///< the peer's octets are not SIP: the flow was closed
    closed,          ///< closed on purpose, or by the peer
    aborted,         ///< the stack was stopped, or the request cancelled before it was sent
    tls_failed,      ///< the TLS handshake came to no agreement, or a record was broken
    tls_not_spoken,  ///< what the peer sent is not TLS
    tls_refused,     ///< the peer does not accept our certificate, or wants one
    tls_untrusted,   ///< the peer's certificate comes from no issuer we trust, or it has none
    tls_expired,     ///< the peer's certificate is not valid now
    tls_wrong_name,  ///< the peer's certificate is for others than the domain we asked for (RFC 5922 §7)
};

[[nodiscard]] const std::error_category& category() noexcept;
[[nodiscard]] inline std::error_code make_error_code(Errc e) noexcept { return {static_cast<int>(e), category()}; }

}  // namespace siptxn

template <>
struct std::is_error_code_enum<siptxn::Errc> : std::true_type {};
