// SPDX-License-Identifier: MIT
// A byte stream: any split of the same octets gives the same messages. The first octet chooses the split.
#include "require.hpp"

#include <sipmsg/framer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// What came out, in a form that compares. A ping that is cut in two is reported as Pong and Ping, so both read as
/// CRLF.
std::vector<std::string> drain(sipmsg::StreamFramer& framer, std::vector<std::string> seen) {
    for (;;) {
        const auto next = framer.next();
        if (std::holds_alternative<sipmsg::StreamFramer::NeedMore>(next)) return seen;
        if (const auto* message = std::get_if<sipmsg::MessageView>(&next)) {
            seen.emplace_back(message->octets());
        } else if (std::holds_alternative<sipmsg::ParseError>(next)) {
            seen.emplace_back("broken");
            return seen;
        }
    }
}

std::vector<std::string> read(std::string_view octets, std::size_t piece) {
    sipmsg::StreamFramer framer;
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < octets.size(); at += piece) {
        framer.feed(octets.substr(at, piece));
        seen = drain(framer, std::move(seen));
        if (!seen.empty() && seen.back() == "broken") break;
        fuzz::require(framer.pending() <= octets.size());
    }
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t piece = std::max<std::size_t>(1, data[0]);
    fuzz::require(read(octets, octets.size()) == read(octets, piece));
    return 0;
}
