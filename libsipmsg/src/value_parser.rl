// SPDX-License-Identifier: MIT
#include "machines.hpp"

#include "comment.hpp"

namespace sipmsg::detail {

// What parameters may follow, these machines stop in front of: run_params_behind() reads on.

%%{
machine token_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark      { mark = p; }
action run_token { p = skip<is_token>(p, pe) - 1; }
action token     { value.token = between(mark, p); }
action subtype   { value.subtype = between(mark, p); }
action behind    { fhold; fbreak; }

main := SWS token >mark $run_token %token ( SLASH token >mark $run_token %subtype )? SWS ( [;,] @behind )?;

write data noerror noentry;
}%%

bool run_token_params(Scan& scan, TokenParams& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < token_parser_first_final) return scan.syntax(p, "a token");
    return run_params_behind(scan, p, value.params);
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
include core "core.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action digits     { value.digits = between(mark, p); }
action comment    {
    const char* behind = skip_comment(p, pe);
    if (behind == nullptr) { open = p; fbreak; }
    value.comment = true;
    p = behind - 1;
}
action behind     { fhold; fbreak; }

main := SWS DIGIT+ >mark %digits SWS ( "(" @comment SWS )? ( ";" @behind )?;

write data noerror noentry;
}%%

bool run_seconds(Scan& scan, Seconds& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* open = nullptr;
    int cs = 0;

    %% write init;
    %% write exec;

    if (open != nullptr) return scan.syntax(open, "a comment that ends");
    if (cs < seconds_parser_first_final) return scan.syntax(p, "a number of seconds");
    return run_params_behind(scan, p, value.params) && is_whole(scan);
}

%%{
machine word_parser;
include core "core.rl";
getkey static_cast<unsigned char>(*p);

action mark     { mark = p; }
action run_word { p = skip<is_word>(p, pe) - 1; }
action value    { value.text = between(mark, p); }
action behind   { fhold; fbreak; }

word_run = wordchar+ $run_word;

main := SWS ( word_run ( "@" word_run )? ) >mark %value SWS ( [;,] @behind )?;

write data noerror noentry;
}%%

namespace {

/// Where the word and the white space behind it end; nullptr when there is none.
const char* run_word(Scan& scan, CallIdParams& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs >= word_parser_first_final) return p;
    (void)scan.syntax(p, value.text.empty() ? "a word" : "one Call-ID");
    return nullptr;
}

}  // namespace

bool run_word_params(Scan& scan, CallIdParams& value) {
    const char* const behind = run_word(scan, value);
    return behind != nullptr && run_params_behind(scan, behind, value.params);
}

bool run_call_id(Scan& scan, std::string_view& value) {
    CallIdParams word;
    const char* const behind = run_word(scan, word);
    if (behind == nullptr) return false;
    value = word.text;
    scan.used = scan.text.size();
    return behind == scan.end() || scan.syntax(behind, "one Call-ID");
}

%%{
machine quoted_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action value      { value.text = between(mark, p); }
action behind     { fhold; fbreak; }

quoted = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;

main := SWS ( token $run_token | quoted ) >mark %value SWS ( [;,] @behind )?;

write data noerror noentry;
}%%

bool run_quoted_params(Scan& scan, OpaqueParams& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < quoted_parser_first_final) return scan.syntax(p, "a token or a quoted string");
    return run_params_behind(scan, p, value.params);
}

%%{
machine visible_parser;
include core "core.rl";
getkey static_cast<unsigned char>(*p);

action mark   { mark = p; }
action value  { value.text = between(mark, p); }
action behind { fhold; fbreak; }

main := SWS ( 0x21..0x7E - [",;] )+ >mark %value SWS ( [;,] @behind )?;

write data noerror noentry;
}%%

bool run_opaque_params(Scan& scan, OpaqueParams& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < visible_parser_first_final) return scan.syntax(p, "a word");
    return run_params_behind(scan, p, value.params, Values::hostports);
}

}  // namespace sipmsg::detail
