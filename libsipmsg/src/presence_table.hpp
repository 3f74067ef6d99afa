// SPDX-License-Identifier: MIT
#pragma once

// Tables 2 and 3 of RFC 3261 §20, with the columns and rows that RFC 3262 §7, RFC 3265 §7.1 and §7.2, RFC 3311 §7, RFC
// 3428 §9, RFC 3515 §2.2, RFC 3891 §6.1, RFC 3892 §3, RFC 3903 §11 and RFC 4538 §7 add.

#include <sipmsg/header_name.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace sipmsg::detail {

/// Which messages a row is about: requests are status 0.
struct Where {
    std::uint16_t from;
    std::uint16_t to;
};
inline constexpr Where requests{0, 0};
inline constexpr Where responses{100, 699};
inline constexpr Where any{0, 699};

/// One row of the tables, a letter a method: m mandatory, s should be there, o optional, c by context, * needed with a
/// body, - not applicable; a blank where no RFC says.
struct Presence {
    Header id;
    Where where;
    std::string_view methods;
};

// From, To, Call-ID, CSeq, Via and Content-Length stand in every message; they are not repeated here.
// clang-format off
inline constexpr auto presence_table = std::to_array<Presence>({
    //                                         ABCIORPSNUMRIP
    //                                         CYANPERUOPSENU
    //                                         KENVTGABTDGFFB
    {Header::accept,              requests,   "-o-osooooo-o o"},
    {Header::accept,              {200, 299}, "---oso---o-- -"},
    {Header::accept,              {415, 415}, "-c-ccccoocsc s"},
    {Header::accept_encoding,     requests,   "-o-ooooooo-o o"},
    {Header::accept_encoding,     {200, 299}, "---oso---o-- -"},
    {Header::accept_encoding,     {415, 415}, "-c-ccccoocsc s"},
    {Header::accept_language,     requests,   "-o-ooooooo-o o"},
    {Header::accept_language,     {200, 299}, "---oso---o-- -"},
    {Header::accept_language,     {415, 415}, "-c-ccccoocsc s"},
    {Header::alert_info,          requests,   "---o-------- -"},
    {Header::alert_info,          {180, 180}, "---o-------- -"},
    {Header::allow,               requests,   "-o-ooooooooo o"},
    {Header::allow,               responses,  "-o-ooooooooo o"},
    {Header::allow,               {200, 299}, "-o-ssoooooo   "},
    {Header::allow,               {405, 405}, "-m-mmmmmmmmm m"},
    {Header::allow_events,        requests,   "oo-oooooo-   o"},
    {Header::allow_events,        {200, 299}, "-o-oooooo-    "},
    {Header::allow_events,        {489, 489}, "-------mm-   m"},
    {Header::authentication_info, {200, 299}, "-o-ooooooooo o"},
    {Header::authorization,       requests,   "oooooooooooo o"},
    {Header::call_info,           any,        "---ooo-  oo- o"},
    {Header::contact,             requests,   "o--moo-mmm-m -"},
    {Header::contact,             {100, 199}, "---o---ooo-- -"},
    {Header::contact,             {200, 299}, "---moo-mom-m -"},
    {Header::contact,             {300, 699}, "           o  "},
    {Header::contact,             {300, 399}, "-o-oooommoo  o"},
    {Header::contact,             {485, 485}, "-o-oooooooo  o"},
    {Header::content_disposition, any,        "oo-ooooooooo o"},
    {Header::content_encoding,    any,        "oo-ooooooooo o"},
    {Header::content_language,    any,        "oo-ooooooooo o"},
    {Header::content_type,        any,        "**-********* *"},
    {Header::date,                any,        "oooooooooooo o"},
    {Header::error_info,          {300, 699}, "-ooooooooooo o"},
    {Header::event,               requests,   "-------mm-   m"},
    {Header::expires,             any,        "---o-o-o--oo o"},
    {Header::expires,             {200, 299}, "       m-    m"},
    {Header::in_reply_to,         requests,   "---o------o- -"},
    {Header::max_forwards,        requests,   "mmmmmmmmmmmm m"},
    {Header::mime_version,        any,        "oo-ooooooo o o"},
    {Header::min_expires,         {423, 423}, "-----m-m-- - m"},
    {Header::organization,        any,        "---ooo-o-ooo o"},
    {Header::priority,            requests,   "---o---o--o- o"},
    {Header::proxy_authenticate,  {401, 401}, "-oooooo  ooo o"},
    {Header::proxy_authenticate,  {407, 407}, "-m-mmmmmmmmm m"},
    {Header::proxy_authorization, requests,   "oo-ooooooooo o"},
    {Header::proxy_require,       requests,   "-o-ooooooooo o"},
    {Header::rack,                requests,   "------m---    "},
    {Header::record_route,        requests,   "ooooo-oooo-o -"},
    {Header::record_route,        {180, 189}, "-oooo-o  o-o -"},
    {Header::record_route,        {200, 299}, "-oooo-oooo-o -"},
    {Header::record_route,        {401, 401}, "       oo -  -"},
    {Header::record_route,        {484, 484}, "       oo -  -"},
    {Header::refer_to,            requests,   "------     m  "},
    {Header::referred_by,         requests,   "-o-ooo     o  "},
    {Header::replaces,            requests,   "---o--    -   "},
    {Header::reply_to,            any,        "---o------o- -"},
    {Header::require,             any,        "-c-ccccooccc o"},
    {Header::retry_after,         {404, 404}, "-ooooooooooo o"},
    {Header::retry_after,         {413, 413}, "-ooooooooooo o"},
    {Header::retry_after,         {480, 480}, "-ooooooooooo o"},
    {Header::retry_after,         {486, 486}, "-ooooooooooo o"},
    {Header::retry_after,         {500, 500}, "-ooooooooooo o"},
    {Header::retry_after,         {503, 503}, "-ooooooooooo o"},
    {Header::retry_after,         {600, 600}, "-ooooooooooo o"},
    {Header::retry_after,         {603, 603}, "-ooooooooooo o"},
    {Header::route,               requests,   "ccccccccccoc c"},
    {Header::rseq,                {100, 199}, "---o---oo-    "},
    {Header::server,              responses,  "-ooooooooooo o"},
    {Header::sip_etag,            {200, 299}, "-------------m"},
    {Header::sip_if_match,        requests,   "-------------o"},
    {Header::subject,             requests,   "---o------o- o"},
    {Header::subscription_state,  requests,   "--------m-    "},
    {Header::supported,           requests,   "-oosoooooo o o"},
    {Header::supported,           {200, 299}, "-oossooooo o o"},
    {Header::target_dialog,       requests,   "---o---o---o--"},
    {Header::timestamp,           any,        "oooooooooooo o"},
    {Header::unsupported,         {420, 420}, "-m-mmmmoomoo o"},
    {Header::user_agent,          any,        "oooooooooooo o"},
    {Header::warning,             requests,   "       -o     "},
    {Header::warning,             responses,  "-ooooooooooo o"},
    {Header::www_authenticate,    {401, 401}, "-m-mmmmmmmmm m"},
    {Header::www_authenticate,    {407, 407}, "-o-ooo   ooo o"},
});
// clang-format on

}  // namespace sipmsg::detail
