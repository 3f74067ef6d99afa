// SPDX-License-Identifier: MIT
#include "workload.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace bench {

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string octets{std::istreambuf_iterator<char>(file), {}};
    if (octets.empty()) throw std::runtime_error("no message in " + path.string());
    return octets;
}

}  // namespace

std::vector<Packet> messages_of(std::string_view workload) {
    if (workload != "mix") return {Packet(read(fs::path(BENCH_CORPUS) / (std::string(workload) + ".sip")))};
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(BENCH_MIX)) {
        if (entry.path().extension() == ".sip") paths.push_back(entry.path());
    }
    if (paths.empty()) throw std::runtime_error("no message in " BENCH_MIX);
    std::ranges::sort(paths);
    std::vector<Packet> messages;
    for (const auto& path : paths) messages.emplace_back(read(path));
    return messages;
}

}  // namespace bench
