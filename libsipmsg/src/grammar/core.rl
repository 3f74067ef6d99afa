# SPDX-License-Identifier: MIT
# RFC 3261 §25.1: the basic rules. Productions only; names as the RFC spells them.
%%{
machine core;
alphtype unsigned char;

SP       = " ";
HTAB     = "\t";
WSP      = SP | HTAB;
CRLF     = "\r"? "\n";  # a bare LF reaches a value only when ParseOptions let it in
DQUOTE   = '"';
DIGIT    = [0-9];
ALPHA    = [A-Za-z];
HEXDIG   = [0-9A-Fa-f];
alphanum = ALPHA | DIGIT;

reserved   = [;/?:@&=+$,];
mark       = [\-_.!~*'()];
unreserved = alphanum | mark;
escaped    = "%" HEXDIG HEXDIG;

LWS    = ( CRLF? WSP )+;
SWS    = LWS?;
STAR   = SWS "*" SWS;
SLASH  = SWS "/" SWS;
EQUAL  = SWS "=" SWS;
SEMI   = SWS ";" SWS;
COLON  = SWS ":" SWS;
COMMA  = SWS "," SWS;

UTF8_CONT     = 0x80..0xBF;
UTF8_NONASCII = 0xC0..0xDF UTF8_CONT
              | 0xE0..0xEF UTF8_CONT{2}
              | 0xF0..0xF7 UTF8_CONT{3}
              | 0xF8..0xFB UTF8_CONT{4}
              | 0xFC..0xFD UTF8_CONT{5};
TEXT_UTF8char = 0x21..0x7E | UTF8_NONASCII;

tokenchar = alphanum | [\-.!%*_+`'~];
token     = tokenchar+;
wordchar  = tokenchar | [()<>:\\"/\[\]?{}];
word      = wordchar+;

quoted_pair = "\\" ( 0x00..0x09 | 0x0B..0x0C | 0x0E..0x7F );
qdtext_char = WSP | 0x21 | 0x23..0x5B | 0x5D..0x7E;
qdtext      = LWS | qdtext_char | UTF8_NONASCII;

# Lexical: whether the octets are a name or an address is decided in C++ (host.hpp).
IPv6reference = "[" ( HEXDIG | [:.] )+ "]";
hostname      = ( alphanum | [\-.] )+;
port          = DIGIT+;
}%%
