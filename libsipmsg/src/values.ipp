// SPDX-License-Identifier: MIT

// Values: the shortcut, and where it does not lead on, the machine. No include guard: see kernel_functions.ipp.

/// Places are 32-bit offsets.
inline bool fits(Scan& scan) noexcept {
    return scan.text.size() <= max_u32 || scan.fail(ParseErrc::too_large, scan.begin(), "a shorter value");
}

/// What stands behind "sip:" or "sips:".
[[gnu::noinline]] inline bool scan_sip_uri(Scan& scan, UriPlaces& uri, const char* p, const char* end) {
    const UriFront<> text(p, end, scan.readable);
    if (plain_sip_uri(uri, p, text) == end) return true;
    uri.user_end = 0;
    return run_sip_uri(scan, uri, p, end);
}

/// A URI of any scheme.
[[gnu::noinline]] inline bool scan_any_uri(Scan& scan, UriPlaces& uri, std::string_view text) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const auto length = scheme_length(text);
    if (length == 0) return scan.syntax(begin, "a scheme and a colon");
    uri.text = begin;
    uri.size = static_cast<std::uint32_t>(text.size());
    uri.scheme = scheme_of(text.substr(0, length));
    const char* const behind = begin + length + 1;
    switch (uri.scheme) {
        case Scheme::sip:
        case Scheme::sips: return scan_sip_uri(scan, uri, behind, end);
        case Scheme::tel: return run_tel(scan, uri, behind, end);
        default: return plain_opaque(behind, end, scan.readable) || run_opaque(scan, behind, end);
    }
}

/// The URI that is the whole of `text`, a part of what is scanned.
inline bool scan_uri_at(Scan& scan, UriPlaces& uri, std::string_view text) {
    const char* const begin = text.data();
    if (text.size() <= 4 || !begins_with_sip(begin)) return scan_any_uri(scan, uri, text);
    uri.text = begin;
    uri.size = static_cast<std::uint32_t>(text.size());
    uri.scheme = Scheme::sip;
    return scan_sip_uri(scan, uri, begin + 4, begin + text.size());
}

bool scan_uri(Scan& scan, Uri& uri) { return fits(scan) && scan_uri_at(scan, places(uri), scan.text); }

bool scan_via(Scan& scan, Via& into) {
    auto& via = places(into);
    return fits(scan) && (plain_via(scan, via) || run_via(scan, via));
}

/// Around another URI, or not written the usual way.
[[gnu::noinline]] inline bool scan_odd_name_addr(Scan& scan, NameAddrPlaces& value) {
    std::string_view uri;
    value = {};
    return (plain_name_addr(scan, value, uri) || run_name_addr(scan, value, uri)) &&
           scan_uri_at(scan, places(value.uri), uri);
}

/// Brackets around another URI than a SIP one: no use sorting for one.
inline bool begins_with_other_uri(const Scan& scan) noexcept {
    const char* const p = scan.begin();
    return scan.text.size() > 4 && *p == '<' && !begins_with_sip(p + 1);
}

bool scan_name_addr(Scan& scan, NameAddr& into) {
    auto& value = places(into);
    if (!fits(scan)) return false;
    return (!begins_with_other_uri(scan) && plain_name_addr(scan, value)) || scan_odd_name_addr(scan, value);
}

[[gnu::noinline]] inline bool scan_odd_tag(Scan& scan, std::optional<std::string_view>& tag, std::string_view& uri) {
    NameAddr address;
    if (!run_name_addr(scan, places(address), uri)) return false;
    tag = address.tag();
    return true;
}

/// The tag of From and To. The URI in front of it is not taken apart.
inline bool scan_tag(Scan& scan, std::optional<std::string_view>& tag, std::string_view& uri) {
    return fits(scan) && (plain_tag(scan, tag, uri) || scan_odd_tag(scan, tag, uri));
}

bool scan_token_params(Scan& scan, TokenParams& value) {
    return plain_token_params(scan, value) || run_token_params(scan, value);
}

/// A token that has neither subtype nor parameters.
bool scan_token(Scan& scan, std::string_view& token) { return plain_token(scan, token) || run_token(scan, token); }

std::size_t scan_tokens(std::string_view& rest, const char* readable, std::span<std::string_view> into) {
    return plain_tokens(rest, readable, into);
}

bool scan_auth(Scan& scan, AuthValue& value) { return plain_auth(scan, value) || run_auth(scan, value); }

bool scan_seconds(Scan& scan, Seconds& value) { return plain_seconds(scan, value) || run_seconds(scan, value); }

bool scan_quoted_params(Scan& scan, OpaqueParams& value) {
    return plain_quoted_params(scan, value) || run_quoted_params(scan, value);
}

bool scan_params(Scan& scan, OpaqueParams& value) { return plain_params_alone(scan, value) || run_params(scan, value); }

bool scan_cseq(Scan& scan, CSeqParts& value) { return plain_cseq(scan, value) || run_cseq(scan, value); }

bool scan_call_id(Scan& scan, std::string_view& value) { return plain_call_id(scan, value) || run_call_id(scan, value); }
