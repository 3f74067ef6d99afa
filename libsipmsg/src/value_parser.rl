// SPDX-License-Identifier: MIT
#include "chars.hpp"
#include "comment.hpp"
#include "fail.hpp"
#include "value_parser.hpp"

namespace sipmsg::detail {

namespace {

std::string_view between(const char* from, const char* to) noexcept { return {from, static_cast<std::size_t>(to - from)}; }

}  // namespace

%%{
machine token_params_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action token      { value.token = between(mark, p); }
action subtype    { value.subtype = between(mark, p); }
action params     { if (params == nullptr) params = p; }
action tail       { tail = p; }
action comma      { fhold; fbreak; }

quoted        = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
generic_param = pname $run_token %tail ( EQUAL ( bare_value | quoted ) %tail )?;

main := SWS token >mark $run_token %token ( SLASH token >mark $run_token %subtype )?
        ( ( SWS ";" >params SWS ) generic_param )* SWS ( "," @comma )?;

write data noerror noentry;
}%%

Result<TokenParams> scan_token_params(std::string_view text, std::size_t& used) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    TokenParams value;
    int cs = 0;

    %% write init;
    %% write exec;

    used = static_cast<std::size_t>(p - text.data());
    if (cs < token_params_parser_first_final) return fail(ParseErrc::syntax, used, params == nullptr ? "a token" : "a parameter");
    if (params != nullptr) value.params = Params(between(params, tail));
    return value;
}

%%{
machine sequence_parser;
include core "core.rl";
getkey static_cast<unsigned char>(*p);

action mark      { mark = p; }
action first     { value.first = between(mark, p); }
action second    { value.second = between(mark, p); }
action method    { value.method = between(mark, p); }

# A method may begin with a digit: "1 2" is CSeq 1 of method "2", "1 2 INVITE" a RAck.
main := SWS DIGIT+ >mark %first LWS ( DIGIT+ >mark %second LWS )? ( token >mark %method ) SWS;

write data noerror noentry;
}%%

Result<Sequence> scan_sequence(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    Sequence value;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < sequence_parser_first_final)
        return fail(ParseErrc::syntax, static_cast<std::size_t>(p - text.data()), value.first.empty() ? "a number" : "a method");
    if (value.second.data() == value.method.data()) value.second = {};
    return value;
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
generic_param = pname $run_token %tail ( EQUAL ( bare_value | quoted ) %tail )?;

main := SWS DIGIT+ >mark %digits SWS ( "(" @comment SWS )? ( ( ";" >params SWS ) generic_param SWS )*;

write data noerror noentry;
}%%

Result<Seconds> scan_seconds(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    Seconds value;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < seconds_parser_first_final || p != pe)
        return fail(ParseErrc::syntax, static_cast<std::size_t>(p - text.data()), "a number of seconds");
    if (params != nullptr) value.params = Params(between(params, tail));
    return value;
}

%%{
machine call_id_parser;
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
generic_param = pname $run_token %tail ( EQUAL ( bare_value | quoted ) %tail )?;

word_run = wordchar $run_word wordchar*;

main := SWS ( word_run ( "@" word_run )? ) >mark %value ( ( SWS ";" >params SWS ) generic_param )* SWS ( "," @comma )?;

write data noerror noentry;
}%%

Result<CallIdParams> scan_call_id(std::string_view text, std::size_t& used) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    CallIdParams value;
    int cs = 0;

    %% write init;
    %% write exec;

    used = static_cast<std::size_t>(p - text.data());
    if (cs < call_id_parser_first_final) return fail(ParseErrc::syntax, used, params == nullptr ? "a word" : "a parameter");
    if (params != nullptr) value.params = Params(between(params, tail));
    return value;
}

}  // namespace sipmsg::detail
