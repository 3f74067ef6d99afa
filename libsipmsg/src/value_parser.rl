// SPDX-License-Identifier: MIT
#include "machines.hpp"

#include "comment.hpp"

namespace sipmsg::detail {

%%{
machine token_params_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action token      { value.token = between(mark, p); tail = p; }
action subtype    { value.subtype = between(mark, p); }
action params     { if (params == nullptr) params = p; }
action tail       { tail = p; }
action comma      { fhold; fbreak; }

quoted        = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
generic_param = pname $run_token %tail ( EQUAL ( token $run_token | IPv6reference | quoted ) %tail )?;

main := SWS token >mark $run_token %token ( SLASH token >mark $run_token %subtype )?
        ( ( SWS ";" >params SWS ) generic_param )* SWS ( "," @comma )?;

write data noerror noentry;
}%%

bool run_token_params(Scan& scan, TokenParams& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < token_params_parser_first_final) return scan.syntax(p, params == nullptr ? "a token" : "a parameter");
    scan.used = scan.offset(p);
    if (params != nullptr) value.params = Params(between(params, tail));
    return true;
}

bool run_token(Scan& scan, std::string_view& token) {
    TokenParams value;
    if (!run_token_params(scan, value)) return false;
    if (!value.subtype.empty()) return scan.syntax(value.subtype.data(), "a token");
    if (!value.params.empty()) return scan.syntax(value.params.text().data(), "a token alone");
    token = value.token;
    return true;
}

%%{
machine cseq_parser;
include core "core.rl";
getkey static_cast<unsigned char>(*p);

action mark      { mark = p; }
action run_digit { p = skip<is_digit>(p, pe) - 1; }
action run_token { p = skip<is_token>(p, pe) - 1; }
action number    { value.number = between(mark, p); }
action method    { value.method = between(mark, p); }

main := SWS DIGIT+ >mark $run_digit %number LWS token >mark $run_token %method SWS;

write data noerror noentry;
}%%

bool run_cseq(Scan& scan, CSeqParts& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < cseq_parser_first_final) return scan.syntax(p, value.number.empty() ? "a number" : "a method");
    scan.used = scan.text.size();
    return true;
}

%%{
machine rack_parser;
include core "core.rl";
getkey static_cast<unsigned char>(*p);

action mark     { mark = p; }
action response { value.response = between(mark, p); }
action number   { value.cseq.number = between(mark, p); }
action method   { value.cseq.method = between(mark, p); }

main := SWS DIGIT+ >mark %response LWS DIGIT+ >mark %number LWS token >mark %method SWS;

write data noerror noentry;
}%%

bool run_rack(Scan& scan, RAckParts& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < rack_parser_first_final) return scan.syntax(p, "two numbers and a method");
    scan.used = scan.text.size();
    return true;
}

%%{
machine seconds_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action digits     { value.digits = between(mark, p); }
action comment    {
    const char* behind = skip_comment(p, pe);
    if (behind == nullptr) fbreak;
    value.comment = true;
    p = behind - 1;
}
action params     { if (params == nullptr) params = p; }
action tail       { tail = p; }

quoted        = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
generic_param = pname $run_token %tail ( EQUAL ( token $run_token | IPv6reference | quoted ) %tail )?;

main := SWS DIGIT+ >mark %digits SWS ( "(" @comment SWS )? ( ( ";" >params SWS ) generic_param SWS )*;

write data noerror noentry;
}%%

bool run_seconds(Scan& scan, Seconds& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < seconds_parser_first_final || p != pe) return scan.syntax(p, "a number of seconds");
    if (params != nullptr) value.params = Params(between(params, tail));
    scan.used = scan.text.size();
    return true;
}

%%{
machine call_id_parser;
include core "core.rl";
getkey static_cast<unsigned char>(*p);

action mark     { mark = p; }
action run_word { p = skip<is_word>(p, pe) - 1; }
action value    { value = between(mark, p); }

word_run = wordchar+ $run_word;

main := SWS ( word_run ( "@" word_run )? ) >mark %value SWS;

write data noerror noentry;
}%%

bool run_call_id(Scan& scan, std::string_view& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    scan.used = scan.text.size();
    return cs >= call_id_parser_first_final || scan.syntax(p, value.empty() ? "a word" : "one Call-ID");
}

%%{
machine word_params_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_word   { p = skip<is_word>(p, pe) - 1; }
action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action value      { value.text = between(mark, p); }
action params     { if (params == nullptr) params = p; }
action tail       { tail = p; }
action comma      { fhold; fbreak; }

quoted        = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
generic_param = pname $run_token %tail ( EQUAL ( token $run_token | IPv6reference | quoted ) %tail )?;

word_run = wordchar $run_word wordchar*;

main := SWS ( word_run ( "@" word_run )? ) >mark %value ( ( SWS ";" >params SWS ) generic_param )* SWS ( "," @comma )?;

write data noerror noentry;
}%%

bool run_word_params(Scan& scan, CallIdParams& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < word_params_parser_first_final) return scan.syntax(p, params == nullptr ? "a word" : "a parameter");
    scan.used = scan.offset(p);
    if (params != nullptr) value.params = Params(between(params, tail));
    return true;
}

}  // namespace sipmsg::detail
