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
#include "kernel_functions.ipp"
}  // namespace sipmsg::detail::avx2

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

constinit const sipmsg::detail::Kernel sipmsg::detail::avx2_kernel = avx2::functions;

#endif
