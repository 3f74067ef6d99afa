# SPDX-License-Identifier: MIT
# RFC 2046 §5.1.1: MIME-part-headers, in the shape RFC 3261 §7.3.1 gives header lines.
%%{
machine part;
include core "core.rl";

field_name  = token;
field_octet = any - [\r\n];
}%%
