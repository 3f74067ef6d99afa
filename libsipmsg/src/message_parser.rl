// SPDX-License-Identifier: MIT
#include "message_parser.hpp"

#include "fold.hpp"
#include "kernel.hpp"
#include "machines.hpp"

namespace sipmsg::detail {

namespace {

/// The first CR or LF at or behind `p`, or `end`.
const char* find_line_end(const char* p, const char* end) noexcept {
    while (end - p >= 8 && control_octets(load<std::uint64_t>(p)) == 0) p += 8;
    while (p != end && !is_line_end(*p)) ++p;
    return p;
}

/// What was wanted at `p`, where the machine stopped. At the beginning of a line it may still be reading the line before,
/// for want of white space that carries it on; nobody who reads the fault wants to know.
const char* wanted_at(const char* p, const char* begin, const char* in_line) noexcept {
    if (p == begin) return in_line;
    if (p[-1] == '\n') return "a header name and a colon";
    return p[-1] == '\r' ? "LF behind CR" : in_line;
}

}  // namespace

%%{
machine message_parser;
include message "message.rl";
getkey static_cast<unsigned char>(*p);

action mark        { mark = p; }
action run_name    { p = skip<is_token>(p, pe) - 1; }
action run_uri     { p = skip<is_visible>(p, pe) - 1; }
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
action plain_lines { if (pe - p > 1 && p[1] != ' ' && p[1] != '\t') p = usual.lines(head, p + 1, pe, scan.readable) - 1; }

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

bool run_head(MessageParser& head, Scan& scan) {
    const auto& usual = kernel();
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

    if (const char* behind = usual.head(head, p, pe, scan.readable)) {
        p = behind;
        cs = message_parser_en_lines;
    }

    %% write exec;

    if (other_version != nullptr) return scan.fail(ParseErrc::version, other_version, "SIP/2.0");
    if (done) return true;
    if (refused) return false;
    if (p != pe) return scan.syntax(p, wanted_at(p, begin, expected));
    return scan.fail(ParseErrc::incomplete, pe, "the blank line behind the headers");
}

}  // namespace sipmsg::detail
