// SPDX-License-Identifier: MIT
#include "date_parser.hpp"

#include "fail.hpp"

namespace sipmsg::detail {

%%{
machine date_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

action mark   { mark = p; }
action day    { parts.day = {mark, p}; }
action month  { parts.month = {mark, p}; }
action year   { parts.year = {mark, p}; }
action hour   { parts.hour = {mark, p}; }
action minute { parts.minute = {mark, p}; }
action second { parts.second = {mark, p}; }

date1 = DIGIT{2} >mark %day SP month >mark %month SP DIGIT{4} >mark %year;
time  = DIGIT{2} >mark %hour ":" DIGIT{2} >mark %minute ":" DIGIT{2} >mark %second;

main := SWS wkday "," SP date1 SP time SP "GMT" SWS;

write data noerror noentry;
}%%

Result<DateParts> scan_date(std::string_view text) {
    const char* p = text.data();
    const char* const pe = p + text.size();
    const char* mark = p;
    DateParts parts;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < date_parser_first_final)
        return fail(ParseErrc::syntax, static_cast<std::size_t>(p - text.data()), "a date in GMT", Header::date);
    return parts;
}

}  // namespace sipmsg::detail
