// SPDX-License-Identifier: MIT

%%{
machine message_parser;
include message "message.rl";
getkey static_cast<unsigned char>(*p);

action mark        { mark = p; }
action run_name    { p = skip<is_token>(p, pe, scan.readable) - 1; }
action run_uri     { p = skip<is_visible>(p, pe, scan.readable) - 1; }
action run_value   { p = find_line_end(p, pe) - 1; }
action method      { head.method(mark, p); }
action request_uri { head.second(mark, p); }
action version     { if (!head.accept_version(mark, p)) other_version = mark; }
action response    { head.response(mark, p); }
action status      { if (!head.accept_status(mark, p)) { refuse(ParseErrc::out_of_range, "a status code from 100 to 699"); fbreak; } }
action reason      { head.second(mark, p); }

action name        { name = mark; name_end = p; }
action colon       { if (!head.push(name, name_end)) { refuse(ParseErrc::too_many, "fewer header lines"); fbreak; } line = p + 1; }
action line_end    { head.end_line(line, p); }
action folded      { head.folded(); line = p; }
action bare_lf     { if (!head.bare_lf() && (p == begin || p[-1] != '\r')) { refuse(ParseErrc::syntax, "CR before LF"); fbreak; } }
action head_end    { head.end(p + 1); done = true; fbreak; }

action start_line  { head.start_line_read(); }
# Only where a new line begins for sure: white space would carry the old one on.
action plain_lines { if (pe - p > 1 && p[1] != ' ' && p[1] != '\t') p = plain_lines(head, p + 1, pe, scan.readable) - 1; }

action want_start  { expected = "a start line"; }
action want_name   { expected = "a header name and a colon"; }
action want_value  { expected = "a header value and CRLF"; }

EOL          = "\r"? "\n" @bare_lf;
Request_Line = Method >mark %method SP Request_URI >mark $run_uri %request_uri SP SIP_Version >mark %version EOL;
Status_Line  = SIP_Version >mark %version %response SP Status_Code >mark %status SP Reason_Phrase >mark %reason EOL;
start_line   = ( Request_Line | Status_Line ) $!want_start;

fold         = EOL WSP @folded;
header_value = ( value_octet+ $run_value | fold )*;
header_line  = ( header_name >mark $run_name %name WSP* ":" @colon ) $!want_name
               ( header_value ( "\r"? "\n" >line_end @bare_lf ) ) $!want_value;

main := start_line @start_line @plain_lines ( header_line @plain_lines )* ( EOL @head_end );

write data noerror nofinal noentry;
}%%

/// The common line in one step: a name, its colon, a value without folds. Stops in front of a line that is anything
/// else, which the machine then reads; so nothing passes here that would not pass there.
inline const char* plain_lines(MessageParser& head, const char* p, const char* const end, const char* const readable) {
    if (p[-1] != '\n' || p[-2] != '\r') return p;
    while (end - p > 4) {
        const char* const colon = find_colon(p, end);
        if (colon == nullptr || colon == p) return p;
        const auto size = static_cast<std::size_t>(colon - p);
        Header id = Header::other;
        if (size == 1) {
            id = compact_name(*p);
        } else if (readable - p >= 32) {
            id = known_name(p, size);
        } else {
            id = header_of({p, size});
        }
        if (id == Header::other && skip<is_token>(p, colon, readable) != colon) return p;
        const char* value = colon + 1;
        while (value != end && (*value == ' ' || *value == '\t')) ++value;
        const char* const eol = find_line_end(value, end);
        if (end - eol < 3 || eol[0] != '\r' || eol[1] != '\n' || eol[2] == ' ' || eol[2] == '\t') return p;
        const char* tail = eol;
        while (tail != value && (tail[-1] == ' ' || tail[-1] == '\t')) --tail;
        if (!head.push(p, size, id, value, tail)) return p;
        p = eol + 2;
    }
    return p;
}

/// Start line, header lines and the blank line. The fields found before a fault stay in the view.
bool scan_head(MessageParser& head, Scan& scan) {
    const char* const begin = scan.text.data();
    const char* p = begin;
    const char* const pe = begin + scan.text.size();
    const char* const eof = nullptr;  // an unfinished head is never an end
    const char* mark = p;
    const char* name = p;
    const char* name_end = p;
    const char* line = p;
    const char* expected = "a start line";
    auto code = ParseErrc::syntax;
    const char* other_version = nullptr;
    bool refused = false;
    bool done = false;
    int cs = 0;
    const auto refuse = [&](ParseErrc why, const char* wanted) {
        refused = true;
        code = why;
        expected = wanted;
    };

    %% write init;
    %% write exec;

    if (other_version != nullptr) return scan.fail(ParseErrc::version, other_version, "SIP/2.0");
    if (done) return true;
    if (p != pe || refused) return scan.fail(code, p, expected);
    return scan.fail(ParseErrc::incomplete, pe, "the blank line behind the headers");
}
