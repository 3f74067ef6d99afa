# SPDX-License-Identifier: MIT
# RFC 3261 §25.1: name-addr and addr-spec. What stands between the brackets belongs to the URI machine.
%%{
machine address;
include params "params.rl";

display_name_tokens = token ( LWS token )*;
display_name_quoted = DQUOTE ( qdtext | quoted_pair )* DQUOTE;
bracketed_spec      = 0x21..0x7E - [<>"];
# Without brackets the URI holds no comma, question mark or semicolon (RFC 3261 §20.10).
bare_spec           = 0x21..0x7E - [<>",;?];
}%%
