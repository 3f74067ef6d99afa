// SPDX-License-Identifier: MIT
// A program of someone who has only an installed libsiptxn: a request over a simulated network, a digest, and a socket.
// Exit 0 when all went well.

// libsiptxn-net was built so, and what it allocates is freed here, too. Asked before Asio makes up its own mind.
#if !defined(ASIO_STANDALONE) || !defined(ASIO_HAS_STD_ALIGNED_ALLOC)
#error "the package does not say how Asio is to be used"
#endif

#include <siptxn/auth/hash.hpp>
#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>
#include <siptxn/sim/scenario.hpp>
#include <siptxn/version.hpp>

#include <asio/io_context.hpp>

#include <cstdio>

using namespace siptxn;

namespace {

bool is_answered() {
    sim::Scenario scene(1);
    const auto alice = scene.endpoint("alice"), bob = scene.endpoint("bob");
    auto request = sipmsg::Message::request("OPTIONS", "sip:bob");
    for (const auto& [name, value] : {
             std::pair{"From",    "<sip:alice@alice>;tag=1"},
             std::pair{"To",      "<sip:bob@bob>"          },
             std::pair{"Call-ID", "1"                      },
             std::pair{"CSeq",    "1 OPTIONS"              }
    })
        request.append(name, value);
    alice->layer().send(std::move(request), {}, alice->now());
    alice->wake();
    scene.network().run();
    return alice->layer().statistics().responses_received == 1;
}

bool has_socket() {
    asio::io_context context(1);
    const net::WireOptions options{.listen = {{Transport::udp, *SocketAddress::parse("127.0.0.1:0")}}};
    const auto wire = net::make_wire(context.get_executor(), options);
    if (!wire) return false;
    const auto clock = std::make_shared<net::AsioClock>(context.get_executor());
    const auto endpoint = Endpoint::create(*wire, clock, net::system_random());
    context.poll();
    return endpoint->wire().listeners().front().local.port != 0;
}

}  // namespace

int main() {
    std::printf("siptxn %s\n", std::string(siptxn::version()).c_str());
    return is_answered() && has_socket() && auth::hash(auth::Algorithm::sha256, {"a"}).size() == 64 ? 0 : 1;
}
