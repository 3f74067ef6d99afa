// SPDX-License-Identifier: MIT

// One kernel: included by kernel_*.cpp inside a namespace of its own, behind kernel_includes.hpp. No include guard.

#include "lanes.ipp"

#include "front.ipp"

#include "runs.ipp"

#include "hosts.ipp"

#include "shortcuts.ipp"

#include "values.ipp"

#include "essentials.ipp"

inline constexpr Kernel functions = {
    .head = plain_head,
    .lines = plain_lines,
    .essentials = scan_essentials,
    .uri = scan_uri,
    .via = scan_via,
    .name_addr = scan_name_addr,
    .token = scan_token,
    .tokens = scan_tokens,
    .token_params = scan_token_params,
    .auth = scan_auth,
    .cseq = scan_cseq,
    .seconds = scan_seconds,
    .quoted_params = scan_quoted_params,
    .params = scan_params,
    .call_id = scan_call_id,
    .base64 = skip<is_base64>,
};
