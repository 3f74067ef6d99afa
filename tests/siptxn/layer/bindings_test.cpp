// SPDX-License-Identifier: MIT
// UDP flows kept alive by STUN.
#include "layer/rig.hpp"

#include <siptxn/stun.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace siptxn;

namespace {

const Flow edge = Rig::udp("192.0.2.2");
const SocketAddress seen = Rig::address("203.0.113.1:40000");

/// A flow to the edge that the user opened, up to its first request.
struct Kept {
    explicit Kept(Duration interval = 30s) : rig({.keep_alive = {.interval = interval}}) {
        id = rig.layer.open(Transport::udp, edge.remote, "", rig.now);
        rig.take();
    }
    void wait() { rig.run(*rig.layer.next_expiry() - TimePoint{}); }
    void answer(const SocketAddress& mapped, const Flow& from = edge) {
        rig.receive(from, write_binding_success(read_stun(rig.sent.back())->transaction, mapped));
    }
    Rig rig;
    FlowId id = FlowId::none;
};

std::string times(int count, const std::string& line) {
    std::string lines;
    for (int i = 0; i < count; ++i) lines += line;
    return lines;
}

/// The lines without the times before them.
std::string untimed(const std::string& lines) {
    std::string out;
    for (std::size_t at = 0; at < lines.size();) {
        auto end = lines.find('\n', at) + 1;
        out += lines.substr(lines.find(' ', at) + 1, end - lines.find(' ', at) - 1);
        at = end;
    }
    return out;
}

const std::string request = "udp 192.0.2.2:5060 binding request\n";

}  // namespace

TEST_CASE("a binding request over UDP is told where it came from, and one we do not understand 420 (RFC 5626 §8)") {
    Rig rig;
    auto asking = write_binding_request({1, 2, 3});
    rig.receive(Rig::udp("203.0.113.1:40000"), asking);
    CHECK(rig.take() == "udp 203.0.113.1:40000 binding of 203.0.113.1:40000\n");
    CHECK(read_stun(rig.sent.back())->transaction == read_stun(asking)->transaction);
    asking[3] = 4;
    asking.append({0, 3, 0, 0});
    rig.receive(Rig::udp("203.0.113.1:40000"), asking);
    CHECK(rig.take() == "udp 203.0.113.1:40000 binding 420\n");
    rig.receive(Rig::udp("203.0.113.1:40000"), std::string_view("\0\1", 2));
    CHECK(rig.take() == "");
    CHECK(rig.layer.statistics().malformed_dropped == 1);
}

TEST_CASE("a UDP flow that was opened is pinged after 80 to 100 % of the interval, each time (RFC 5626 §4.4.2)") {
    Kept kept;
    auto last = kept.rig.now;
    for (int i = 0; i < 20; ++i) {
        kept.wait();
        CHECK(kept.rig.now - last >= 24s);
        CHECK(kept.rig.now - last <= 30s);
        last = kept.rig.now;
        kept.answer(seen);
        CHECK(kept.rig.take() == "");
    }
    CHECK(kept.rig.sent.size() == 20);
    CHECK(kept.rig.sent.at(0) != kept.rig.sent.at(1));
}

TEST_CASE("a binding request is repeated six times, then the flow is closed (RFC 8489 §6.2.1, RFC 5626 §4.4.2)") {
    Kept kept;
    auto lines = kept.rig.run(30s + 39'500ms);
    CHECK(untimed(lines) == times(7, request) + "closed 1: no answer in time\n");
    for (std::size_t i = 1; i < kept.rig.sent.size(); ++i) CHECK(kept.rig.sent.at(i) == kept.rig.sent.at(0));
    CHECK_FALSE(kept.rig.layer.next_expiry());
}

TEST_CASE("a flow whose address the peer sees changed is closed (RFC 5626 §4.4.2)") {
    Kept kept;
    kept.wait();
    kept.answer(seen);
    kept.wait();
    kept.answer(Rig::address("203.0.113.1:40001"));
    CHECK(kept.rig.take() == "closed 1: no answer in time\n");
    CHECK_FALSE(kept.rig.layer.next_expiry());
}

TEST_CASE("answers of others, or to nothing, are no sign of life and move no address (RFC 8489 §6.3.3)") {
    Kept kept;
    kept.rig.receive(edge, write_binding_success({7}, seen));
    kept.wait();
    kept.answer(seen, Rig::udp("192.0.2.66"));
    kept.rig.receive(edge, write_binding_success({7}, seen));
    CHECK(kept.rig.layer.statistics().strays_dropped == 3);
    CHECK(untimed(kept.rig.run(30s + 39'500ms)) == times(6, request) + "closed 1: no answer in time\n");
}

TEST_CASE("a kept flow that is closed is pinged no more; one that nobody listens on is closed at once") {
    Kept kept;
    kept.rig.layer.close(kept.id);
    CHECK(kept.rig.take() == "");
    CHECK_FALSE(kept.rig.layer.next_expiry());
    Kept refused;
    refused.rig.layer.failed(edge, Errc::connect_failed, refused.rig.now);
    CHECK(refused.rig.take() == "closed 1: the connection was refused\n");
    Kept off(0s);
    CHECK_FALSE(off.rig.layer.next_expiry());
}
