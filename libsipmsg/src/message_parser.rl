// SPDX-License-Identifier: MIT

%%{
machine message_parser;
include message "message.rl";
getkey static_cast<unsigned char>(*p);

action mark        { mark = p; }
action run_name    { p = skip<is_token>(p, pe, scan.readable) - 1; }
action run_uri     { p = skip_visible(p, pe, scan.readable) - 1; }
action run_value   { p = find_line_end(p, pe) - 1; }
action method      { head.method(mark, p); }
action request_uri { head.second(mark, p); }
action version     { if (!head.accept_version(mark, p)) other_version = mark; }
action response    { head.response(mark, p); }
action status      { if (!head.accept_status(mark, p)) { refuse(ParseErrc::out_of_range, mark, "a status code from 100 to 699"); fbreak; } }
action reason      { head.second(mark, p); }

action name        { name = mark; name_end = p; }
action colon       { if (!head.push(name, name_end)) { refuse(ParseErrc::too_many, name, "fewer header lines"); fbreak; } line = p + 1; }
action line_end    { head.end_line(line, p); }
action folded      { head.folded(); line = p; }
action bare_lf     { if (!head.bare_lf() && (p == begin || p[-1] != '\r')) { refuse(ParseErrc::syntax, p, "CR before LF"); fbreak; } }
action head_end    { head.end(p + 1); done = true; fbreak; }

action more_space  { if (!head.start_line_space()) { refuse(ParseErrc::syntax, p, "a start line"); fbreak; } }
action start_line  { head.start_line_read(); }
# Only where a new line begins for sure: white space would carry the old one on.
action plain_lines { if (pe - p > 1 && p[1] != ' ' && p[1] != '\t') p = plain_lines(head, p + 1, pe, scan.readable) - 1; }

action want_start  { expected = "a start line"; }
action want_name   { expected = "a header name and a colon"; }
action want_value  { expected = "a header value and CRLF"; }

EOL          = "\r"? "\n" @bare_lf;
SPACE        = SP ( SP @more_space )*;
Request_Line = Method >mark %method SPACE Request_URI >mark $run_uri %request_uri SPACE
               SIP_Version >mark %version ( WSP @more_space )* EOL;
Status_Line  = SIP_Version >mark %version %response SPACE Status_Code >mark %status SP Reason_Phrase >mark %reason EOL;
start_line   = ( Request_Line | Status_Line ) $!want_start;

fold         = EOL WSP @folded;
header_value = ( value_octet+ $run_value | fold )*;
header_line  = ( header_name >mark $run_name %name WSP* ":" @colon ) $!want_name
               ( header_value ( "\r"? "\n" >line_end @bare_lf ) ) $!want_value;

# Where C++ has read the start line.
lines := ( header_line @plain_lines )* ( EOL @head_end );
main  := start_line @start_line @plain_lines ( header_line @plain_lines )* ( EOL @head_end );

write data noerror nofinal;
}%%

inline const char* skip_wsp(const char* p, const char* end) noexcept {
    while (p != end && (*p == ' ' || *p == '\t')) ++p;
    return p;
}

/// "SIP/2.0" and the line end, in ten octets that can be read.
inline bool is_version_and_end(const char* p) noexcept {
    return load<std::uint64_t>(p) == load<std::uint64_t>("SIP/2.0\r") && p[8] == '\n';
}

/// The usual start line in one step. Behind it, or nullptr when the machine must look.
inline const char* plain_request_line(MessageParser& head, const char* p, const char* end, const char* readable) {
    const char* const method_end = skip<is_token>(p, end, readable);
    if (method_end == p || method_end == end || *method_end != ' ') return nullptr;
    const char* const uri = method_end + 1;
    const char* const uri_end = skip_visible(uri, end, readable);
    if (uri_end == uri || end - uri_end < 16 || *uri_end != ' ' || !is_version_and_end(uri_end + 1)) return nullptr;
    head.method(p, method_end);
    head.second(uri, uri_end);
    return uri_end + 10;
}

/// CR LF and no white space, which would carry the line on.
inline bool is_last_end(const char* p) noexcept {
    return load<std::uint16_t>(p) == load<std::uint16_t>("\r\n") && p[2] != ' ' && p[2] != '\t';
}

/// The common line in one step: a name, its colon, a value without folds. Stops in front of a line that is anything
/// else, which the machine then reads; so nothing passes here that would not pass there.
inline const char* plain_lines(MessageParser& head, const char* p, const char* const end, const char* const readable) {
    if (p[-1] != '\n' || p[-2] != '\r') return p;
    const char* const begin = head.begin();
    for (auto room = head.room(); !room.empty() && end - p > 34; room = room.subspan(1)) {
        const Line line = line_at(p);
        if (line.colon == 0 || line.colon >= line.end) return p;
        const auto id = line.colon == 1 ? compact_name(*p) : known_name(p, line.colon);
        const char* const colon = p + line.colon;
        if (id == Header::other && skip<is_token>(p, colon, readable) != colon) return p;
        const char* value = colon + 2;
        if (colon[1] != ' ' || *value <= ' ') value = skip_wsp(colon + 1, end);
        const char* const eol = line.end < 32 ? p + line.end : find_line_end(p + 32, end);
        if (end - eol < 3 || !is_last_end(eol)) return p;
        const char* tail = eol;
        while (tail > value && tail[-1] <= ' ' && (tail[-1] == ' ' || tail[-1] == '\t')) --tail;
        room.front() = {.name_offset = static_cast<std::uint32_t>(p - begin),
                        .value_offset = static_cast<std::uint32_t>(value - begin),
                        .value_length = static_cast<std::uint32_t>(tail - value),
                        .name_length = static_cast<std::uint16_t>(line.colon),
                        .id = id,
                        .folded = false};
        head.take(id);
        p = eol + 2;
    }
    return p;
}

/// What was wanted at `p`, where the machine stopped. At the beginning of a line it may still be reading the line before,
/// for want of white space that carries it on; nobody who reads the fault wants to know.
inline const char* wanted_at(const char* p, const char* begin, const char* in_line) noexcept {
    if (p == begin) return in_line;
    if (p[-1] == '\n') return "a header name and a colon";
    return p[-1] == '\r' ? "LF behind CR" : in_line;
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
    const char* other_version = nullptr;
    bool refused = false;
    bool done = false;
    int cs = message_parser_start;
    const auto refuse = [&](ParseErrc why, const char* at, const char* wanted) {
        refused = !scan.fail(why, at, wanted);
    };

    if (const char* behind = plain_request_line(head, p, pe, scan.readable)) {
        head.start_line_read();
        p = plain_lines(head, behind, pe, scan.readable);
        cs = message_parser_en_lines;
    }

    %% write exec;

    if (other_version != nullptr) return scan.fail(ParseErrc::version, other_version, "SIP/2.0");
    if (done) return true;
    if (refused) return false;
    if (p != pe) return scan.syntax(p, wanted_at(p, begin, expected));
    return scan.fail(ParseErrc::incomplete, pe, "the blank line behind the headers");
}
