// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/host.hpp>
#include <sipmsg/padding.hpp>
#include <sipmsg/params.hpp>
#include <sipmsg/printer.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg {

enum class Scheme : std::uint8_t { other, sip, sips, tel, urn };

/// A URI as a view into the text it was parsed from, which must outlive it.
/// sip and sips URIs are taken apart (RFC 3261 §19.1.1); tel gives its number in `user` and its parameters
/// (RFC 3966 §3); anything else has only opaque(), the text behind the colon.
/// Percent escapes stay as written in every part: see unescape().
struct Uri {
    Scheme scheme = Scheme::other;
    std::string_view user;  ///< empty when there is no userinfo; tel: the number
    std::optional<std::string_view> password;
    Host host;
    std::optional<std::uint16_t> port;
    Params params;          ///< `;name=value` behind the hostport
    UriHeaders headers;     ///< `?name=value&...`
    std::string_view text;  ///< the whole URI

    /// Parses all of `text` as one URI; no white space, no angle brackets around it.
    [[nodiscard]] static Result<Uri> parse(std::string_view text, Padding behind = {});

    /// As written, without the colon.
    [[nodiscard]] std::string_view scheme_text() const noexcept { return text.substr(0, text.find(':')); }
    /// Everything behind the scheme's colon.
    [[nodiscard]] std::string_view opaque() const noexcept {
        return text.substr(std::min(scheme_text().size() + 1, text.size()));
    }

    [[nodiscard]] bool is_sip() const noexcept { return scheme == Scheme::sip || scheme == Scheme::sips; }
    [[nodiscard]] bool is_secure() const noexcept { return scheme == Scheme::sips; }
    [[nodiscard]] std::optional<std::string_view> transport() const noexcept { return params.noted(0, "transport"); }
    [[nodiscard]] bool is_loose_router() const noexcept { return params.noted(1, "lr").has_value(); }
};

/// Equality by RFC 3261 §19.1.4 (sip, sips; IPv6 by RFC 5954), RFC 3966 §4 (tel), RFC 8141 (urn), octets
/// otherwise. Not transitive, as RFC 3261 says: an absent parameter matches any value. URIs with more than 128
/// parameters or headers compare by octets. Values of URI headers compare with case, but for those whose definition is
/// known to be without (Subject, Priority, option tags and media types); RFC 3261 §7.3.1.
[[nodiscard]] bool equivalent(const Uri& a, const Uri& b);

/// A text that equivalent URIs share, to look a URI up by: what has the same key must still be compared with
/// equivalent(). The converse cannot hold, since equality is not transitive: `;x=1` and `;x=2` differ, and both equal a
/// URI without `x`; so the key leaves out every parameter that may be ignored. Linear; one allocation or few.
[[nodiscard]] std::string equivalence_key(const Uri& uri);

/// Prints the parts; scheme and host in lower case. to_string(Uri::parse(x)) is equivalent to x.
[[nodiscard]] Printer print(Printer to, const Uri& uri);

/// "%41" -> "A", "%00" -> an octet 0: octets with a length. A broken escape is kept as written; never throws on
/// content.
[[nodiscard]] std::string unescape(std::string_view text);
/// Escapes what `user` does not allow (RFC 3261 §25.1; `+ ? /` and the rest of user-unreserved stay bare). A colon is
/// escaped: bare, it would begin the password. (SIP.js leaves it bare and reads user and password as one.)
[[nodiscard]] std::string escape_user(std::string_view text);
/// Escapes what `password` does not allow.
[[nodiscard]] std::string escape_password(std::string_view text);
/// Escapes what `pname` and `pvalue` do not allow.
[[nodiscard]] std::string escape_param(std::string_view text);
/// Escapes what `hvalue` does not allow: for URI headers such as `?Replaces=`.
[[nodiscard]] std::string escape_header(std::string_view text);

}  // namespace sipmsg
