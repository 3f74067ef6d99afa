// SPDX-License-Identifier: MIT
#include "chars.hpp"
#include "fail.hpp"
#include "name_addr_parser.hpp"
#include "uri_parser.hpp"

#include <cstring>

namespace sipmsg::detail {

%%{
machine name_addr_parser;
include address "address.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action display    { display = p; }
action display_at { display_end = p; }
action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
action run_spec   { p = find_close(p, pe) - 1; }
action spec       { uri = {mark, p}; tail = p; }
action bracket    { tail = p + 1; }
action params     { if (params == nullptr) params = p; }
action tail       { tail = p; }
action comma      { fhold; fbreak; }

action want_addr  { expected = "an address"; }
action want_param { expected = "a parameter"; }

quoted        = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
display_name  = ( quoted | display_name_tokens ) >display %display_at;
name_addr     = ( display_name? SWS "<" bracketed_spec+ >mark $run_spec %spec ">" @bracket );
addr_spec     = ( ALPHA ( alphanum | [+\-.] )* ":" bare_spec+ ) >mark %spec;
generic_param = pname $run_token %tail ( EQUAL ( bare_value | quoted ) %tail )?;
item          = ( SWS ( name_addr | addr_spec ) ) $!want_addr
                ( ( SWS ";" >params SWS ) generic_param $!want_param )*;

main := item SWS ( "," @comma )?;

write data noerror noentry;
}%%

namespace {

/// The octets on the way are the URI machine's business.
const char* find_close(const char* p, const char* end) noexcept {
    const void* close = std::memchr(p, '>', static_cast<std::size_t>(end - p));
    return close == nullptr ? end : static_cast<const char*>(close);
}

}  // namespace

std::optional<ParseError> scan_name_addr(std::string_view text, std::size_t& used, NameAddr& value) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    const char* display = nullptr;
    const char* display_end = nullptr;
    const char* expected = "an address";
    std::string_view uri;
    int cs = 0;

    %% write init;
    %% write exec;

    auto offset = [&](const char* q) { return static_cast<std::size_t>(q - text.data()); };
    if (cs < name_addr_parser_first_final)
        return ParseError{ParseErrc::syntax, Header::none, static_cast<std::uint32_t>(offset(p)), expected};
    used = offset(p);
    if (auto error = parse_uri(uri, value.uri)) {
        error->offset += static_cast<std::uint32_t>(offset(uri.data()));
        return error;
    }
    if (display_end != nullptr) value.display = {display, display_end};
    if (params != nullptr) value.params = Params(std::string_view(params, tail));
    value.text = trim_lws(text.substr(0, offset(tail)));
    return std::nullopt;
}

}  // namespace sipmsg::detail
