// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace bench {

/// What this process holds, as the kernel and the allocator count it.
struct Footprint {
    std::size_t threads = 0;
    std::size_t descriptors = 0;
    std::size_t resident = 0;  ///< octets
    std::size_t heap = 0;      ///< octets handed out by malloc and not given back
};

[[nodiscard]] Footprint footprint();
/// User and system time of all its threads.
[[nodiscard]] std::chrono::nanoseconds cpu_time();
/// The names of its threads, and what its descriptors are: for a report about those that are left.
[[nodiscard]] std::vector<std::string> thread_names();
[[nodiscard]] std::vector<std::string> descriptor_names();

}  // namespace bench
