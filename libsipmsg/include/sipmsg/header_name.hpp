// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipmsg {

/// The header fields known by name. The table behind to_string() and header_of() is `header_table.hpp`:
/// one row a header with its name, compact form, kind and RFC.
enum class Header : std::uint8_t {
    none,   ///< no header: a start line, a URI, a body
    other,  ///< a header whose name is not in the table; its text stays readable
    accept,
    accept_contact,
    accept_encoding,
    accept_language,
    alert_info,
    allow,
    allow_events,
    authentication_info,
    authorization,
    call_id,
    call_info,
    contact,
    content_disposition,
    content_encoding,
    content_language,
    content_length,
    content_type,
    cseq,
    date,
    diversion,
    error_info,
    event,
    expires,
    from,
    history_info,
    identity,
    identity_info,
    in_reply_to,
    join,
    max_forwards,
    mime_version,
    min_expires,
    min_se,
    organization,
    p_access_network_info,
    p_asserted_identity,
    p_associated_uri,
    p_called_party_id,
    p_charging_vector,
    p_preferred_identity,
    path,
    priority,
    privacy,
    proxy_authenticate,
    proxy_authorization,
    proxy_require,
    rack,
    reason,
    record_route,
    recv_info,
    info_package,
    refer_sub,
    refer_to,
    referred_by,
    reject_contact,
    remote_party_id,
    replaces,
    reply_to,
    request_disposition,
    require,
    retry_after,
    route,
    rseq,
    security_client,
    security_server,
    security_verify,
    server,
    service_route,
    session_expires,
    session_id,
    sip_etag,
    sip_if_match,
    subject,
    subscription_state,
    supported,
    suppress_if_match,
    target_dialog,
    timestamp,
    to,
    unsupported,
    user_agent,
    user_to_user,
    via,
    warning,
    www_authenticate,
};

/// Values of Header, `none` and `other` included.
inline constexpr std::size_t header_count = static_cast<std::size_t>(Header::www_authenticate) + 1;

/// By full or compact name, without case; `other` when unknown (RFC 3261 §7.3.1, §7.3.3).
[[nodiscard]] Header header_of(std::string_view name) noexcept;

/// The canonical spelling, "Call-ID"; empty for `none` and `other`.
[[nodiscard]] std::string_view to_string(Header header) noexcept;

}  // namespace sipmsg
