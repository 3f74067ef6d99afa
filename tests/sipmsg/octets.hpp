// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// The octets that the tests have: corpora of the fuzzers and benchmarks, and the tests' own files.
inline std::vector<std::string> octets_of_tests() {
    std::vector<std::string> files;
    for (const std::string root : {FUZZ_CORPUS, SIP_CORPUS, SIPMSG_TESTS}) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
            if (!entry.is_regular_file() || entry.file_size() > 70'000) continue;
            std::ifstream file(entry.path(), std::ios::binary);
            files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        }
    }
    std::ranges::sort(files);
    return files;
}
