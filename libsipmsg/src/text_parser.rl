// SPDX-License-Identifier: MIT
#include "text_parser.hpp"

#include "comment.hpp"

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

action comment {
    const char* behind = skip_comment(p, pe);
    if (behind == nullptr) fbreak;
    p = behind - 1;
}

server_val = product | "(" @comment;

main := SWS server_val ( LWS server_val )* SWS;

write data noerror noentry;
}%%

std::optional<std::size_t> fault_in_product(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    int cs = 0;

    %% write init;
    %% write exec;

    if (p == pe && cs >= product_parser_first_final) return std::nullopt;
    return static_cast<std::size_t>(p - text.data());
}

%%{
machine mime_version_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

main := SWS MIME_Version SWS;

write data noerror noentry;
}%%

std::optional<std::size_t> fault_in_mime_version(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    int cs = 0;

    %% write init;
    %% write exec;

    if (p == pe && cs >= mime_version_parser_first_final) return std::nullopt;
    return static_cast<std::size_t>(p - text.data());
}

%%{
machine timestamp_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

main := SWS Timestamp SWS;

write data noerror noentry;
}%%

std::optional<std::size_t> fault_in_timestamp(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    int cs = 0;

    %% write init;
    %% write exec;

    if (p == pe && cs >= timestamp_parser_first_final) return std::nullopt;
    return static_cast<std::size_t>(p - text.data());
}

%%{
machine warning_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

warning_value = warn_code SP warn_agent SP warn_text;

main := SWS warning_value ( COMMA warning_value )* SWS;

write data noerror noentry;
}%%

std::optional<std::size_t> fault_in_warning(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    int cs = 0;

    %% write init;
    %% write exec;

    if (p == pe && cs >= warning_parser_first_final) return std::nullopt;
    return static_cast<std::size_t>(p - text.data());
}

%%{
machine auth_info_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

ainfo = token EQUAL ( token | warn_text );

main := SWS ainfo ( COMMA ainfo )* SWS;

write data noerror noentry;
}%%

std::optional<std::size_t> fault_in_auth_info(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    int cs = 0;

    %% write init;
    %% write exec;

    if (p == pe && cs >= auth_info_parser_first_final) return std::nullopt;
    return static_cast<std::size_t>(p - text.data());
}

}  // namespace sipmsg::detail
