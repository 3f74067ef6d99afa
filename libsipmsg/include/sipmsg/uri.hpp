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

class Uri;

namespace detail {

/// Where the parts of a URI stand in its text.
struct UriPlaces : Places {
    std::uint32_t user_end = 0;  ///< 0: no userinfo
    HostPlace host;
    std::uint32_t params = 0;
    std::uint32_t params_end = 0;
    Scheme scheme = Scheme::other;
    Notes<2> notes;  ///< transport, lr
};

/// For those who fill it.
[[nodiscard]] UriPlaces& places(Uri& uri) noexcept;
[[nodiscard]] const UriPlaces& places(const Uri& uri) noexcept;

}  // namespace detail

/// A URI as a view into the text it was parsed from, which must outlive it: positions in 48 octets.
/// sip and sips URIs are taken apart (RFC 3261 §19.1.1); tel gives its number as user() and its parameters
/// (RFC 3966 §3); anything else has only opaque(), the text behind the colon.
/// Percent escapes stay as written in every part: see unescape().
class Uri {
public:
    /// Parses all of `text` as one URI; no white space, no angle brackets around it.
    [[nodiscard]] static Result<Uri> parse(std::string_view text, Padding behind = {});

    [[nodiscard]] Scheme scheme() const noexcept { return at_.scheme; }
    /// The whole URI.
    [[nodiscard]] std::string_view text() const noexcept { return at_.whole(); }
    /// As written, without the colon.
    [[nodiscard]] std::string_view scheme_text() const noexcept {
        switch (scheme()) {
            case Scheme::sip:
            case Scheme::tel:
            case Scheme::urn: return {at_.text, 3};
            case Scheme::sips: return {at_.text, 4};
            default: return text().substr(0, text().find(':'));
        }
    }
    /// Everything behind the scheme's colon.
    [[nodiscard]] std::string_view opaque() const noexcept {
        return text().substr(std::min(scheme_text().size() + 1, text().size()));
    }

    /// Empty when there is no userinfo; tel: the number.
    [[nodiscard]] std::string_view user() const noexcept {
        if (at_.user_end == 0) return {};  // which it is not in sip, sips and tel alone
        return at_.between(is_secure() ? 5 : 4, at_.user_end);
    }
    [[nodiscard]] std::optional<std::string_view> password() const noexcept {
        if (at_.user_end == 0 || at_.user_end == at_.size || at_.text[at_.user_end] != ':') return std::nullopt;
        return at_.between(at_.user_end + 1, at_.host.written_at() - 1);
    }
    /// "user:password@" as written, in front of the host of a sip or sips URI; empty when there is none.
    [[nodiscard]] std::string_view userinfo() const noexcept {
        const auto begin = static_cast<std::uint32_t>(scheme_text().size() + 1);
        return is_sip() ? at_.between(begin, at_.host.written_at()) : std::string_view{};
    }
    [[nodiscard]] Host host() const noexcept { return at_.host.host(at_.text); }
    [[nodiscard]] std::optional<std::uint16_t> port() const noexcept { return at_.host.port(); }
    /// `;name=value` behind the hostport.
    [[nodiscard]] Params params() const noexcept { return Params(at_.between(at_.params, at_.params_end)); }
    /// `?name=value&...`
    [[nodiscard]] UriHeaders headers() const noexcept {
        const bool some = at_.params_end != 0 && at_.params_end != at_.size;
        return some ? UriHeaders(at_.between(at_.params_end + 1, at_.size)) : UriHeaders();
    }

    [[nodiscard]] bool is_sip() const noexcept { return scheme() == Scheme::sip || scheme() == Scheme::sips; }
    [[nodiscard]] bool is_secure() const noexcept { return scheme() == Scheme::sips; }
    [[nodiscard]] std::optional<std::string_view> transport() const noexcept {
        return at_.notes.get(0, params(), "transport");
    }
    [[nodiscard]] bool is_loose_router() const noexcept { return at_.notes.get(1, params(), "lr").has_value(); }

private:
    friend detail::UriPlaces& detail::places(Uri& uri) noexcept;
    friend const detail::UriPlaces& detail::places(const Uri& uri) noexcept;
    detail::UriPlaces at_;
};

inline detail::UriPlaces& detail::places(Uri& uri) noexcept { return uri.at_; }
inline const detail::UriPlaces& detail::places(const Uri& uri) noexcept { return uri.at_; }

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
