// SPDX-License-Identifier: MIT
// The network between two engines goes for some seconds, and comes back.
#include "engine_pair.hpp"

#include <sipmsg/sdp/sdp.hpp>

#include <doctest/doctest.h>
#include <asio/ip/udp.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

using namespace sipmedia;
using namespace sipmedia::test;
using namespace std::chrono_literals;
using asio::ip::udp;

namespace {

/// A network of two: what one sends to its near end comes to the other from the far end, unless it is cut.
class Cable {
public:
    explicit Cable(asio::io_context& io) : ends_{End(io), End(io)} {
        for (std::size_t i = 0; i < 2; ++i) receive(i);
    }

    /// A description of one side, as the other is to see it: its one candidate at this end.
    std::string lay(std::size_t side, const std::string& text) {
        auto description = sipmsg::sdp::parse(text).value();
        for (auto& media : description.media)
            for (auto& attribute : media.attributes)
                if (attribute.name == "candidate") attribute.value = moved(side, attribute.text());
        return sipmsg::sdp::to_string(description);
    }

    bool cut = false;
    std::size_t carried = 0;
    std::size_t lost = 0;

private:
    struct End {
        explicit End(asio::io_context& io) : socket(io, udp::endpoint(asio::ip::address_v4::loopback(), 0)) {}
        udp::socket socket;  // where the other side sends to
        udp::endpoint peer;  // the side that this stands for
        udp::endpoint sender;
        std::array<std::uint8_t, 2048> packet{};
    };

    // foundation, component, transport, priority, address, port, ...
    std::string moved(std::size_t side, std::string_view candidate) {
        std::vector<std::string> words;
        for (std::size_t at = 0; at < candidate.size();) {
            const auto end = std::min(candidate.find(' ', at), candidate.size());
            words.emplace_back(candidate.substr(at, end - at));
            at = end + 1;
        }
        ends_[side].peer = {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoul(words.at(5)))};
        words[5] = std::to_string(ends_[side].socket.local_endpoint().port());
        std::string text;
        for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
        return text;
    }

    void receive(std::size_t side) {
        auto& end = ends_[side];
        end.socket.async_receive_from(asio::buffer(end.packet), end.sender, [this, side](auto error, std::size_t size) {
            if (error == asio::error::operation_aborted) return;
            if (!error) pass(side, size);
            receive(side);
        });
    }

    void pass(std::size_t side, std::size_t size) {
        ++(cut ? lost : carried);
        std::error_code ignored;
        auto& from = ends_[1 - side];
        if (!cut) from.socket.send_to(asio::buffer(ends_[side].packet, size), ends_[side].peer, 0, ignored);
    }

    std::array<End, 2> ends_;
};

}  // namespace

TEST_CASE("Sound that a cut network stops is told as lost, and goes on by the same path when it is back") {
    if (lacks_plugins()) return;
    auto options = loopback(false);
    options.media_timeout = 2s;
    EnginePair pair(options, options);
    Cable cable(pair.io);
    pair.alice.create_offer();
    REQUIRE(pair.run_until([&] { return pair.alice.description.has_value(); }));
    pair.bob.accept_offer(cable.lay(0, pair.alice.description->value()));
    REQUIRE(pair.run_until([&] { return pair.bob.description.has_value(); }));
    pair.alice.accept_answer(cable.lay(1, pair.bob.description->value()));
    REQUIRE(pair.run_until([&] { return pair.alice.is_connected() && pair.bob.is_connected(); }));
    for (auto* each : {&pair.alice, &pair.bob}) each->engine->set_gate(0, {});
    const auto decoded = [&](Endpoint& each) { return pair.statistics(each).lines.at(0).frames_decoded; };
    const auto hears = [&](std::uint64_t from_alice, std::uint64_t from_bob) {
        return pair.run_until([&] { return decoded(pair.alice) > from_alice && decoded(pair.bob) > from_bob; });
    };
    REQUIRE(hears(50, 50));

    cable.cut = true;
    CHECK(pair.run_until([&] { return !pair.alice.lost.empty() && !pair.bob.lost.empty(); }));
    CHECK(cable.lost > 100);
    CHECK(pair.alice.returned.empty());
    const auto alices = decoded(pair.alice), bobs = decoded(pair.bob);

    cable.cut = false;
    CHECK(pair.run_until([&] { return !pair.alice.returned.empty() && !pair.bob.returned.empty(); }));
    CHECK(hears(alices + 100, bobs + 100));
    CHECK_FALSE(pair.alice.failed);
    CHECK_FALSE(pair.bob.failed);
    CHECK(pair.alice.lost.size() == 1);
    CHECK(pair.bob.lost.size() == 1);
}
