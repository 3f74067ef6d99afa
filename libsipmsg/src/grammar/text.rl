# SPDX-License-Identifier: MIT
# RFC 3261 §25.1: descriptive values.
%%{
machine text;
include core "core.rl";

TEXT_UTF8       = ( TEXT_UTF8char | LWS )*;
extension_value = ( TEXT_UTF8char | UTF8_CONT | LWS )*;

time_value  = DIGIT+ ( "." DIGIT* )?;
delay_value = DIGIT+ ( "." DIGIT* )? | "." DIGIT*;

warn_code  = DIGIT{3};
warn_agent = ( token | hostname | IPv6reference ) ( ":" port )?;
warn_text  = DQUOTE ( qdtext | quoted_pair )* DQUOTE;

wkday = "Mon"i | "Tue"i | "Wed"i | "Thu"i | "Fri"i | "Sat"i | "Sun"i;
month = "Jan"i | "Feb"i | "Mar"i | "Apr"i | "May"i | "Jun"i | "Jul"i | "Aug"i | "Sep"i | "Oct"i | "Nov"i | "Dec"i;
}%%
