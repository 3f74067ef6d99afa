// SPDX-License-Identifier: MIT

// What nearly every value looks like, read without its machine: no white space but where everybody writes one, no
// escapes, no quoted parameters. A shortcut that meets anything else leaves the value to the machine, from its
// beginning; so nothing passes here that would not pass there. No include guard: see kernel_functions.ipp.

inline const char* skip_wsp(const char* p, const char* end) noexcept {
    while (p != end && (*p == ' ' || *p == '\t')) ++p;
    return p;
}

/// "SIP/2.0" and the line end, in ten octets that can be read.
inline bool is_version_and_end(const char* p) noexcept {
    return load<std::uint64_t>(p) == load<std::uint64_t>("SIP/2.0\r") && p[8] == '\n';
}

/// The usual start line in one step. Behind it, or nullptr when the machine must look.
inline const char* plain_request_line(MessageParser& head, const char* p, const char* end, const char* readable) {
    const char* const method_end = skip<is_token>(p, end, readable);
    if (method_end == p || method_end == end || *method_end != ' ') return nullptr;
    const char* const uri = method_end + 1;
    const char* const uri_end = skip_visible(uri, end, readable);
    if (uri_end == uri || end - uri_end < 16 || *uri_end != ' ' || !is_version_and_end(uri_end + 1)) return nullptr;
    head.method(p, method_end);
    head.second(uri, uri_end);
    return uri_end + 10;
}

/// The same for a response.
inline const char* plain_status_line(MessageParser& head, const char* p, const char* end, const char* readable) {
    if (end - p < 16 || load<std::uint64_t>(p) != load<std::uint64_t>("SIP/2.0 ") || p[11] != ' ') return nullptr;
    const char* const reason = p + 12;
    const char* const reason_end = skip<is_qdtext>(reason, end, readable);
    if (end - reason_end < 2 || reason_end[0] != '\r' || reason_end[1] != '\n') return nullptr;
    head.response(p, p + 7);
    if (!head.accept_status(p + 8, reason - 1)) return nullptr;
    head.second(reason, reason_end);
    return reason_end + 2;
}

/// CR LF and no white space, which would carry the line on.
inline bool is_last_end(const char* p) noexcept {
    return load<std::uint16_t>(p) == load<std::uint16_t>("\r\n") && p[2] != ' ' && p[2] != '\t';
}

/// The common line in one step: a name, its colon, a value without folds. Stops in front of a line that is anything
/// else, which the machine then reads; so nothing passes here that would not pass there.
const char* plain_lines(MessageParser& head, const char* p, const char* const end, const char* const readable) {
    if (p[-1] != '\n' || p[-2] != '\r' || end - p < 3 || readable - p < line_view + 3) return p;
    const char* const begin = head.begin();
    const char* const last_line = std::min(end - 1, readable - (line_view + 3));
    const char* const last_end = end - 3;
    for (auto& field : head.room()) {
        if (p > last_line) return p;
        const auto [colon_at, eol] = line_at(p, end);
        const char* const colon = p + colon_at;
        if (colon_at - 1 > 30 || colon >= eol || eol > last_end || !is_last_end(eol)) return p;
        const auto id = colon_at == 1 ? compact_name(*p) : known_name(p, colon_at);
        if (id == Header::other && skip<is_token>(p, colon, readable) != colon) return p;
        const char* value = colon + 2;
        if (colon[1] != ' ' || *value <= ' ') value = skip_wsp(colon + 1, end);
        const char* tail = eol;
        while (tail > value && tail[-1] <= ' ' && (tail[-1] == ' ' || tail[-1] == '\t')) --tail;
        field = {.name_offset = static_cast<std::uint32_t>(p - begin),
                 .value_offset = static_cast<std::uint32_t>(value - begin),
                 .value_length = static_cast<std::uint32_t>(tail - value),
                 .name_length = static_cast<std::uint16_t>(colon_at),
                 .id = id,
                 .folded = false};
        head.take(id);
        p = eol + 2;
    }
    return p;
}

/// The usual start line and the usual lines behind it. Where the machine must go on, or nullptr: from the beginning.
const char* plain_head(MessageParser& head, const char* p, const char* end, const char* readable) {
    const char* behind = plain_status_line(head, p, end, readable);
    if (behind == nullptr) behind = plain_request_line(head, p, end, readable);
    if (behind == nullptr) return nullptr;
    head.start_line_read();
    return plain_lines(head, behind, end, readable);
}

/// A quoted string in ASCII, from its first quotation mark on. Where it ends, or nullptr.
[[gnu::noinline]] inline const char* plain_quoted(const char* p, const Far& text) noexcept {
    const char* const end = text.end;
    p = skip<is_qdtext>(p + 1, text);
    while (end - p > 1 && *p == '\\' && is(p[1], is_visible)) p = skip<is_qdtext>(p + 2, text);
    return p != end && *p == '"' ? p + 1 : nullptr;
}

/// A quoted string in ASCII, or one token, perhaps nothing. Where it ends, or nullptr.
inline const char* plain_text(const char* p, const auto& text) noexcept {
    return p == text.end || *p != '"' ? skip<is_token>(p, text) : plain_quoted(p, text);
}

/// A URI of another scheme, behind its colon, without escapes.
inline bool plain_opaque(const char* p, const char* end, const char* readable) noexcept {
    return p != end && skip<is_uric>(p, end, readable) == end;
}

/// `;name=value` and `;name` over and over. Where they end, or a place that no value can end at. Values may be quoted
/// where names are tokens.
template <CharClass Bits, auto slot_of>
inline const char* plain_params(const char* p, const auto& text, auto& notes) noexcept {
    const char* const base = p;
    const char* const end = text.end;
    if (p == end || *p != ';') return p;
    const auto& runs = runs_of<Bits>(p + 1, text);
    while (p != end && *p == ';') {
        const char* const name = p + 1;
        const char* behind = skip<Bits>(name, runs);
        if (behind == name || !notes.name(slot_of(name, static_cast<std::size_t>(behind - name)), base, behind))
            return p;
        if (behind != end && *behind == '=') {
            const char* const value = behind + 1;
            if constexpr (Bits == is_token) {
                behind = plain_text(value, runs);
            } else {
                behind = skip<Bits>(value, runs);
            }
            if (behind == value || behind == nullptr) return p;
            notes.value(base, value, behind);
        }
        p = behind;
    }
    return p;
}

/// A host and its port; places count from `base`. Where they end, or nullptr.
inline const char* plain_hostport(const char* p, const auto& text, const char* base, HostPlace& host) noexcept {
    auto kind = HostKind::name;
    const char* const host_end = plain_host(p, text, kind);
    if (host_end == nullptr) return nullptr;
    host = {.begin = static_cast<std::uint32_t>(p - base),
            .end = static_cast<std::uint32_t>(host_end - base),
            .kind = kind};
    p = host_end;
    return p != text.end && *p == ':' ? plain_port(p + 1, text, host) : p;
}

/// The classes of a URI.
template <CharClass... Others>
using UriFront = Front<is_user, is_host, is_uri_param, Others...>;

/// What stands behind "sip:" or "sips:", without a password and without headers. Where it ends, or nullptr.
inline const char* plain_sip_uri(UriPlaces& uri, const char* p, const auto& text) noexcept {
    const char* const user_end = skip<is_user>(p, text);
    const bool has_user = user_end != text.end && *user_end == '@' && user_end != p;
    const char* const params = plain_hostport(has_user ? user_end + 1 : p, text, uri.text, uri.host);
    if (params == nullptr) return nullptr;
    NoteTaker notes(uri.notes);
    const char* const tail = plain_params<is_uri_param, uri_slot>(params, text, notes);
    notes.finish(params, tail);
    uri.user_end = has_user ? uri.at(user_end) : 0;
    uri.params = uri.at(params);
    uri.params_end = uri.at(tail);
    return tail;
}

inline bool ends_item(const char* p, const char* end) noexcept { return p == end || *p == ','; }

/// "SIP/2.0/" transport SP host.
inline bool plain_via(Scan& scan, ViaPlaces& via) noexcept {
    const char* const p = scan.begin();
    const char* const end = scan.end();
    if (end - p <= 8 || load<std::uint64_t>(p) != load<std::uint64_t>("SIP/2.0/")) return false;
    const Front<is_token, is_host> text(scan);
    const char* const transport_end = skip<is_token>(p + 8, text);
    if (transport_end == p + 8 || transport_end == end || *transport_end != ' ') return false;
    const char* const params = plain_hostport(transport_end + 1, text, p, via.host);
    if (params == nullptr) return false;
    NoteTaker notes(via.notes);
    const char* const tail = plain_params<is_token, via_slot>(params, text, notes);
    if (!ends_item(tail, end)) return false;
    notes.finish(params, tail);
    via.text = p;
    via.size = via.at(tail);
    via.protocol_end = 3;
    via.version = 4;
    via.version_end = 7;
    via.transport = 8;
    via.transport_end = via.at(transport_end);
    via.params = via.at(params);
    scan.used = scan.offset(tail);
    return true;
}

/// The bracket behind a display name, which ends at `display_end`, or nullptr.
inline const char* plain_bracket(const char* p, const auto& text, const char*& display_end) noexcept {
    display_end = p != text.end && *p == '<' ? p : plain_text(p, text);
    if (display_end == nullptr) return nullptr;
    const char* bracket = display_end;
    if (bracket != p && bracket != text.end && *bracket == ' ') ++bracket;
    return text.end - bracket >= 2 && *bracket == '<' && is(bracket[1], is_token) ? bracket : nullptr;
}

/// A name-addr with brackets, as a shortcut reads it.
struct PlainAddress {
    const char* display_end = nullptr;
    std::string_view uri;  ///< what stands between the brackets
    const char* params = nullptr;
    const char* tail = nullptr;
};

/// The parameters behind the bracket: the end of it.
inline bool plain_address_end(Scan& scan, const auto& text, PlainAddress& found, auto& notes) noexcept {
    found.tail = plain_params<is_token, address_slot>(found.params, text, notes);
    scan.used = scan.offset(found.tail);
    return ends_item(found.tail, text.end);
}

inline void take_address(const Scan& scan, const PlainAddress& found, NameAddrPlaces& value) noexcept {
    value.text = scan.begin();
    value.size = value.at(found.tail);
    value.display_end = value.at(found.display_end);
    value.params = value.at(found.params);
}

/// Around a SIP URI.
inline bool plain_name_addr(Scan& scan, NameAddrPlaces& value) noexcept {
    const UriFront<is_token> text(scan);
    PlainAddress found;
    const char* const bracket = plain_bracket(scan.begin(), text, found.display_end);
    if (bracket == nullptr || text.end - bracket < 6 || !begins_with_sip(bracket + 1)) return false;
    auto& uri = places(value.uri);
    uri.text = bracket + 1;
    const char* const closing = plain_sip_uri(uri, bracket + 5, text);
    if (closing == nullptr || closing == text.end || *closing != '>') return false;
    uri.size = uri.at(closing);
    uri.scheme = Scheme::sip;
    found.params = closing + 1;
    NoteTaker notes(value.notes);
    if (!plain_address_end(scan, text, found, notes)) return false;
    notes.finish(found.params, found.tail);
    take_address(scan, found, value);
    return true;
}

/// Around anything, which is not looked at here.
inline bool plain_address(Scan& scan, PlainAddress& found, auto& notes) noexcept {
    const Front<is_token> text(scan);
    const char* const bracket = plain_bracket(scan.begin(), text, found.display_end);
    if (bracket == nullptr) return false;
    const char* const closing = find(bracket + 1, text.end, text.readable, '>');
    if (closing == text.end) return false;
    found.uri = between(bracket + 1, closing);
    found.params = closing + 1;
    return plain_address_end(scan, text, found, notes);
}

inline bool plain_name_addr(Scan& scan, NameAddrPlaces& value, std::string_view& uri) noexcept {
    PlainAddress found;
    NoteTaker notes(value.notes);
    if (!plain_address(scan, found, notes)) return false;
    notes.finish(found.params, found.tail);
    uri = found.uri;
    take_address(scan, found, value);
    return true;
}

/// Of its parameters the tag alone.
inline bool plain_tag(Scan& scan, std::optional<std::string_view>& tag, std::string_view& uri) noexcept {
    PlainAddress found;
    TagTaker notes(tag);
    if (!plain_address(scan, found, notes)) return false;
    uri = found.uri;
    return true;
}

/// One token of a list.
inline bool plain_token(Scan& scan, std::string_view& token) noexcept {
    const char* const tail = skip<is_token>(scan.begin(), scan.end(), scan.readable);
    if (tail == scan.begin() || !ends_item(tail, scan.end())) return false;
    token = between(scan.begin(), tail);
    scan.used = scan.offset(tail);
    return true;
}

#if SIPMSG_LANES > 0

/// Tokens that lie in the 32 octets at `p`, as bits: where each begins, and which octet ends it.
struct TokenRun {
    std::uint64_t begins;
    std::uint64_t ends;
    bool closed;  ///< the last token ends with the text
};

/// Up to the first place that is not a token, one comma and at most one space. A token counts as seen when the
/// next one begins, or the text ends.
inline TokenRun token_run(const char* p, std::size_t size) noexcept {
    const auto sorted = sorted32<is_token, ',', ' '>(p);
    const std::uint64_t all = size < 32 ? (1ULL << size) - 1 : 0xFFFF'FFFFULL;
    const std::uint64_t tokens = ~sorted.other & all;
    const std::uint64_t ends = tokens << 1U & ~tokens;
    const std::uint64_t commas = sorted.first & all;
    const std::uint64_t spaces = sorted.second & all;
    const std::uint64_t bad = (~tokens & all & ~(ends & commas) & ~(spaces & commas << 1U)) | (~tokens & 1U);
    const std::uint64_t good = bad == 0 ? all : (bad & -bad) - 1;
    return {tokens & ~(tokens << 1U) & good, ends, size <= 32 && bad == 0 && (ends >> size) != 0};
}

#endif

/// Tokens at the front of a comma list, as many as `into` holds; `rest` moves to the one behind them. None when the
/// first is not written the usual way.
inline std::size_t plain_tokens(std::string_view& rest, [[maybe_unused]] const char* readable,
                                std::span<std::string_view> into) noexcept {
    const char* p = rest.data();
    const char* const end = p + rest.size();
    std::size_t count = 0;
#if SIPMSG_LANES > 0
    while (p != end && count < into.size() && readable - p >= 32) {
        const auto size = static_cast<std::size_t>(end - p);
        auto run = token_run(p, size);
        const char* const base = p;
        for (auto left = run.begins & (run.begins - 1); left != 0 && count < into.size(); left &= left - 1) {
            into[count++] = between(p, base + std::countr_zero(run.ends));
            p = base + std::countr_zero(left);
            run.ends &= run.ends - 1;
        }
        if (run.closed && count < into.size()) {
            into[count++] = between(p, end);
            p = end;
        } else if (p == base) {
            break;
        }
    }
#else
    while (p != end && count < into.size()) {
        const char* const token_end = detail::skip<is_token>(p, end);
        if (token_end == p || !ends_item(token_end, end)) break;
        const char* next = token_end == end ? end : token_end + 1;
        if (next != end && *next == ' ') ++next;
        if (token_end != end && (next == end || !is(*next, is_token))) break;
        into[count++] = between(p, token_end);
        p = next;
    }
#endif
    rest = between(p, end);
    return count;
}

inline int not_noted(const char*, std::size_t) noexcept { return no_slot; }

/// Parameters at `p`, up to the end of the item.
[[gnu::noinline]] inline bool plain_tail(Scan& scan, const char* p, Params& params) noexcept {
    const char* tail = p;
    if (p != scan.end() && *p == ';') {
        NoNotes notes;
        const Runs<is_token> text(p + 1, {scan.end(), scan.readable});
        tail = plain_params<is_token, not_noted>(p, text, notes);
    }
    if (!ends_item(tail, scan.end())) return false;
    if (tail != p) params = Params(between(p, tail));
    scan.used = scan.offset(tail);
    return true;
}

inline bool plain_quoted_params(Scan& scan, OpaqueParams& value) noexcept {
    const char* const begin = scan.begin();
    const char* const p = plain_text(begin, Far{scan.end(), scan.readable});
    if (p == nullptr || p == begin) return false;
    value.text = between(begin, p);
    return plain_tail(scan, p, value.params);
}

inline bool plain_params_alone(Scan& scan, OpaqueParams& value) noexcept {
    const char* const begin = scan.begin();
    const char* p = skip<is_token>(begin, scan.end(), scan.readable);
    if (p == begin) return false;
    if (p != scan.end() && *p == '=') {
        const char* const from = p + 1;
        p = plain_text(from, Far{scan.end(), scan.readable});
        if (p == nullptr || p == from) return false;
    }
    Params others;
    if (!plain_tail(scan, p, others)) return false;
    value.params = Params(between(begin, scan.begin() + scan.used));
    return true;
}

inline bool plain_token_params(Scan& scan, TokenParams& value) noexcept {
    const char* const begin = scan.begin();
    const char* p = skip<is_token>(begin, scan.end(), scan.readable);
    if (p == begin) return false;
    value.token = between(begin, p);
    if (p != scan.end() && *p == '/') {
        const char* const subtype = p + 1;
        p = skip<is_token>(subtype, scan.end(), scan.readable);
        if (p == subtype) return false;
        value.subtype = between(subtype, p);
    }
    return plain_tail(scan, p, value.params);
}

/// One scheme, `name=value` and a comma over and over: what the whole of a line nearly always is.
inline bool plain_auth(Scan& scan, AuthValue& value) noexcept {
    const char* const begin = scan.begin();
    const char* const end = scan.end();
    const char* const scheme_end = skip<is_token>(begin, end, scan.readable);
    if (scheme_end == begin || scheme_end == end || *scheme_end != ' ') return false;
    const char* p = scheme_end + 1;
    const char* const params = p;
    while (true) {
        const char* const name_end = skip<is_token>(p, end, scan.readable);
        if (name_end == p || name_end == end || *name_end != '=') return false;
        p = plain_text(name_end + 1, Far{end, scan.readable});
        if (p == nullptr || p == name_end + 1) return false;
        if (p == end) break;
        if (*p++ != ',') return false;
        if (p != end && *p == ' ') ++p;
    }
    value.scheme = between(begin, scheme_end);
    value.params = Params(between(params, end), ',');
    scan.used = scan.text.size();
    return true;
}

inline bool plain_seconds(Scan& scan, Seconds& value) noexcept {
    const char* const begin = scan.begin();
    const char* const p = skip<is_digit>(begin, scan.end(), scan.readable);
    value.digits = between(begin, p);
    return p != begin && plain_tail(scan, p, value.params) && scan.used == scan.text.size();
}

/// 1*DIGIT SP token.
inline bool plain_cseq(Scan& scan, CSeqParts& value) noexcept {
    const char* const digits_end = skip<is_digit>(scan.begin(), scan.end(), scan.readable);
    if (digits_end == scan.begin() || digits_end == scan.end() || *digits_end != ' ') return false;
    const char* const method = digits_end + 1;
    if (method == scan.end() || skip<is_token>(method, scan.end(), scan.readable) != scan.end()) return false;
    value = {between(scan.begin(), digits_end), between(method, scan.end())};
    scan.used = scan.text.size();
    return true;
}

/// word [ "@" word ].
inline bool plain_call_id(Scan& scan, std::string_view& value) noexcept {
    const Front<is_word> text(scan);
    const char* p = skip<is_word>(scan.begin(), text);
    if (p == scan.begin()) return false;
    if (p != text.end && *p == '@') {
        const char* const host = p + 1;
        p = skip<is_word>(host, text);
        if (p == host) return false;
    }
    if (p != text.end) return false;
    value = scan.text;
    scan.used = scan.text.size();
    return true;
}
