// SPDX-License-Identifier: MIT
#include "descriptor_claim.hpp"

#include <sys/resource.h>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <iterator>

namespace sipmedia {
namespace {

constexpr std::size_t of_an_engine = 16;  // one with sound, pictures and data has 11, rtp() 12
constexpr std::size_t of_others = 32;     // what the program opens meanwhile

std::atomic<std::size_t> claims = 0;

std::size_t open_descriptors() {
    std::error_code error;  // without /proc nothing is known, and nothing refused
    std::filesystem::directory_iterator all("/proc/self/fd", error);
    return error ? 0 : static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

bool is_room() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return true;
    return open_descriptors() + of_others + (claims + 1) * of_an_engine <= limit.rlim_cur;
}

}  // namespace

std::expected<DescriptorClaim, EngineError> claim_descriptors() {
    if (!is_room()) return std::unexpected(EngineError{Errc::overloaded, "too few file descriptors are left"});
    static const int held = 0;
    ++claims;
    return DescriptorClaim(&held, [](const void*) { --claims; });
}

}  // namespace sipmedia
