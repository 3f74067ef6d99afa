// SPDX-License-Identifier: MIT
#include "footprint.hpp"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace bench {
namespace {

namespace fs = std::filesystem;

std::size_t entries(const char* folder) {
    const fs::directory_iterator all(folder);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::size_t resident_octets() {
    std::size_t whole = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> whole >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::chrono::nanoseconds duration(const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

Footprint footprint() {
    return {.threads = entries("/proc/self/task"),
            .descriptors = entries("/proc/self/fd") - 1,  // less the one that reads them
            .resident = resident_octets(),
            .heap = mallinfo2().uordblks + mallinfo2().hblkhd};
}

std::chrono::nanoseconds cpu_time() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return duration(usage.ru_utime) + duration(usage.ru_stime);
}

std::vector<std::string> thread_names() {
    std::vector<std::string> names;
    for (const auto& thread : fs::directory_iterator("/proc/self/task"))
        std::getline(std::ifstream(thread.path() / "comm"), names.emplace_back());
    std::ranges::sort(names);
    return names;
}

std::vector<std::string> descriptor_names() {
    std::vector<std::string> names;
    std::error_code closed;  // the one that reads them
    for (const auto& descriptor : fs::directory_iterator("/proc/self/fd"))
        names.push_back(fs::read_symlink(descriptor.path(), closed).string());
    std::ranges::sort(names);
    return names;
}

}  // namespace bench
