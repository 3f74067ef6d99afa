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
#include "kernel_functions.ipp"
}  // namespace sipmsg::detail::ssse3

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

constinit const sipmsg::detail::Kernel sipmsg::detail::ssse3_kernel = ssse3::functions;

#endif
