// SPDX-License-Identifier: MIT
#include <sipua/sim/world.hpp>

#include "../listener.hpp"

#include <siptxn/endpoint.hpp>

#include <asio/post.hpp>

#include <stdexcept>

namespace sipua::sim {

struct World::State {
    explicit State(std::uint64_t seed) : network(seed) {}
    // The network is destroyed last: what the handlers of the context hold may still speak to it.
    siptxn::sim::Network network;
    asio::io_context context{1};
};

World::World(std::uint64_t seed) : state_(std::make_unique<State>(seed)) {}
// What waits in the clock may hold coroutines, which must go before the context they run on.
World::~World() { state_->network.clock()->clear(); }

siptxn::sim::Network& World::network() noexcept { return state_->network; }
asio::io_context& World::context() noexcept { return state_->context; }
asio::any_io_executor World::executor() noexcept { return state_->context.get_executor(); }
siptxn::TimePoint World::now() const { return state_->network.clock()->now(); }

Stack World::stack(const std::string& ip, StackOptions options) {
    auto address = siptxn::IpAddress::parse(ip);
    if (!address) throw std::invalid_argument("not an address: " + ip);
    std::vector<siptxn::Listener> listeners;
    for (auto transport : {siptxn::Transport::udp, siptxn::Transport::tcp}) {
        if (options.listen.empty())
            listeners.push_back({
                transport, {*address, 5060}
            });
    }
    for (auto& text : options.listen) listeners.push_back(parse_listener(text));
    auto endpoint = siptxn::Endpoint::create(state_->network.wire(*address, listeners), state_->network.clock(),
                                             state_->network.random(), options.layer);
    return Stack(executor(), std::move(endpoint), options);
}

bool World::run(siptxn::Duration limit) {
    auto until = now() + limit;
    auto& context = state_->context;
    auto& clock = *state_->network.clock();
    for (;;) {
        context.restart();
        if (context.poll() > 0) continue;
        auto next = clock.next();
        if (!next) return true;
        if (*next > until) return false;
        // Inside the context, so that what the events start finds itself on the executor.
        asio::post(context, [this, next] { state_->network.run_until(*next); });
    }
}

}  // namespace sipua::sim
