// SPDX-License-Identifier: MIT
#include "kernel_includes.hpp"

#define SIPMSG_LANES 0
namespace sipmsg::detail::portable {
#include "kernel_functions.ipp"
}  // namespace sipmsg::detail::portable

constinit const sipmsg::detail::Kernel sipmsg::detail::portable_kernel = portable::functions;
