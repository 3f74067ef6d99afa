# SPDX-License-Identifier: MIT
# RFC 3261 §25.1: via-parm.
%%{
machine via;
include params "params.rl";

protocol_name    = token;
protocol_version = token;
transport        = token;
}%%
