// SPDX-License-Identifier: MIT
#include "machines.hpp"

namespace sipmsg::detail {

namespace {

/// The octet at `p` is the first of a value that no token has. Behind what such a value may be, or an octet that is wrong.
const char* behind_odd(Values kind, const char* value, const char* p, const char* end, bool& wrong) noexcept {
    if (kind == Values::hostports) {
        while (p != end && (is(*p, is_token) || std::string_view(":@/[]").contains(*p))) ++p;
        return p;
    }
    const bool bracket = *value == '[';
    wrong = !bracket && (kind == Values::tokens || *p != ':');
    if (wrong) return p;
    const char* const begin = bracket ? value + 1 : value;
    p = begin;
    while (p != end && (is_hex(*p) || *p == ':' || *p == '.')) ++p;
    wrong = p == begin || (bracket && (p == end || *p != ']'));
    return bracket && !wrong ? p + 1 : p;
}

}  // namespace

// Whatever stands in front of parameters has a machine of its own, which stops at their first semicolon.
%%{
machine params_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action params     { if (params == nullptr) params = p; }
action tail       { tail = p; }
action value      { value = p; }
action odd        { p = behind_odd(kind, value, p, pe, wrong) - 1; if (wrong) fbreak; }
action comma      { fhold; fbreak; }

quoted        = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
# Tokens, addresses and hosts with ports alike: C++ decides about what is odd.
odd           = [:@/\[\]] @odd;
bare          = ( token $run_token odd? | odd ) >value;
generic_param = pname $run_token %tail ( EQUAL ( bare | quoted ) %tail )?;
behind        = ( ( SWS ";" >params SWS ) generic_param )* SWS ( "," @comma )?;

alone := SWS generic_param >params behind;
main  := behind;

write data noerror;
}%%

namespace {

bool run_params_from(int cs, Scan& scan, const char* p, Params& found, Values kind) {
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* tail = p;
    const char* params = nullptr;
    const char* value = nullptr;
    bool wrong = false;

    %% write exec;

    if (wrong || cs < params_parser_first_final) return scan.syntax(p, "a parameter");
    scan.used = scan.offset(p);
    if (params != nullptr) found = Params(between(params, tail));
    return true;
}

}  // namespace

bool run_params_behind(Scan& scan, const char* p, Params& params, Values kind) {
    return run_params_from(params_parser_start, scan, p, params, kind);
}

bool run_params(Scan& scan, OpaqueParams& value) {
    return run_params_from(params_parser_en_alone, scan, scan.begin(), value.params, Values::tokens);
}

}  // namespace sipmsg::detail
