// SPDX-License-Identifier: MIT
#include "chars.hpp"
#include "host.hpp"
#include "number.hpp"
#include "uri_parser.hpp"

namespace sipmsg::detail {

namespace {

ParseError syntax(std::string_view text, const char* at, const char* expected) noexcept {
    return {ParseErrc::syntax, Header::none, static_cast<std::uint32_t>(at - text.data()), expected};
}

std::string_view between(const char* from, const char* to) noexcept { return {from, static_cast<std::size_t>(to - from)}; }

}  // namespace

// One '@' at most can stand in a SIP URI, so C++ splits there and each side is a machine without ambiguity.
%%{
machine userinfo_parser;
include uri "uri.rl";
getkey static_cast<unsigned char>(*p);

action run_user { p = skip<is_user>(p, pe) - 1; }
action user     { uri.user = between(text.data(), p); }
action mark     { mark = p; }
action password { uri.password = between(mark, p); }

user_run = ( userchar $run_user | escaped )+;

main := user_run %user ( ":" password >mark %password )?;

write data noerror noentry;
}%%

std::optional<ParseError> scan_userinfo(std::string_view text, Uri& uri) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < userinfo_parser_first_final) return syntax(text, p, "a user");
    return std::nullopt;
}

%%{
machine hostport_parser;
include uri "uri.rl";
getkey static_cast<unsigned char>(*p);

action mark      { mark = p; }
action run_host  { p = skip<is_host>(p, pe) - 1; }
action run_param { p = skip<is_uri_param>(p, pe) - 1; }
action run_hnv   { p = skip<is_hnv>(p, pe) - 1; }
action host      { host = between(mark, p); }
action port      { port = between(mark, p); }
action params    { uri.params = Params(between(mark, p)); }
action headers   { uri.headers = UriHeaders(between(mark, p)); }

action want_host   { expected = "a host"; }
action want_port   { expected = "a port"; }
action want_param  { expected = "a URI parameter"; }
action want_header { expected = "a URI header"; }

host           = ( IPv6reference | hostname $run_host ) >mark %host;
pname_run      = ( paramchar $run_param | escaped )+;
uri_parameters = ( ";" pname_run ( "=" pname_run )? )+;
hname_run      = ( hnvchar $run_hnv | escaped )+;
header         = hname_run "=" ( hnvchar $run_hnv | escaped )*;

main := host $!want_host
        ( ":" port >mark %port )? $!want_port
        ( uri_parameters >mark %params )? $!want_param
        ( "?" ( header ( "&" header )* ) >mark %headers )? $!want_header;

write data noerror noentry;
}%%

std::optional<ParseError> scan_hostport(std::string_view text, Uri& uri) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* expected = "a host";
    std::string_view host;
    std::string_view port;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < hostport_parser_first_final) return syntax(text, p, expected);
    const auto kind = classify_host(host);
    if (!kind) return syntax(text, host.data(), "a host");
    uri.host = *kind;
    if (port.empty()) return std::nullopt;
    const auto number = decimal(port, max_u16);
    if (!number)
        return ParseError{ParseErrc::out_of_range, Header::none, static_cast<std::uint32_t>(port.data() - text.data()),
                          "a port below 65536"};
    uri.port = static_cast<std::uint16_t>(*number);
    return std::nullopt;
}

%%{
machine tel_parser;
include uri "uri.rl";
getkey static_cast<unsigned char>(*p);

action mark   { mark = p; }
action number { uri.user = between(text.data(), p); }
action params { uri.params = Params(between(mark, p)); }

tel_pname = ( alphanum | "-" )+;

main := phone_number %number ( ( ";" tel_pname ( "=" uri_pvalue )? )+ >mark %params )?;

write data noerror noentry;
}%%

/// A global number is "+" and digits; a local one says where it is dialled (RFC 3966 §5.1.4, §5.1.5).
std::optional<ParseError> scan_tel(std::string_view text, Uri& uri) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < tel_parser_first_final) return syntax(text, p, "a telephone number");
    const bool global = uri.user.front() == '+';
    const auto digits = global ? uri.user.substr(1) : uri.user;
    if (digits.find_first_of(global ? "0123456789" : "0123456789ABCDEFabcdef*#") == std::string_view::npos)
        return syntax(text, text.data(), "a digit");
    const auto strange = digits.find_first_not_of("0123456789-.()");
    if (global && strange != std::string_view::npos) return syntax(text, digits.data() + strange, "a digit");
    if (!global && !uri.params.has("phone-context")) return syntax(text, pe, "phone-context");
    return std::nullopt;
}

%%{
machine opaque_parser;
include uri "uri.rl";
getkey static_cast<unsigned char>(*p);

action run_uric { p = skip<is_uric>(p, pe) - 1; }

main := ( uric $run_uric | escaped )+;

write data noerror noentry;
}%%

std::optional<ParseError> scan_opaque(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < opaque_parser_first_final) return syntax(text, p, "a URI character");
    return std::nullopt;
}

}  // namespace sipmsg::detail
