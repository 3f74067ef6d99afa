// SPDX-License-Identifier: MIT
#include "text_parser.hpp"

#include "comment.hpp"
#include "fold.hpp"

namespace sipmsg::detail {

%%{
machine text_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

main := TEXT_UTF8;

write data noerror noentry;
}%%

std::optional<std::size_t> fault_in_text(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    while (pe - p >= 8 && unprintable_octets(load<std::uint64_t>(p)) == 0) p += 8;
    int cs = 0;

    %% write init;
    %% write exec;

    if (p == pe && cs >= text_parser_first_final) return std::nullopt;
    return static_cast<std::size_t>(p - text.data());
}

%%{
machine extension_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

main := extension_value;

write data noerror noentry;
}%%

std::optional<std::size_t> fault_in_extension(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    int cs = 0;

    %% write init;
    %% write exec;

    if (p == pe && cs >= extension_parser_first_final) return std::nullopt;
    return static_cast<std::size_t>(p - text.data());
}

%%{
machine product_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

action mark    { mark = p; }
action run     { p = skip<is_token>(p, pe) - 1; }
action name    { if (!named) value.name = between(mark, p); }
action version { if (!named) value.version = between(mark, p); }
action product { named = begun; begun = true; }
action comment {
    const char* behind = skip_comment(p, pe);
    if (behind == nullptr) { fhold; fbreak; }
    p = behind - 1;
}

# The blank behind a product may belong to its slash: it is over when the next one begins.
product    = ( token >mark $run %name ( SLASH token >mark $run %version )? ) >product;
server_val = product | "(" @comment;

main := SWS server_val ( LWS server_val )* SWS;

write data noerror noentry;
}%%

bool scan_product(Scan& scan, Product& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    bool begun = false;
    bool named = false;
    int cs = 0;

    %% write init;
    %% write exec;

    if (p != pe || cs < product_parser_first_final)
        return scan.syntax(p, "a product or a comment");
    scan.used = scan.text.size();
    return true;
}

%%{
machine mime_version_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

action mark  { mark = p; }
action major { value.major = between(mark, p); }
action minor { value.minor = between(mark, p); }

main := SWS DIGIT+ >mark %major "." DIGIT+ >mark %minor SWS;

write data noerror noentry;
}%%

bool scan_mime_version(Scan& scan, Version& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < mime_version_parser_first_final) return scan.syntax(p, "a version");
    scan.used = scan.text.size();
    return true;
}

%%{
machine timestamp_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

action mark  { mark = p; }
action time  { value.time = between(mark, p); }
action delay { value.delay = between(mark, p); }

main := SWS time_value >mark %time ( LWS ( delay_value >mark %delay )? )? SWS;

write data noerror noentry;
}%%

bool scan_timestamp(Scan& scan, Times& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < timestamp_parser_first_final) return scan.syntax(p, "a number of seconds");
    scan.used = scan.text.size();
    return true;
}

%%{
machine warning_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

action mark  { mark = p; }
action code  { value.code = between(mark, p); }
action agent { value.agent = between(mark, p); }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action text  { value.text = between(mark, p); }
action comma { fhold; fbreak; }

warn_run = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;

main := SWS warn_code >mark %code SP warn_agent >mark %agent SP warn_run >mark %text SWS ( "," @comma )?;

write data noerror noentry;
}%%

bool scan_warning(Scan& scan, WarningParts& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    scan.used = scan.offset(p);
    if (cs < warning_parser_first_final) return scan.syntax(p, "a code, an agent and a text");
    return true;
}

%%{
machine auth_info_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

action mark { mark = p; }
action tail { tail = p; }

ainfo = token EQUAL ( token | warn_text ) %tail;

main := SWS ainfo >mark ( COMMA ainfo )* SWS;

write data noerror noentry;
}%%

bool scan_auth_info(Scan& scan, std::string_view& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < auth_info_parser_first_final) return scan.syntax(p, "name=value");
    value = between(mark, tail);
    scan.used = scan.text.size();
    return true;
}

}  // namespace sipmsg::detail
