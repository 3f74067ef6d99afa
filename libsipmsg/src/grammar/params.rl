# SPDX-License-Identifier: MIT
# RFC 3261 §25.1: generic-param. A value run is a token, an address reference or a quoted string.
%%{
machine params;
include core "core.rl";

pname        = token;
quoted_value = DQUOTE ( qdtext | quoted_pair )* DQUOTE;
bare_value   = token | IPv6reference;
}%%
