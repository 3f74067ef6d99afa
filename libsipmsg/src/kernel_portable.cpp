// SPDX-License-Identifier: MIT
#include "kernel_includes.hpp"

#define SIPMSG_LANES 0
namespace sipmsg::detail::portable {
#include "kernel_machines.ipp"
}  // namespace sipmsg::detail::portable

constinit const sipmsg::detail::Kernel sipmsg::detail::portable_kernel = {
    .head = portable::scan_head,
    .essentials = portable::scan_essentials,
    .uri = portable::scan_uri,
    .telephone_subscriber = portable::scan_telephone_subscriber,
    .via = portable::scan_via,
    .name_addr = portable::scan_name_addr,
    .token_params = portable::scan_token_params,
    .cseq = portable::scan_cseq,
    .rack = portable::scan_rack,
    .seconds = portable::scan_seconds,
    .call_id = portable::scan_call_id,
    .word_params = portable::scan_word_params,
};
