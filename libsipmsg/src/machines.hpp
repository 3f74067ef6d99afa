// SPDX-License-Identifier: MIT
#pragma once

// The machines of what stands in nearly every message: each reads all that its grammar allows. The kernels have
// shortcuts for the usual and come here with the rest.

#include "scan.hpp"
#include "value_parts.hpp"

#include <sipmsg/header/auth.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/via.hpp>
#include <sipmsg/uri.hpp>

namespace sipmsg {
class MessageParser;
}

namespace sipmsg::detail {

/// Start line, header lines and the blank line. The fields found before a fault stay in the view.
[[nodiscard]] bool run_head(MessageParser& head, Scan& scan);

/// What stands from `p` on, behind "sip:" or "sips:".
[[nodiscard]] bool run_sip_uri(Scan& scan, UriPlaces& uri, const char* p, const char* pe);
/// What stands behind "tel:". A global number is "+" and digits; a local one says where it is dialled (RFC 3966 §5.1.4,
/// §5.1.5).
[[nodiscard]] bool run_tel(Scan& scan, UriPlaces& uri, const char* p, const char* pe);
/// What stands behind the colon of any other URI.
[[nodiscard]] bool run_opaque(Scan& scan, const char* p, const char* pe);

// Each of these stops at a comma or at the end.

/// One via-parm.
[[nodiscard]] bool run_via(Scan& scan, ViaPlaces& via);
/// One name-addr or addr-spec with parameters; what stands in `uri` has not been looked at.
[[nodiscard]] bool run_name_addr(Scan& scan, NameAddrPlaces& value, std::string_view& uri);
/// What a parameter may have for a value that is not quoted.
enum class Values {
    tokens,     ///< token, or IPv6reference
    addresses,  ///< a token, an address of any kind, with or without brackets
    hostports,  ///< whatever a host with its port may be made of
};
/// *( SEMI generic-param ) from the semicolon, the comma or the end at `p` on.
[[nodiscard]] bool run_params_behind(Scan& scan, const char* p, Params& params, Values kind = Values::tokens);
/// generic-param *( SEMI generic-param ).
[[nodiscard]] bool run_params(Scan& scan, OpaqueParams& value);

[[nodiscard]] bool run_token_params(Scan& scan, TokenParams& value);
/// A token that has neither subtype nor parameters.
[[nodiscard]] bool run_token(Scan& scan, std::string_view& token);
/// One challenge or one set of credentials; stops at the comma in front of the next scheme, or at the end.
[[nodiscard]] bool run_auth(Scan& scan, AuthValue& value);
[[nodiscard]] bool run_word_params(Scan& scan, CallIdParams& value);
/// ( token / quoted-string ) *( SEMI generic-param ).
[[nodiscard]] bool run_quoted_params(Scan& scan, OpaqueParams& value);
/// Visible characters but comma, semicolon and quotes, and parameters whose values may be hosts with ports.
[[nodiscard]] bool run_opaque_params(Scan& scan, OpaqueParams& value);

// And these read the whole text.

[[nodiscard]] bool run_cseq(Scan& scan, CSeqParts& value);
[[nodiscard]] bool run_rack(Scan& scan, RAckParts& value);
[[nodiscard]] bool run_seconds(Scan& scan, Seconds& value);
[[nodiscard]] bool run_call_id(Scan& scan, std::string_view& value);

}  // namespace sipmsg::detail
