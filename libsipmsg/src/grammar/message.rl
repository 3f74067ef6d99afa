# SPDX-License-Identifier: MIT
# RFC 3261 §25.1: start lines and header lines. Values are opaque here: each has its own machine.
%%{
machine message;
include core "core.rl";

Method        = token;
Request_URI   = ( 0x21..0x7E )+;
SIP_Version   = "SIP"i "/" DIGIT+ "." DIGIT+;
Status_Code   = DIGIT+;
Reason_Phrase = ( HTAB | 0x20..0x7E | 0x80..0xFF )*;

header_name = token;
value_octet = any - [\r\n];
}%%
