// SPDX-License-Identifier: MIT
#include <sipmsg/uri.hpp>

#include "chars.hpp"
#include "fold.hpp"
#include "host.hpp"
#include "uri_parser.hpp"

namespace sipmsg {

namespace {

Scheme scheme_of(std::string_view text) noexcept {
    if (text.size() == 4) return detail::same_folded(text, "sips") ? Scheme::sips : Scheme::other;
    if (text.size() != 3) return Scheme::other;
    if (detail::same_folded(text, "sip")) return Scheme::sip;
    if (detail::same_folded(text, "tel")) return Scheme::tel;
    return detail::same_folded(text, "urn") ? Scheme::urn : Scheme::other;
}

bool begins_with_sip(std::string_view text) noexcept {
    return text.size() > 4 && text[3] == ':' && detail::same_folded(text.data(), "sip", 3);
}

/// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
std::size_t scheme_length(std::string_view text) noexcept {
    std::size_t n = 0;
    while (n < text.size() && (detail::is(text[n], detail::is_host) || text[n] == '+')) ++n;
    const bool letter_first = n > 0 && detail::lower(text[0]) >= 'a' && detail::lower(text[0]) <= 'z';
    return letter_first && n < text.size() && text[n] == ':' ? n : 0;
}

std::optional<ParseError> scan_sip(Uri& uri) {
    const auto at = uri.opaque.find('@');
    if (at == std::string_view::npos) return detail::scan_hostport(uri.opaque, uri);
    if (auto error = detail::scan_userinfo(uri.opaque.substr(0, at), uri)) return error;
    auto error = detail::scan_hostport(uri.opaque.substr(at + 1), uri);
    if (error) error->offset += static_cast<std::uint32_t>(at + 1);
    return error;
}

}  // namespace

std::optional<ParseError> detail::parse_uri(std::string_view text, Uri& uri) {
    const bool sip = begins_with_sip(text);  // nearly always
    const auto length = sip ? 3 : scheme_length(text);
    if (length == 0) return ParseError{ParseErrc::syntax, Header::none, 0, "a scheme and a colon"};
    uri.text = text;
    uri.scheme_text = text.substr(0, length);
    uri.scheme = sip ? Scheme::sip : scheme_of(uri.scheme_text);
    uri.opaque = text.substr(length + 1);
    std::optional<ParseError> error;
    switch (uri.scheme) {
        case Scheme::sip:
        case Scheme::sips: error = scan_sip(uri); break;
        case Scheme::tel: error = detail::scan_tel(uri.opaque, uri); break;
        default: error = detail::scan_opaque(uri.opaque); break;
    }
    if (error) error->offset += static_cast<std::uint32_t>(length + 1);
    return error;
}

Result<Uri> Uri::parse(std::string_view text) {
    Result<Uri> result;
    if (const auto error = detail::parse_uri(text, *result)) result = std::unexpected(*error);
    return result;
}

void append_to(std::string& out, const Uri& uri) {
    for (char c : uri.scheme_text) out += detail::lower(c);
    out += ':';
    if (!uri.is_sip()) {
        out += uri.opaque;
        return;
    }
    if (!uri.user.empty()) {
        out += uri.user;
        if (uri.password) out.append(":").append(*uri.password);
        out += '@';
    }
    detail::append_host(out, uri.host);
    if (uri.port) out.append(":").append(std::to_string(*uri.port));
    out += uri.params.text();
    if (!uri.headers.empty()) out.append("?").append(uri.headers.text());
}

std::string to_string(const Uri& uri) {
    std::string text;
    append_to(text, uri);
    return text;
}

}  // namespace sipmsg
