// SPDX-License-Identifier: MIT
#include "kernel_includes.hpp"

#if defined(__x86_64__) || defined(__i386__)

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,lzcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,lzcnt")
#endif

#define SIPMSG_LANES 32
namespace sipmsg::detail::avx2 {
#include "kernel_machines.ipp"
}  // namespace sipmsg::detail::avx2

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

constinit const sipmsg::detail::Kernel sipmsg::detail::avx2_kernel = {
    .head = avx2::scan_head,
    .essentials = avx2::scan_essentials,
    .uri = avx2::scan_uri,
    .telephone_subscriber = avx2::scan_telephone_subscriber,
    .via = avx2::scan_via,
    .name_addr = avx2::scan_name_addr,
    .token_params = avx2::scan_token_params,
    .cseq = avx2::scan_cseq,
    .rack = avx2::scan_rack,
    .seconds = avx2::scan_seconds,
    .call_id = avx2::scan_call_id,
    .word_params = avx2::scan_word_params,
};

#endif
