// SPDX-License-Identifier: MIT
#include "machines.hpp"

#include "param_notes.hpp"

#include <algorithm>

namespace sipmsg::detail {

%%{
machine name_addr_parser;
include address "address.rl";
getkey static_cast<unsigned char>(*p);

action mark       { mark = p; }
action display_at { display_end = p; }
action run_token  { p = skip<is_token>(p, pe) - 1; }
action run_qdtext { p = skip<is_qdtext>(p, pe) - 1; }
# The octets on the way are the URI machine's business.
action run_spec   { p = std::find(p, pe, '>') - 1; }
action spec       { uri = between(mark, p); tail = p; }
action bracket    { tail = p + 1; }
action params     { if (params == nullptr) params = p; }
action name       { tail = p; notes.name(address_slot(mark, static_cast<std::size_t>(p - mark)), params, p); }
action value      { tail = p; notes.value(params, mark, p); }
action comma      { fhold; fbreak; }

action want_addr  { expected = "an address"; }
action want_param { expected = "a parameter"; }

quoted        = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
display_name  = ( quoted | display_name_tokens ) %display_at;
name_addr     = ( display_name? SWS "<" bracketed_spec+ >mark $run_spec %spec ">" @bracket );
addr_spec     = ( ALPHA ( alphanum | [+\-.] )* ":" bare_spec+ ) >mark %spec;
generic_param = pname >mark $run_token %name ( EQUAL ( token $run_token | IPv6reference | quoted ) >mark %value )?;
item          = ( SWS ( name_addr | addr_spec ) ) $!want_addr
                ( ( SWS ";" >params SWS ) generic_param $!want_param )*;

main := item SWS ( "," @comma )?;

write data noerror noentry;
}%%

bool run_name_addr(Scan& scan, NameAddrPlaces& value, std::string_view& uri) {
    const char* const begin = scan.text.data();
    const char* p = begin;
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    const char* display_end = nullptr;
    const char* expected = "an address";
    NoteTaker notes(value.notes);
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < name_addr_parser_first_final) return scan.syntax(p, expected);
    scan.used = scan.offset(p);
    const auto text = trim_lws(between(begin, tail));
    if (params == nullptr) params = tail;
    notes.finish(params, tail);
    value.text = text.data();
    value.size = static_cast<std::uint32_t>(text.size());
    value.display_end = display_end == nullptr ? 0 : value.at(display_end);
    value.params = value.at(params);
    return true;
}

}  // namespace sipmsg::detail
