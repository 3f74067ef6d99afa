// SPDX-License-Identifier: MIT
#include "timed.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace sipstrata {

Timed parse_timed(const std::string& text, const char* flag) {
    auto at = text.rfind('@');
    double seconds = -1;
    if (at != std::string::npos) {
        const char* end = text.data() + text.size();
        if (std::from_chars(text.data() + at + 1, end, seconds).ptr != end) seconds = -1;
    }
    if (!(seconds >= 0 && seconds < 1e6))
        throw std::invalid_argument(std::string(flag) + ": want TEXT@SECONDS, not " + text);
    return {seconds, text.substr(0, at)};
}

std::vector<Timed> parse_timed(const std::vector<std::string>& texts, const char* flag) {
    std::vector<Timed> all;
    for (const auto& text : texts) all.push_back(parse_timed(text, flag));
    std::ranges::stable_sort(all, {}, &Timed::at);
    return all;
}

}  // namespace sipstrata
