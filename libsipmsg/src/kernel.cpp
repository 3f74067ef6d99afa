// SPDX-License-Identifier: MIT
#include "kernel.hpp"

#include <sipmsg/simd.hpp>

namespace sipmsg {

namespace detail {

constinit std::atomic<const Kernel*> active_kernel = &portable_kernel;

namespace {

#if defined(__x86_64__) || defined(__i386__)
/// What kernel_avx2.cpp is compiled for: every processor with the first has the others, but an emulator may not.
bool has_avx2() noexcept {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("lzcnt");
}
#endif

/// nullptr when this processor or this build lacks it.
const Kernel* kernel_for(Simd wanted) noexcept {
    if (wanted == Simd::portable) return &portable_kernel;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    if (wanted == Simd::ssse3 && __builtin_cpu_supports("ssse3")) return &ssse3_kernel;
    if (wanted == Simd::avx2 && has_avx2()) return &avx2_kernel;
#endif
    return nullptr;
}

[[maybe_unused]] const bool chosen = use_simd(Simd::avx2) || use_simd(Simd::ssse3);

}  // namespace

}  // namespace detail

Simd simd() noexcept {
    const auto* active = &detail::kernel();
    if (active == detail::kernel_for(Simd::avx2)) return Simd::avx2;
    return active == detail::kernel_for(Simd::ssse3) ? Simd::ssse3 : Simd::portable;
}

bool use_simd(Simd wanted) noexcept {
    const auto* found = detail::kernel_for(wanted);
    if (found != nullptr) detail::active_kernel.store(found, std::memory_order_relaxed);
    return found != nullptr;
}

}  // namespace sipmsg
