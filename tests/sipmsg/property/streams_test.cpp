// SPDX-License-Identifier: MIT
// Messages on a stream, with keep-alives between them: any split of the octets gives the same.
#include "check.hpp"

#include <sipmsg/framer.hpp>

using namespace sipmsg;
using namespace property;

namespace {

constexpr std::uint64_t tries = 400;

struct Seen {
    std::vector<std::string> messages;
    int pings = 0;
    int pongs = 0;
    std::string damage;  ///< each error, and how much was skipped for it

    friend bool operator==(const Seen&, const Seen&) = default;
};

/// Everything the framer has to say; false when the stream is over.
bool drain(StreamFramer& framer, Seen& seen) {
    while (true) {
        const auto next = framer.next();
        if (std::holds_alternative<StreamFramer::NeedMore>(next)) return true;
        if (const auto* message = std::get_if<MessageView>(&next)) {
            seen.messages.emplace_back(message->octets());
            (void)corpus::facts_of(*message);
        }
        seen.pings += std::holds_alternative<StreamFramer::Ping>(next) ? 1 : 0;
        seen.pongs += std::holds_alternative<StreamFramer::Pong>(next) ? 1 : 0;
        if (const auto* error = std::get_if<ParseError>(&next)) seen.damage += corpus::text_of(*error) + "\n";
        if (const auto* skipped = std::get_if<StreamFramer::Skipped>(&next))
            seen.damage += std::to_string(skipped->octets) + "\n";
        if (framer.broken()) return false;
    }
}

Seen read(std::string_view stream, const std::vector<std::size_t>& pieces, OnDamage on_damage = OnDamage::close) {
    StreamFramer framer({}, on_damage);
    Seen seen;
    for (const auto piece : pieces) {
        const Exact exact(stream.substr(0, piece));
        framer.feed(exact.text());
        if (!drain(framer, seen)) break;
        stream.remove_prefix(piece);
    }
    return seen;
}

std::vector<std::size_t> random_pieces(Random& random, std::size_t octets) {
    std::vector<std::size_t> pieces;
    const auto most = random.pick({"1", "7", "40", "900"});
    while (octets > 0) {
        const auto piece = std::min(octets, random.between(1, static_cast<std::size_t>(std::stoi(std::string(most)))));
        pieces.push_back(piece);
        octets -= piece;
    }
    return pieces;
}

struct Stream {
    std::string octets;
    std::vector<std::string> messages;
    int pings = 0;
    int pongs = 0;
};

Stream stream_of(Random& random) {
    Stream stream;
    for (auto n = random.between(1, 5); n > 0; --n) {
        const auto crlfs = random.chance(60) ? 0 : random.below(6);
        for (std::size_t i = 0; i < crlfs; ++i) stream.octets += "\r\n";
        stream.pings += static_cast<int>(crlfs / 2);
        stream.pongs += static_cast<int>((crlfs + 1) / 2);
        stream.messages.push_back(Grammar(random).message().text);
        stream.octets += stream.messages.back();
    }
    return stream;
}

}  // namespace

TEST_CASE("any split of a stream gives the messages that were put in, and the pings between them (RFC 3261 §18.3)") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        const auto stream = stream_of(random);
        for (int split = 0; split < 4; ++split) {
            const auto pieces = random_pieces(random, stream.octets.size());
            const auto seen = read(stream.octets, pieces);
            CHECK(seen.damage == "");
            CHECK(seen.messages == stream.messages);
            CHECK(seen.pings == stream.pings);
            CHECK(seen.pongs == stream.pongs);
        }
    }
}

TEST_CASE("a damaged stream gives the same messages and the same errors, however it is split") {
    const Seeds seeds(tries);
    for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
        INFO("seed ", seed);
        Random random(seed);
        auto octets = stream_of(random).octets;
        octets[random.below(octets.size())] = random.pick(std::string_view("\0\r\n :,;<>\"%a0\xFF", 14));
        for (const auto on_damage : {OnDamage::close, OnDamage::skip, OnDamage::resynchronise}) {
            const auto whole = read(octets, {octets.size()}, on_damage);
            const auto split = read(octets, random_pieces(random, octets.size()), on_damage);
            CHECK(split.messages == whole.messages);
            CHECK(split.damage == whole.damage);
            CHECK(split.pings == whole.pings);
            CHECK(split.pongs == whole.pongs);
        }
    }
}
