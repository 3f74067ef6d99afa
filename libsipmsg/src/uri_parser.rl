// SPDX-License-Identifier: MIT
#include "machines.hpp"

#include "host.hpp"
#include "param_notes.hpp"

#include <algorithm>

namespace sipmsg::detail {
namespace {

constexpr const char* want_header = "a URI header";
constexpr const char* want_anything = "a character of a host, a port or a parameter";

}  // namespace

// One '@' at most can stand in a SIP URI, so C++ looks for it and says in which state to begin: no ambiguity is left.
%%{
machine sip_uri_parser;
include uri "uri.rl";
getkey static_cast<unsigned char>(*p);

action run_user   { p = skip<is_user>(p, pe) - 1; }
action run_host   { p = skip<is_host>(p, pe) - 1; }
action run_param  { p = skip<is_uri_param>(p, pe) - 1; }
action run_hnv    { p = skip<is_hnv>(p, pe) - 1; }
action mark       { mark = p; }
action user       { uri.user_end = uri.at(p); }
action host       { host = between(mark, p); }
action port       { port = between(mark, p); }
action params     { params = p; uri.params = uri.at(p); }
action name       { notes.name(uri_slot(mark, static_cast<std::size_t>(p - mark)), params, p); }
action value      { notes.value(params, mark, p); }
action params_end { notes.finish(params, p); uri.params_end = uri.at(p); }
action no_params  { uri.params = uri.params_end = uri.at(p); }

action want_user   { expected = "a user"; }
action want_host   { expected = "a host"; }
action want_port   { expected = "a port"; }
action want_param  { expected = "a URI parameter"; }
action want_header { expected = want_header; }

host_run      = ( IPv6reference | hostname $run_host ) >mark %host;
param_run     = ( paramchar $run_param | escaped )+;
uri_parameter = ";" param_run >mark %name ( "=" param_run >mark %value )?;
hname_run     = ( hnvchar $run_hnv | escaped )+;
header        = hname_run "=" ( hnvchar $run_hnv | escaped )*;

behind_host = ( ":" port >mark %port )? $!want_port %no_params
              ( uri_parameter+ >params %params_end )? $!want_param
              ( "?" header ( "&" header )* )? $!want_header;

with_host   := host_run $!want_host behind_host;

main := ( ( userchar $run_user | escaped )+ >mark %user ( ":" password )? ) $!want_user
        "@" @{ fgoto with_host; };

write data noerror;
}%%

bool run_sip_uri(Scan& scan, UriPlaces& uri, const char* p, const char* const pe) {
    const char* const eof = pe;
    const char* mark = p;
    const char* params = p;
    const char* expected = "a host";
    std::string_view host;
    std::string_view port;
    NoteTaker notes(uri.notes);
    int cs = std::find(p, pe, '@') == pe ? sip_uri_parser_en_with_host : sip_uri_parser_start;

    %% write exec;

    if (cs < sip_uri_parser_first_final) {
        // Where a header could begin and none has, something else could have gone on, too.
        const auto* const at = std::find(uri.text, p, '@');
        if (expected == want_header && std::find(at == p ? uri.text : at, p, '?') == p) expected = want_anything;
        return scan.syntax(p, expected);
    }
    return take_hostport(scan, host, port, uri.text, uri.host);
}

%%{
machine tel_parser;
include uri "uri.rl";
getkey static_cast<unsigned char>(*p);

action mark   { mark = p; }
action number { uri.user_end = uri.params = uri.params_end = uri.at(p); }
action params { uri.params_end = uri.at(p); }

tel_pname = ( alphanum | "-" )+;

main := phone_number >mark %number ( ( ";" tel_pname ( "=" uri_pvalue )? )+ %params )?;

write data noerror noentry;
}%%

bool run_tel(Scan& scan, UriPlaces& uri, const char* p, const char* const pe) {
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < tel_parser_first_final) return scan.syntax(p, "a telephone number");
    uri.notes.values[0].offset = uri.notes.none_taken;
    const auto number = between(mark, uri.text + uri.user_end);
    const bool global = number.front() == '+';
    const auto digits = global ? number.substr(1) : number;
    if (digits.find_first_of(global ? "0123456789" : "0123456789ABCDEFabcdef*#") == std::string_view::npos)
        return scan.syntax(number.data(), "a digit");
    const auto strange = digits.find_first_not_of("0123456789-.()");
    if (global && strange != std::string_view::npos) return scan.syntax(digits.data() + strange, "a digit");
    const Params params(uri.between(uri.params, uri.params_end));
    if (!global && !params.has("phone-context")) return scan.syntax(pe, "phone-context");
    return true;
}

%%{
machine opaque_parser;
include uri "uri.rl";
getkey static_cast<unsigned char>(*p);

action run_uric { p = skip<is_uric>(p, pe) - 1; }

main := ( uric $run_uric | escaped )+;

write data noerror noentry;
}%%

bool run_opaque(Scan& scan, const char* p, const char* const pe) {
    int cs = 0;

    %% write init;
    %% write exec;

    return cs >= opaque_parser_first_final || scan.syntax(p, "a URI character");
}

}  // namespace sipmsg::detail
