// SPDX-License-Identifier: MIT
#pragma once

// The one table of header fields: to_string(), header_of() and check_all() are driven by it.

#include <sipmsg/header_name.hpp>

#include <array>
#include <string_view>

namespace sipmsg::detail {

/// Which machine checks a value of the header.
enum class Kind : unsigned char {
    text,          // TEXT-UTF8-TRIM, possibly empty
    token,         // one token
    tokens,        // a comma list of tokens, possibly empty
    tokens1,       // a comma list of at least one
    token_params,  // a token with parameters
    token_params_list,
    number,  // 1*DIGIT below 2^32
    via,
    address,  // one name-addr or addr-spec
    address_list,
    route_list,  // name-addr only: brackets are required
    contact,
    call_id,
    call_ids,
    cseq,
    rack,
    max_forwards,
    number_params,  // delta-seconds with parameters
    retry_after,
    media_type,
    media_ranges,
    encodings,  // a token or "*" with parameters, comma list, possibly empty
    languages,
    language_ranges,
    uri_params_list,  // <absoluteURI> with parameters, comma list
    auth,
    auth_list,
    auth_info,
    date,
    timestamp,
    product,
    mime_version,
    warning,
    replaces,
};

struct HeaderRow {
    Header id;
    std::string_view name;
    char compact;  // '\0' when there is none
    Kind kind;
    std::string_view rfc;
};

// In the order of the enum, so that a row is found by its value.
inline constexpr auto header_table = std::to_array<HeaderRow>({
  // id                          name                      compact kind                     RFC
    {Header::accept,                "Accept",                '\0', Kind::media_ranges,      "RFC 3261 §20.1"          },
    {Header::accept_contact,        "Accept-Contact",        'a',  Kind::token_params_list, "RFC 3841 §9.2"           },
    {Header::accept_encoding,       "Accept-Encoding",       '\0', Kind::encodings,         "RFC 3261 §20.2"          },
    {Header::accept_language,       "Accept-Language",       '\0', Kind::language_ranges,   "RFC 3261 §20.3"          },
    {Header::alert_info,            "Alert-Info",            '\0', Kind::uri_params_list,   "RFC 3261 §20.4"          },
    {Header::allow,                 "Allow",                 '\0', Kind::tokens,            "RFC 3261 §20.5"          },
    {Header::allow_events,          "Allow-Events",          'u',  Kind::tokens,            "RFC 6665 §8.2.2"         },
    {Header::authentication_info,   "Authentication-Info",   '\0', Kind::auth_info,         "RFC 3261 §20.6"          },
    {Header::authorization,         "Authorization",         '\0', Kind::auth,              "RFC 3261 §20.7"          },
    {Header::call_id,               "Call-ID",               'i',  Kind::call_id,           "RFC 3261 §20.8"          },
    {Header::call_info,             "Call-Info",             '\0', Kind::uri_params_list,   "RFC 3261 §20.9"          },
    {Header::contact,               "Contact",               'm',  Kind::contact,           "RFC 3261 §20.10"         },
    {Header::content_disposition,   "Content-Disposition",   '\0', Kind::token_params,      "RFC 3261 §20.11"         },
    {Header::content_encoding,      "Content-Encoding",      'e',  Kind::tokens1,           "RFC 3261 §20.12"         },
    {Header::content_language,      "Content-Language",      '\0', Kind::languages,         "RFC 3261 §20.13"         },
    {Header::content_length,        "Content-Length",        'l',  Kind::number,            "RFC 3261 §20.14"         },
    {Header::content_type,          "Content-Type",          'c',  Kind::media_type,        "RFC 3261 §20.15"         },
    {Header::cseq,                  "CSeq",                  '\0', Kind::cseq,              "RFC 3261 §20.16"         },
    {Header::date,                  "Date",                  '\0', Kind::date,              "RFC 3261 §20.17"         },
    {Header::diversion,             "Diversion",             '\0', Kind::address_list,      "RFC 5806 §10"            },
    {Header::error_info,            "Error-Info",            '\0', Kind::uri_params_list,   "RFC 3261 §20.18"         },
    {Header::event,                 "Event",                 'o',  Kind::token_params,      "RFC 6665 §8.2.1"         },
    {Header::expires,               "Expires",               '\0', Kind::number,            "RFC 3261 §20.19"         },
    {Header::from,                  "From",                  'f',  Kind::address,           "RFC 3261 §20.20"         },
    {Header::history_info,          "History-Info",          '\0', Kind::route_list,        "RFC 7044 §5"             },
    {Header::identity,              "Identity",              'y',  Kind::text,              "RFC 8224 §4"             },
    {Header::identity_info,         "Identity-Info",         'n',  Kind::text,              "RFC 4474 §9"             },
    {Header::in_reply_to,           "In-Reply-To",           '\0', Kind::call_ids,          "RFC 3261 §20.21"         },
    {Header::join,                  "Join",                  '\0', Kind::replaces,          "RFC 3911 §7.1"           },
    {Header::max_forwards,          "Max-Forwards",          '\0', Kind::max_forwards,      "RFC 3261 §20.22"         },
    {Header::mime_version,          "MIME-Version",          '\0', Kind::mime_version,      "RFC 3261 §20.24"         },
    {Header::min_expires,           "Min-Expires",           '\0', Kind::number,            "RFC 3261 §20.23"         },
    {Header::min_se,                "Min-SE",                '\0', Kind::number_params,     "RFC 4028 §5"             },
    {Header::organization,          "Organization",          '\0', Kind::text,              "RFC 3261 §20.25"         },
    {Header::p_access_network_info, "P-Access-Network-Info", '\0', Kind::token_params_list, "RFC 7315 §5.4"           },
    {Header::p_asserted_identity,   "P-Asserted-Identity",   '\0', Kind::address_list,      "RFC 3325 §9.1"           },
    {Header::p_associated_uri,      "P-Associated-URI",      '\0', Kind::address_list,      "RFC 7315 §5.1"           },
    {Header::p_called_party_id,     "P-Called-Party-ID",     '\0', Kind::address,           "RFC 7315 §5.2"           },
    {Header::p_charging_vector,     "P-Charging-Vector",     '\0', Kind::text,              "RFC 7315 §5.6"           },
    {Header::p_preferred_identity,  "P-Preferred-Identity",  '\0', Kind::address_list,      "RFC 3325 §9.2"           },
    {Header::path,                  "Path",                  '\0', Kind::route_list,        "RFC 3327 §4"             },
    {Header::priority,              "Priority",              '\0', Kind::token,             "RFC 3261 §20.26"         },
    {Header::privacy,               "Privacy",               '\0', Kind::text,              "RFC 3323 §4.2"           },
    {Header::proxy_authenticate,    "Proxy-Authenticate",    '\0', Kind::auth_list,         "RFC 3261 §20.27"         },
    {Header::proxy_authorization,   "Proxy-Authorization",   '\0', Kind::auth,              "RFC 3261 §20.28"         },
    {Header::proxy_require,         "Proxy-Require",         '\0', Kind::tokens1,           "RFC 3261 §20.29"         },
    {Header::rack,                  "RAck",                  '\0', Kind::rack,              "RFC 3262 §7.2"           },
    {Header::reason,                "Reason",                '\0', Kind::token_params_list, "RFC 3326 §2"             },
    {Header::record_route,          "Record-Route",          '\0', Kind::route_list,        "RFC 3261 §20.30"         },
    {Header::recv_info,             "Recv-Info",             '\0', Kind::tokens,            "RFC 6086 §9"             },
    {Header::info_package,          "Info-Package",          '\0', Kind::token_params,      "RFC 6086 §9"             },
    {Header::refer_sub,             "Refer-Sub",             '\0', Kind::token_params,      "RFC 4488 §4"             },
    {Header::refer_to,              "Refer-To",              'r',  Kind::address,           "RFC 3515 §2.1"           },
    {Header::referred_by,           "Referred-By",           'b',  Kind::address,           "RFC 3892 §3"             },
    {Header::reject_contact,        "Reject-Contact",        'j',  Kind::token_params_list, "RFC 3841 §9.2"           },
    {Header::remote_party_id,       "Remote-Party-ID",       '\0', Kind::address_list,      "draft-ietf-sip-privacy-04"},
    {Header::replaces,              "Replaces",              '\0', Kind::replaces,          "RFC 3891 §6.1"           },
    {Header::reply_to,              "Reply-To",              '\0', Kind::address,           "RFC 3261 §20.31"         },
    {Header::request_disposition,   "Request-Disposition",   'd',  Kind::tokens1,           "RFC 3841 §9.1"           },
    {Header::require,               "Require",               '\0', Kind::tokens1,           "RFC 3261 §20.32"         },
    {Header::retry_after,           "Retry-After",           '\0', Kind::retry_after,       "RFC 3261 §20.33"         },
    {Header::route,                 "Route",                 '\0', Kind::route_list,        "RFC 3261 §20.34"         },
    {Header::rseq,                  "RSeq",                  '\0', Kind::number,            "RFC 3262 §7.1"           },
    {Header::security_client,       "Security-Client",       '\0', Kind::token_params_list, "RFC 3329 §2.2"           },
    {Header::security_server,       "Security-Server",       '\0', Kind::token_params_list, "RFC 3329 §2.2"           },
    {Header::security_verify,       "Security-Verify",       '\0', Kind::token_params_list, "RFC 3329 §2.2"           },
    {Header::server,                "Server",                '\0', Kind::product,           "RFC 3261 §20.35"         },
    {Header::service_route,         "Service-Route",         '\0', Kind::route_list,        "RFC 3608 §5"             },
    {Header::session_expires,       "Session-Expires",       'x',  Kind::number_params,     "RFC 4028 §4"             },
    {Header::session_id,            "Session-ID",            '\0', Kind::token_params,      "RFC 7989 §5"             },
    {Header::sip_etag,              "SIP-ETag",              '\0', Kind::token,             "RFC 3903 §11.3.1"        },
    {Header::sip_if_match,          "SIP-If-Match",          '\0', Kind::token,             "RFC 3903 §11.3.2"        },
    {Header::subject,               "Subject",               's',  Kind::text,              "RFC 3261 §20.36"         },
    {Header::subscription_state,    "Subscription-State",    '\0', Kind::token_params,      "RFC 6665 §8.2.3"         },
    {Header::supported,             "Supported",             'k',  Kind::tokens,            "RFC 3261 §20.37"         },
    {Header::suppress_if_match,     "Suppress-If-Match",     '\0', Kind::token,             "RFC 5839 §7.2"           },
    {Header::target_dialog,         "Target-Dialog",         '\0', Kind::replaces,          "RFC 4538 §7"             },
    {Header::timestamp,             "Timestamp",             '\0', Kind::timestamp,         "RFC 3261 §20.38"         },
    {Header::to,                    "To",                    't',  Kind::address,           "RFC 3261 §20.39"         },
    {Header::unsupported,           "Unsupported",           '\0', Kind::tokens1,           "RFC 3261 §20.40"         },
    {Header::user_agent,            "User-Agent",            '\0', Kind::product,           "RFC 3261 §20.41"         },
    {Header::user_to_user,          "User-to-User",          '\0', Kind::text,              "RFC 7433 §4.1"           },
    {Header::via,                   "Via",                   'v',  Kind::via,               "RFC 3261 §20.42"         },
    {Header::warning,               "Warning",               '\0', Kind::warning,           "RFC 3261 §20.43"         },
    {Header::www_authenticate,      "WWW-Authenticate",      '\0', Kind::auth_list,         "RFC 3261 §20.44"         },
});

inline constexpr int first_known = static_cast<int>(Header::accept);

consteval bool table_follows_enum() {
    for (std::size_t i = 0; i < header_table.size(); ++i)
        if (static_cast<std::size_t>(header_table[i].id) != i + first_known) return false;
    return static_cast<std::size_t>(Header::www_authenticate) == header_table.size() - 1 + first_known;
}
static_assert(table_follows_enum());

[[nodiscard]] constexpr const HeaderRow* row_of(Header id) noexcept {
    const int index = static_cast<int>(id) - first_known;
    return index < 0 ? nullptr : &header_table[static_cast<std::size_t>(index)];
}

}  // namespace sipmsg::detail
