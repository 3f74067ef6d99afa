// SPDX-License-Identifier: MIT
#include "message_parser.hpp"

#include "chars.hpp"
#include "number.hpp"

namespace sipmsg {

%%{
machine message_parser;
include message "message.rl";
getkey static_cast<unsigned char>(*p);

action mark        { mark = p; }
action run_name    { id = Header::other; p = skip_name(p, pe, id) - 1; }
action run_uri     { p = detail::skip_visible(p, pe) - 1; }
action run_value   { p = detail::find_line_end(p, pe) - 1; }
action method      { view_.first_ = range(mark, p); view_.method_ = method_of({mark, p}); }
action request_uri { view_.second_ = range(mark, p); }
action version     { if (!accept_version({mark, p})) other_version = mark; }
action response    { view_.first_ = range(mark, p); view_.status_ = 1; }
action status      { if (!accept_status({mark, p})) { refuse(ParseErrc::out_of_range, "a status code from 100 to 699"); fbreak; } }
action reason      { view_.second_ = range(mark, p); }

action name        { name = range(mark, p); }
action colon       { if (!push(name, id)) { refuse(ParseErrc::too_many, "fewer header lines"); fbreak; } line = at(p) + 1; }
action line_end    { end_line(line, at(p)); }
action folded      { field_->folded = true; line = at(p); }
action bare_lf     { if (!options_.lenient.bare_lf && (p == begin || p[-1] != '\r')) { refuse(ParseErrc::syntax, "CR before LF"); fbreak; } }
action head_end    { view_.body_.offset = at(p + 1); done = true; fbreak; }

action start_line  { start_line_read_ = true; }
# Only where a new line begins for sure: white space would carry the old one on.
action plain_lines { if (pe - p > 1 && p[1] != ' ' && p[1] != '\t') p = plain_lines(p + 1, pe) - 1; }

action want_start  { expected = "a start line"; }
action want_name   { expected = "a header name and a colon"; }
action want_value  { expected = "a header value and CRLF"; }

EOL          = "\r"? "\n" @bare_lf;
Request_Line = Method >mark %method SP Request_URI >mark $run_uri %request_uri SP SIP_Version >mark %version EOL;
Status_Line  = SIP_Version >mark %version %response SP Status_Code >mark %status SP Reason_Phrase >mark %reason EOL;
start_line   = ( Request_Line | Status_Line ) $!want_start;

fold         = EOL WSP @folded;
header_value = ( value_octet+ $run_value | fold )*;
header_line  = ( header_name >mark >run_name %name WSP* ":" @colon ) $!want_name
               ( header_value ( "\r"? "\n" >line_end @bare_lf ) ) $!want_value;

main := start_line @start_line @plain_lines ( header_line @plain_lines )* ( EOL @head_end );

write data noerror nofinal noentry;
}%%

namespace {

/// Behind a header name. A name of the table needs no look at its octets: the comparison has made it.
const char* skip_name(const char* p, const char* end, Header& id) noexcept {
    if (const char* colon = detail::find_near(p, end, ':')) {
        id = header_of({p, static_cast<std::size_t>(colon - p)});
        if (id != Header::other) return colon;
    }
    const char* behind = detail::skip<detail::is_token>(p, end);
    id = header_of({p, static_cast<std::size_t>(behind - p)});
    return behind;
}

}  // namespace

std::optional<ParseError> MessageParser::head(std::string_view text) {
    const char* const begin = text.data();
    const bool cut = text.size() > options_.limits.head_octets;
    const char* p = begin;
    const char* const pe = begin + (cut ? options_.limits.head_octets : text.size());
    const char* const eof = nullptr;  // an unfinished head is never an end
    const char* mark = p;
    const char* expected = "a start line";
    auto code = ParseErrc::syntax;
    const char* other_version = nullptr;
    bool refused = false;
    bool done = false;
    Range name;
    Header id = Header::other;
    std::uint32_t line = 0;
    int cs = 0;
    auto at = [&](const char* q) { return static_cast<std::uint32_t>(q - begin); };
    auto range = [&](const char* from, const char* to) { return Range{at(from), static_cast<std::uint32_t>(to - from)}; };
    auto refuse = [&](ParseErrc why, const char* wanted) {
        refused = true;
        code = why;
        expected = wanted;
    };
    view_.octets_ = text;

    %% write init;
    %% write exec;

    if (other_version != nullptr) return ParseError{ParseErrc::version, Header::none, at(other_version), "SIP/2.0"};
    if (done) return std::nullopt;
    if (p != pe || refused) return ParseError{code, Header::none, at(p), expected};
    return cut ? ParseError{ParseErrc::too_large, Header::none, at(pe), "a shorter head"}
               : ParseError{ParseErrc::incomplete, Header::none, at(pe), "the blank line behind the headers"};
}

}  // namespace sipmsg
