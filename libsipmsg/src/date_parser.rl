// SPDX-License-Identifier: MIT
#include "date_parser.hpp"

namespace sipmsg::detail {

%%{
machine date_parser;
include text "text.rl";
getkey static_cast<unsigned char>(*p);

action mark   { mark = p; }
action day    { value.day = {mark, p}; }
action month  { value.month = {mark, p}; }
action year   { value.year = {mark, p}; }
action hour   { value.hour = {mark, p}; }
action minute { value.minute = {mark, p}; }
action second { value.second = {mark, p}; }

date1 = DIGIT{2} >mark %day SP month >mark %month SP DIGIT{4} >mark %year;
time  = DIGIT{2} >mark %hour ":" DIGIT{2} >mark %minute ":" DIGIT{2} >mark %second;

main := SWS wkday "," SP date1 SP time SP "GMT" SWS;

write data noerror noentry;
}%%

bool scan_date(Scan& scan, DateParts& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* mark = p;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < date_parser_first_final) return scan.syntax(p, "a date in GMT");
    scan.used = scan.text.size();
    return true;
}

}  // namespace sipmsg::detail
