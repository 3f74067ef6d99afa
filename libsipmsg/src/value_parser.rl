// SPDX-License-Identifier: MIT

%%{
machine token_params_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_token  { p = skip<is_token>(p, pe, scan.readable) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe, scan.readable) - 1; }
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

bool scan_token_params(Scan& scan, TokenParams& value) {
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

%%{
machine sequence_parser;
include core "core.rl";
getkey static_cast<unsigned char>(*p);

action mark      { mark = p; }
action run_token { p = skip<is_token>(p, pe, scan.readable) - 1; }
action first     { value.first = between(mark, p); }
action second    { value.second = between(mark, p); }
action method    { value.method = between(mark, p); }

# A method may begin with a digit: "1 2" is CSeq 1 of method "2", "1 2 INVITE" a RAck.
main := SWS DIGIT+ >mark %first LWS ( DIGIT+ >mark %second LWS )? ( token >mark %method ) SWS;

write data noerror noentry;
}%%

bool scan_sequence(Scan& scan, Sequence& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < sequence_parser_first_final) return scan.syntax(p, value.first.empty() ? "a number" : "a method");
    if (value.second.data() == value.method.data()) value.second = {};
    scan.used = scan.text.size();
    return true;
}

%%{
machine seconds_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_token  { p = skip<is_token>(p, pe, scan.readable) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe, scan.readable) - 1; }
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

bool scan_seconds(Scan& scan, Seconds& value) {
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
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action run_word   { p = skip<is_word>(p, pe, scan.readable) - 1; }
action run_token  { p = skip<is_token>(p, pe, scan.readable) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe, scan.readable) - 1; }
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

bool scan_call_id(Scan& scan, CallIdParams& value) {
    const char* p = scan.text.data();
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < call_id_parser_first_final) return scan.syntax(p, params == nullptr ? "a word" : "a parameter");
    scan.used = scan.offset(p);
    if (params != nullptr) value.params = Params(between(params, tail));
    return true;
}
