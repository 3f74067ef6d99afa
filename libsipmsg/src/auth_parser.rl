// SPDX-License-Identifier: MIT
#include "machines.hpp"

#include "chars.hpp"

namespace sipmsg::detail {

%%{
machine auth_parser;
include auth "auth.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action scheme     { value.scheme = between(mark, p); }
action comma      { comma = p; }
action tail       { tail = p; }
action token68    { value.token68 = between(params, p); }
action params     { params = p; }
# "name name" cannot go on a parameter list: the first of the two names was the next challenge's scheme.
action next       { next = true; fbreak; }

quoted          = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
bare            = token $run_token;
auth_param      = auth_param_name $run_token EQUAL ( bare | quoted ) %tail;
next_challenge  = auth_param_name $run_token LWS tokenchar @next;

main := SWS auth_scheme >mark $run_token %scheme
        ( LWS ( ( auth_param ( ( SWS "," @comma SWS ) ( auth_param | next_challenge ) )* ) >params
              | token68 >params %token68 ) SWS ( "," @comma SWS next_challenge )? );

write data noerror noentry;
}%%

bool run_auth(Scan& scan, AuthValue& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* comma = p;
    const char* params = nullptr;
    bool next = false;
    int cs = 0;

    %% write init;
    %% write exec;

    scan.used = scan.offset(p);
    if (!next && cs < auth_parser_first_final)
        return scan.syntax(p, value.scheme.empty() ? "an authentication scheme" : "name=value");
    if (next) scan.used = scan.offset(comma);
    if (tail > params && params != nullptr) {
        value.params = Params(between(params, tail), ',');
        value.token68 = {};
    }
    if (value.is_digest() && value.params.empty())
        return scan.syntax(value.token68.data(), "name=value");
    return true;
}

}  // namespace sipmsg::detail
