// SPDX-License-Identifier: MIT
// A byte stream: any split of the same octets gives the same items, whatever is done about damage. The first octet
// chooses the split and the options.
#include "require.hpp"

#include <sipmsg/framer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using sipmsg::StreamFramer;

/// One item in a form that compares; empty for NeedMore.
std::string word_for(const StreamFramer& framer, const StreamFramer::Next& next) {
    if (std::holds_alternative<StreamFramer::NeedMore>(next)) return {};
    if (std::holds_alternative<StreamFramer::Pong>(next)) return "pong";
    if (std::holds_alternative<StreamFramer::Ping>(next)) return "ping";
    if (const auto* message = std::get_if<sipmsg::MessageView>(&next)) return std::string(message->octets());
    if (const auto* skipped = std::get_if<StreamFramer::Skipped>(&next))
        return "skipped " + std::to_string(skipped->octets);
    return to_string(std::get<sipmsg::ParseError>(next)) + std::string(framer.damaged());
}

struct Reader {
    StreamFramer framer;
    std::vector<std::string> items;
    bool direct;

    void read(std::string_view octets) {
        if (direct) {
            const auto room = framer.prepare(octets.size());
            std::copy(octets.begin(), octets.end(), room.begin());
            framer.commit(octets.size());
        } else {
            framer.feed(octets);
        }
        while (!framer.broken()) {
            auto word = word_for(framer, framer.next());
            if (word.empty()) return;
            items.push_back(std::move(word));
        }
    }
};

std::vector<std::string> items_of(std::string_view octets, std::size_t piece, const sipmsg::ParseOptions& options,
                                  sipmsg::OnDamage on_damage) {
    Reader reader{StreamFramer(options, on_damage), {}, piece % 2 == 0};
    for (std::size_t at = 0; at < octets.size() && !reader.framer.broken(); at += piece) {
        reader.read(octets.substr(at, piece));
        fuzz::require(reader.framer.pending() <= octets.size());
    }
    return std::move(reader.items);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t piece = std::max(1, data[0] & 0x3F);
    auto options = (data[0] & 0x40) != 0 ? sipmsg::ParseOptions::tolerant() : sipmsg::ParseOptions::strict();
    if ((data[0] & 0x80) != 0) {  // limits that short inputs reach
        options.limits.head_octets = 128;
        options.limits.body_octets = 64;
        options.limits.skipped_octets = 256;
        options.limits.idle_octets = 0;
    }
    for (const auto on_damage : {sipmsg::OnDamage::close, sipmsg::OnDamage::skip, sipmsg::OnDamage::resynchronise})
        fuzz::require(items_of(octets, octets.size(), options, on_damage) ==
                      items_of(octets, piece, options, on_damage));
    return 0;
}
