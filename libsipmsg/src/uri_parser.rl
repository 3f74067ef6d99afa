// SPDX-License-Identifier: MIT

// One '@' at most can stand in a SIP URI, so C++ looks for it and says in which state to begin: no ambiguity is left. A
// user or a host name of plain octets is jumped over as any other run is; the machine goes on behind it.
%%{
machine sip_uri_parser;
include uri "uri.rl";
getkey static_cast<unsigned char>(*p);

action run_user   { p = skip<is_user>(p, pe, scan.readable) - 1; }
action run_host   { p = skip<is_host>(p, pe, scan.readable) - 1; }
action run_param  { p = skip<is_uri_param>(p, pe, scan.readable) - 1; }
action run_hnv    { p = skip<is_hnv>(p, pe, scan.readable) - 1; }
action mark       { mark = p; }
action after      { mark = p + 1; }
action user       { uri.user = between(mark, p); }
action password   { uri.password = between(mark, p); }
action host       { host = between(mark, p); }
action port       { port = between(mark, p); }
action params     { params = p; }
action name       { notes.name(uri_slot(mark, static_cast<std::size_t>(p - mark)), params, p); }
action value      { notes.value(params, mark, p); }
action params_end { uri.params = Params(between(params, p), notes.notes()); }
action headers    { uri.headers = UriHeaders(between(mark, p)); }

action want_user   { expected = "a user"; }
action want_host   { expected = "a host"; }
action want_port   { expected = "a port"; }
action want_param  { expected = "a URI parameter"; }
action want_header { expected = "a URI header"; }

host_run      = ( IPv6reference | hostname $run_host ) >mark %host;
param_run     = ( paramchar $run_param | escaped )+;
uri_parameter = ";" param_run >mark %name ( "=" param_run >mark %value )?;
hname_run     = ( hnvchar $run_hnv | escaped )+;
header        = hname_run "=" ( hnvchar $run_hnv | escaped )*;

behind_host = ( ":" port >mark %port )? $!want_port
              ( uri_parameter+ >params %params_end )? $!want_param
              ( "?" ( header ( "&" header )* ) >mark %headers )? $!want_header;

with_host   := host_run $!want_host behind_host;
with_port   := behind_host;

main := ( ( userchar $run_user | escaped )+ >mark %user ( ":" @after password %password )? ) $!want_user
        "@" @{ fgoto with_host; };

write data noerror;
}%%

inline std::string_view between(const char* from, const char* to) noexcept {
    return {from, static_cast<std::size_t>(to - from)};
}

/// What stands behind "sip:" or "sips:".
inline bool scan_sip_uri(Scan& scan, Uri& uri, const char* p, const char* const pe) {
    const char* const eof = pe;
    const char* mark = p;
    const char* params = p;
    const char* expected = "a host";
    std::string_view host;
    std::string_view port;
    bool named = false;
    NoteTaker notes;
    int cs = sip_uri_parser_en_with_host;

    const char* plain = skip<is_user>(p, pe, scan.readable);
    if (plain != pe && *plain == '@' && plain != p) {
        uri.user = between(p, plain);
        p = plain + 1;
    } else if (find(plain, pe, scan.readable, '@') != pe) {
        cs = sip_uri_parser_start;
    }
    if (cs == sip_uri_parser_en_with_host) {
        const auto run = skip_host(p, pe, scan.readable);
        if (run.end != p) {
            host = between(p, run.end);
            p = run.end;
            cs = sip_uri_parser_en_with_port;
            named = run.name;
        }
    }

    %% write exec;

    if (cs < sip_uri_parser_first_final) return scan.syntax(p, expected);
    if (named) {
        uri.host = {host, HostKind::name};
    } else if (!accept_host(host, uri.host)) {
        return scan.syntax(host.data(), "a host");
    }
    if (!port.empty() && !accept_port(port, uri.port))
        return scan.fail(ParseErrc::out_of_range, port.data(), "a port below 65536");
    return true;
}

%%{
machine tel_parser;
include uri "uri.rl";
getkey static_cast<unsigned char>(*p);

action mark   { mark = p; }
action number { uri.user = between(mark, p); }
action params { uri.params = Params(between(mark, p)); }

tel_pname = ( alphanum | "-" )+;

main := phone_number >mark %number ( ( ";" tel_pname ( "=" uri_pvalue )? )+ >mark %params )?;

write data noerror noentry;
}%%

/// What stands behind "tel:". A global number is "+" and digits; a local one says where it is dialled (RFC 3966 §5.1.4,
/// §5.1.5).
inline bool scan_tel(Scan& scan, Uri& uri, const char* p, const char* const pe) {
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < tel_parser_first_final) return scan.syntax(p, "a telephone number");
    const bool global = uri.user.front() == '+';
    const auto digits = global ? uri.user.substr(1) : uri.user;
    if (digits.find_first_of(global ? "0123456789" : "0123456789ABCDEFabcdef*#") == std::string_view::npos)
        return scan.syntax(uri.user.data(), "a digit");
    const auto strange = digits.find_first_not_of("0123456789-.()");
    if (global && strange != std::string_view::npos) return scan.syntax(digits.data() + strange, "a digit");
    if (!global && !uri.params.has("phone-context")) return scan.syntax(pe, "phone-context");
    return true;
}

%%{
machine opaque_parser;
include uri "uri.rl";
getkey static_cast<unsigned char>(*p);

action run_uric { p = skip<is_uric>(p, pe, scan.readable) - 1; }

main := ( uric $run_uric | escaped )+;

write data noerror noentry;
}%%

/// What stands behind the colon of any other URI.
inline bool scan_opaque(Scan& scan, const char* p, const char* const pe) {
    int cs = 0;

    %% write init;
    %% write exec;

    return cs >= opaque_parser_first_final || scan.syntax(p, "a URI character");
}

/// The URI that is the whole of `text`, a part of what is scanned.
[[gnu::always_inline]] inline bool scan_uri_at(Scan& scan, Uri& uri, std::string_view text) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const bool sip = text.size() > 4 && begins_with_sip(begin);  // nearly always
    const auto length = sip ? 3 : scheme_length(text);
    if (length == 0) return scan.syntax(begin, "a scheme and a colon");
    uri.text = text;
    uri.scheme_text = between(begin, begin + length);
    uri.scheme = sip ? Scheme::sip : scheme_of(uri.scheme_text);
    uri.opaque = between(begin + length + 1, end);
    switch (uri.scheme) {
        case Scheme::sip:
        case Scheme::sips: return scan_sip_uri(scan, uri, uri.opaque.data(), end);
        case Scheme::tel: return scan_tel(scan, uri, uri.opaque.data(), end);
        default: return scan_opaque(scan, uri.opaque.data(), end);
    }
}

bool scan_uri(Scan& scan, Uri& uri) { return scan_uri_at(scan, uri, scan.text); }

bool scan_telephone_subscriber(Scan& scan, Uri& uri) { return scan_tel(scan, uri, scan.begin(), scan.end()); }
