// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace support {

/// How often something random is tried; the seed of each try is what a failure prints. For the prefix SIPMSG,
/// SIPMSG_SEED=7 tries that one alone, SIPMSG_TRIES=100000 more of them.
struct Seeds {
    std::uint64_t first = 1;
    std::uint64_t last = 1;
    bool alone = false;

    Seeds(const std::string& prefix, std::uint64_t tries) : last(tries) {
        if (const char* more = std::getenv((prefix + "_TRIES").c_str())) last = std::strtoull(more, nullptr, 10);
        if (const char* one = std::getenv((prefix + "_SEED").c_str())) {
            first = last = std::strtoull(one, nullptr, 10);
            alone = true;
        }
    }
};

}  // namespace support
