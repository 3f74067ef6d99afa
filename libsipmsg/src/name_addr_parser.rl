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
action behind     { fhold; fbreak; }

quoted       = DQUOTE ( qdtext_char $run_qdtext | qdtext | quoted_pair )* DQUOTE;
display_name = ( quoted | display_name_tokens ) %display_at;
name_addr    = ( display_name? SWS "<" bracketed_spec+ >mark $run_spec %spec ">" @bracket );
addr_spec    = ( ALPHA ( alphanum | [+\-.] )* ":" bare_spec+ ) >mark %spec;

main := SWS ( name_addr | addr_spec ) SWS ( [;,] @behind )?;

write data noerror noentry;
}%%

bool run_name_addr(Scan& scan, NameAddrPlaces& value, std::string_view& uri) {
    const char* const begin = scan.text.data();
    const char* p = begin;
    const char* const pe = p + scan.text.size();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* display_end = nullptr;
    Params params;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < name_addr_parser_first_final) return scan.syntax(p, "an address");
    if (!run_params_behind(scan, p, params)) return false;
    if (!params.empty()) tail = params.text().data() + params.text().size();
    const auto text = trim_lws(between(begin, tail));
    value.text = text.data();
    value.size = static_cast<std::uint32_t>(text.size());
    value.display_end = display_end == nullptr ? 0 : value.at(display_end);
    value.params = params.empty() ? value.size : value.at(params.text().data());
    note_all<address_slot>(value.notes, params);
    return true;
}

}  // namespace sipmsg::detail
