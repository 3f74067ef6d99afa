// SPDX-License-Identifier: MIT
#include "sipfrag_parser.hpp"

namespace sipmsg::detail {

namespace {

std::optional<ParseError> fault(ParseErrc code, std::string_view text, const char* at, const char* expected) noexcept {
    return ParseError{code, Header::none, static_cast<std::uint32_t>(at - text.data()), expected};
}

}  // namespace

%%{
machine sipfrag_start_parser;
include message "message.rl";
getkey static_cast<unsigned char>(*p);

action mark        { mark = p; }
action method      { head.method(mark, p); }
action second      { head.second(mark, p); }
action version     { if (!head.accept_version(mark, p)) other_version = mark; }
action response    { head.response(mark, p); }
action status      { if (!head.accept_status(mark, p)) other_status = mark; }
action more_space  { if (!head.start_line_space()) { more_space = p; fbreak; } }
action line_end    { done = true; fbreak; }

SPACE        = SP ( SP @more_space )*;
Request_Line = Method >mark %method SPACE Request_URI >mark %second SPACE
               SIP_Version >mark %version ( WSP @more_space )*;
Status_Line  = SIP_Version >mark %version %response SPACE Status_Code >mark %status SP Reason_Phrase >mark %second;

main := ( Request_Line | Status_Line ) ( "\r"? "\n" @line_end )?;

write data noerror noentry;
}%%

std::optional<ParseError> scan_fragment_start(MessageParser& head, std::string_view text, const Leniency& lenient,
                                              std::size_t& used) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* other_version = nullptr;
    const char* other_status = nullptr;
    const char* more_space = nullptr;
    bool done = false;
    int cs = 0;

    %% write init;
    %% write exec;

    used = static_cast<std::size_t>(p - text.data());
    if (more_space != nullptr) return fault(ParseErrc::syntax, text, more_space, "a start line");
    if (other_version != nullptr) return fault(ParseErrc::version, text, other_version, "SIP/2.0");
    if (other_status != nullptr) return fault(ParseErrc::out_of_range, text, other_status, "a status code from 100 to 699");
    if (done && !lenient.bare_lf && p[-2] != '\r') return fault(ParseErrc::syntax, text, p - 1, "CR before LF");
    if (done) return std::nullopt;
    if (p != pe) return fault(ParseErrc::syntax, text, p, "a start line");
    if (cs >= sipfrag_start_parser_first_final && lenient.missing_last_crlf) return std::nullopt;
    return fault(ParseErrc::incomplete, text, pe, "the end of the start line");
}

%%{
machine sipfrag_lines_parser;
include message "message.rl";
getkey static_cast<unsigned char>(*p);

action mark     { mark = p; }
action name     { name_end = p; }
action colon    { if (!head.push(mark, name_end)) { refuse(ParseErrc::too_many, mark, "fewer header lines"); fbreak; } line = p + 1; open = true; }
action line_end { head.end_line(line, p); open = false; }
action folded   { head.folded(); line = p; open = true; }
action bare_lf  { if (!lenient.bare_lf && (p == text.data() || p[-1] != '\r')) { refuse(ParseErrc::syntax, p, "CR before LF"); fbreak; } }
action head_end { head.end(p + 1); done = true; fbreak; }

EOL          = "\r"? "\n" @bare_lf;
fold         = EOL WSP @folded;
header_value = ( value_octet+ | fold )*;
header_line  = header_name >mark %name WSP* ":" @colon header_value ( "\r"? "\n" >line_end @bare_lf );

main := header_line* ( EOL @head_end );

write data nofinal noentry;
}%%

std::optional<ParseError> scan_fragment_lines(MessageParser& head, std::string_view text, std::size_t from,
                                              const Leniency& lenient) {
    const char* p = text.data() + from;
    const char* const pe = text.data() + text.size();
    const char* mark = p;
    const char* name_end = p;
    const char* line = p;
    std::optional<ParseError> refused;
    bool open = false;
    bool done = false;
    int cs = 0;
    const auto refuse = [&](ParseErrc why, const char* at, const char* wanted) {
        refused = fault(why, text, at, wanted);
    };

    %% write init;
    %% write exec;

    if (refused) return refused;
    if (done) return std::nullopt;
    if (cs == sipfrag_lines_parser_error) return fault(ParseErrc::syntax, text, p, "a header line");
    const bool whole = from == text.size() || text.ends_with('\n');
    const bool cut = open && !text.ends_with('\r');
    if (!whole && !(cut && lenient.missing_last_crlf))
        return fault(ParseErrc::incomplete, text, pe, "the end of the line");
    if (open) head.end_line(line, pe);
    head.end(pe);
    return std::nullopt;
}

}  // namespace sipmsg::detail
