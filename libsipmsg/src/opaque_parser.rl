// SPDX-License-Identifier: MIT
#include "opaque_parser.hpp"

#include "fail.hpp"

namespace sipmsg::detail {

namespace {

std::string_view between(const char* from, const char* to) noexcept { return {from, static_cast<std::size_t>(to - from)}; }

}  // namespace

%%{
machine quoted_params_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark   { mark = p; }
action value  { value.text = between(mark, p); }
action params { if (params == nullptr) params = p; }
action tail   { tail = p; }
action comma  { fhold; fbreak; }

generic_param = pname %tail ( EQUAL ( bare_value | quoted_value ) %tail )?;

main := SWS ( token | quoted_value ) >mark %value ( ( SWS ";" >params SWS ) generic_param )* SWS ( "," @comma )?;


write data noerror noentry;
}%%

Result<OpaqueParams> scan_quoted_params(std::string_view text, std::size_t& used, Padding) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    OpaqueParams value;
    int cs = 0;

    %% write init;
    %% write exec;

    used = static_cast<std::size_t>(p - text.data());
    if (cs < quoted_params_parser_first_final)
        return fail(ParseErrc::syntax, used, params == nullptr ? "a token or a quoted string" : "a parameter");
    if (params != nullptr) value.params = Params(between(params, tail));
    return value;
}

%%{
machine opaque_params_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark   { mark = p; }
action value  { value.text = between(mark, p); }
action params { if (params == nullptr) params = p; }
action tail   { tail = p; }
action comma  { fhold; fbreak; }

opaque        = ( 0x21..0x7E - [",;] )+;
hostport      = ( tokenchar | [:@/] | "[" | "]" )+;
generic_param = pname %tail ( EQUAL ( hostport | quoted_value ) %tail )?;

main := SWS opaque >mark %value ( ( SWS ";" >params SWS ) generic_param )* SWS ( "," @comma )?;


write data noerror noentry;
}%%

Result<OpaqueParams> scan_opaque_params(std::string_view text, std::size_t& used, Padding) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    OpaqueParams value;
    int cs = 0;

    %% write init;
    %% write exec;

    used = static_cast<std::size_t>(p - text.data());
    if (cs < opaque_params_parser_first_final)
        return fail(ParseErrc::syntax, used, params == nullptr ? "a word" : "a parameter");
    if (params != nullptr) value.params = Params(between(params, tail));
    return value;
}

%%{
machine params_alone_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action params { if (params == nullptr) params = p; }
action tail   { tail = p; }
action comma  { fhold; fbreak; }

generic_param = pname %tail ( EQUAL ( bare_value | quoted_value ) %tail )?;

main := SWS generic_param >params ( SEMI generic_param )* SWS ( "," @comma )?;


write data noerror noentry;
}%%

Result<OpaqueParams> scan_params(std::string_view text, std::size_t& used, Padding) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* tail = p;
    const char* params = nullptr;
    OpaqueParams value;
    int cs = 0;

    %% write init;
    %% write exec;

    used = static_cast<std::size_t>(p - text.data());
    if (cs < params_alone_parser_first_final)
        return fail(ParseErrc::syntax, used, params == nullptr ? "a parameter" : "a parameter");
    if (params != nullptr) value.params = Params(between(params, tail));
    return value;
}

}  // namespace sipmsg::detail
