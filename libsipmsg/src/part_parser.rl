// SPDX-License-Identifier: MIT
#include "chars.hpp"
#include "fail.hpp"
#include "part_parser.hpp"

namespace sipmsg::detail {

%%{
machine part_parser;
include part "part.rl";
getkey static_cast<unsigned char>(*p);

action run_name { p = skip<is_token>(p, pe) - 1; }
action bare_lf  { if (!bare_lf && (p == text.data() || p[-1] != '\r')) { refused = true; fbreak; } }
action line     { head.fields = static_cast<std::size_t>(p - text.data()); }
action done     { head.size = static_cast<std::size_t>(p + 1 - text.data()); done = true; fbreak; }

EOL        = "\r"? "\n" @bare_lf;
fold       = EOL WSP;
field_line = ( field_name >run_name WSP* ":" ( field_octet+ | fold )* EOL ) >line;

main := field_line* ( EOL >line @done );

write data noerror nofinal noentry;
}%%

Result<PartHead> scan_part_head(std::string_view text, bool bare_lf) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    PartHead head;
    bool refused = false;
    bool done = false;
    int cs = 0;

    %% write init;
    %% write exec;

    const auto used = static_cast<std::size_t>(p - text.data());
    if (refused) return fail(ParseErrc::syntax, used - 1, "CR before LF");
    if (done) return head;
    const bool whole_lines = text.empty() || text.ends_with('\n');
    if (p == pe && whole_lines) return PartHead{text.size(), text.size()};  // a head alone: the body is empty
    if (p == pe) return fail(ParseErrc::incomplete, used, "the rest of the part's head");
    return fail(ParseErrc::syntax, used, "a header line of the part");
}

}  // namespace sipmsg::detail
