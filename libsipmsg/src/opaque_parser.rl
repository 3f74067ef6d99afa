// SPDX-License-Identifier: MIT
#include "opaque_parser.hpp"

namespace sipmsg::detail {

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

bool run_quoted_params(Scan& scan, OpaqueParams& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    int cs = 0;

    %% write init;
    %% write exec;

    scan.used = scan.offset(p);
    if (cs < quoted_params_parser_first_final)
        return scan.syntax(p, params == nullptr ? "a token or a quoted string" : "a parameter");
    if (params != nullptr) value.params = Params(between(params, tail));
    return true;
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

bool scan_opaque_params(Scan& scan, OpaqueParams& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    int cs = 0;

    %% write init;
    %% write exec;

    scan.used = scan.offset(p);
    if (cs < opaque_params_parser_first_final) return scan.syntax(p, params == nullptr ? "a word" : "a parameter");
    if (params != nullptr) value.params = Params(between(params, tail));
    return true;
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

bool run_params(Scan& scan, OpaqueParams& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* tail = p;
    const char* params = nullptr;
    int cs = 0;

    %% write init;
    %% write exec;

    scan.used = scan.offset(p);
    if (cs < params_alone_parser_first_final) return scan.syntax(p, "a parameter");
    if (params != nullptr) value.params = Params(between(params, tail));
    return true;
}

}  // namespace sipmsg::detail
