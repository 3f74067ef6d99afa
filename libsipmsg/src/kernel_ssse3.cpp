// SPDX-License-Identifier: MIT
#include "kernel_includes.hpp"

#if defined(__x86_64__) || defined(__i386__)

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("ssse3"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("ssse3")
#endif

#define SIPMSG_LANES 16
namespace sipmsg::detail::ssse3 {
#include "kernel_machines.ipp"
}  // namespace sipmsg::detail::ssse3

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

constinit const sipmsg::detail::Kernel sipmsg::detail::ssse3_kernel = {
    .head = ssse3::scan_head,
    .essentials = ssse3::scan_essentials,
    .uri = ssse3::scan_uri,
    .telephone_subscriber = ssse3::scan_telephone_subscriber,
    .via = ssse3::scan_via,
    .name_addr = ssse3::scan_name_addr,
    .token_params = ssse3::scan_token_params,
    .cseq = ssse3::scan_cseq,
    .rack = ssse3::scan_rack,
    .seconds = ssse3::scan_seconds,
    .call_id = ssse3::scan_call_id,
    .word_params = ssse3::scan_word_params,
};

#endif
