// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/params.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg {

enum class HostKind : std::uint8_t { name, ipv4, ipv6 };

/// A host as written. IPv6 is kept without its brackets. RFC 3261 §25.1 `host`.
struct Host {
    std::string_view text;
    HostKind kind = HostKind::name;
};

enum class Scheme : std::uint8_t { other, sip, sips, tel, urn };

/// A URI as a view into the text it was parsed from, which must outlive it.
/// sip and sips URIs are taken apart (RFC 3261 §19.1.1); tel gives its number in `user` and its parameters
/// (RFC 3966 §3); anything else keeps `opaque`, the text behind the colon.
/// Percent escapes stay as written in every part: see unescape().
struct Uri {
    Scheme scheme = Scheme::other;
    std::string_view scheme_text;  ///< as written, without the colon
    std::string_view user;         ///< empty when there is no userinfo; tel: the number
    std::optional<std::string_view> password;
    Host host;
    std::optional<std::uint16_t> port;
    Params params;            ///< `;name=value` behind the hostport
    UriHeaders headers;       ///< `?name=value&...`
    std::string_view opaque;  ///< everything behind "scheme:"
    std::string_view text;    ///< the whole URI

    /// Parses all of `text` as one URI; no white space, no angle brackets around it.
    [[nodiscard]] static Result<Uri> parse(std::string_view text);

    [[nodiscard]] bool is_sip() const noexcept { return scheme == Scheme::sip || scheme == Scheme::sips; }
    [[nodiscard]] bool is_secure() const noexcept { return scheme == Scheme::sips; }
    [[nodiscard]] std::optional<std::string_view> transport() const noexcept { return params.get("transport"); }
    [[nodiscard]] bool is_loose_router() const noexcept { return params.has("lr"); }
};

/// Equality by RFC 3261 §19.1.4 (sip, sips; IPv6 by RFC 5954 §4.1), RFC 3966 §4 (tel), octets otherwise.
/// Not transitive, as the RFC says: an absent parameter matches any value. URIs with more than 128 parameters or
/// headers compare by octets.
[[nodiscard]] bool equivalent(const Uri& a, const Uri& b);

/// Prints the parts; scheme and host in lower case. to_string(Uri::parse(x)) is equivalent to x.
void append_to(std::string& out, const Uri& uri);
[[nodiscard]] std::string to_string(const Uri& uri);

/// "%41" -> "A". A broken escape is kept as written; never throws.
[[nodiscard]] std::string unescape(std::string_view text);
/// Escapes what `user` does not allow (RFC 3261 §25.1 user-unreserved stays bare).
[[nodiscard]] std::string escape_user(std::string_view text);
/// Escapes what `hvalue` does not allow: for URI headers such as `?Replaces=`.
[[nodiscard]] std::string escape_header(std::string_view text);

/// A URI that owns its text and can be edited; every edit keeps it parseable.
/// Setters throw std::invalid_argument when the given text does not fit the grammar.
class OwnedUri {
public:
    OwnedUri() = default;
    explicit OwnedUri(const Uri& uri) : text_(uri.text) {}
    [[nodiscard]] static Result<OwnedUri> parse(std::string_view text);

    [[nodiscard]] Uri view() const;  ///< into this object: valid until the next edit, move or destruction
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

    void set_user(std::string_view unescaped);
    void set_host(std::string_view host);
    void set_port(std::optional<std::uint16_t> port);
    void set_param(std::string_view name, std::optional<std::string_view> value = std::nullopt);
    bool remove_param(std::string_view name);
    void clear_params();
    void clear_headers();

private:
    std::string text_;
};

}  // namespace sipmsg
