// SPDX-License-Identifier: MIT
#pragma once

// Session descriptions that real agents wrote: tests/sipmsg/sdp/samples/*.sdp. SDP_SAMPLES names the directory.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

inline std::string sdp_sample(const std::string& name) {
    std::ifstream file(std::filesystem::path(SDP_SAMPLES) / (name + ".sdp"), std::ios::binary);
    if (!file) throw std::runtime_error("no SDP sample " + name);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline std::vector<std::string> sdp_sample_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(SDP_SAMPLES))
        if (entry.path().extension() == ".sdp") names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}
