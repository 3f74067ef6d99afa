# SPDX-License-Identifier: MIT
# RFC 3261 §25.1: challenge and credentials; token68 from RFC 9110 §11.2.
%%{
machine auth;
include params "params.rl";

auth_scheme     = token;
auth_param_name = token;
token68         = ( alphanum | [\-._~+/] )+ "="*;
}%%
