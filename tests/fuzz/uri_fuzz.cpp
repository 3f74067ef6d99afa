// SPDX-License-Identifier: MIT
// A URI: what is printed reads as an equivalent one; escapes never throw.
#include "require.hpp"

#include <sipmsg/uri.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// A parameter that stands twice is against RFC 3261 §19.1.1, and equality does not say what it means.
bool repeats_a_parameter(const sipmsg::Uri& uri) {
    std::vector<std::string> seen;
    for (const auto& param : uri.params) {
        const std::string name = sipmsg::unescape(param.name);
        for (const auto& other : seen)
            if (sipmsg::iequals(name, other)) return true;
        seen.push_back(name);
        if (seen.size() > 64) return true;
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    fuzz::require(sipmsg::unescape(sipmsg::escape_user(text)) == text);
    fuzz::require(sipmsg::unescape(sipmsg::escape_header(text)) == text);
    (void)sipmsg::unescape(text);
    const auto uri = sipmsg::Uri::parse(text);
    if (!uri) return 0;
    const std::string printed = sipmsg::to_string(*uri);
    const auto again = sipmsg::Uri::parse(printed);
    fuzz::require(again.has_value() && sipmsg::to_string(*again) == printed);
    if (!repeats_a_parameter(*uri)) fuzz::require(sipmsg::equivalent(*uri, *uri) && sipmsg::equivalent(*uri, *again));
    return 0;
}
