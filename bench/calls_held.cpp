// SPDX-License-Identifier: MIT
// calls_held COUNT [MOST]: makes COUNT calls between two agents of libsipua over a simulated network and lets every
// transaction of theirs end. Prints nanoseconds (CPU) a call, both sides and the network together, and the octets an
// established call holds, caller and callee; fails when either holds more than MOST.
#include "footprint.hpp"

#include <sipua/sim/world.hpp>
#include <sipua/sipua.hpp>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <limits>
#include <list>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

using namespace std::chrono_literals;

const std::string caller_ip = "192.0.2.1";
const std::string callee_ip = "192.0.2.2";
constexpr std::size_t boundless = 100'000'000;
constexpr std::size_t at_once = 50;

sipua::StackOptions stack_options() {
    sipua::StackOptions options;
    options.layer.limits.client_transactions = options.layer.limits.server_transactions = boundless;
    options.dialog_limits.sessions = options.dialog_limits.ended_sessions = boundless;
    return options;
}

/// An agent and the calls it holds.
template <class Call>
struct Side {
    Side(sipua::sim::World& world, const std::string& ip, sipua::UserAgentOptions options)
        : stack(world.stack(ip, stack_options())), agent(stack, std::move(options)) {}
    sipua::Stack stack;
    std::list<Call> calls;
    sipua::UserAgent agent;
};

using Caller = Side<sipua::Inviter>;
using Callee = Side<sipua::Invitation>;

std::unique_ptr<Callee> make_callee(sipua::sim::World& world) {
    auto calls = std::make_shared<Callee*>(nullptr);
    sipua::UserAgentOptions options{.uri = "sip:bob@" + callee_ip};
    options.delegate.on_invite = [calls](sipua::Invitation invitation) {
        (*calls)->calls.push_back(std::move(invitation));
        (*calls)->calls.back().accept([](std::error_code) {});
    };
    auto callee = std::make_unique<Callee>(world, callee_ip, std::move(options));
    *calls = callee.get();
    return callee;
}

void run(std::size_t count, double most) {
    sipua::sim::World world(1);
    world.network().keep_log(false);
    auto callee = make_callee(world);
    auto caller = std::make_unique<Caller>(world, caller_ip, sipua::UserAgentOptions{.uri = "sip:alice@" + caller_ip});
    caller->agent.start([](std::error_code) {});
    callee->agent.start([](std::error_code) {});
    world.run(1s);

    std::size_t standing = 0;
    const auto start = bench::cpu_time();
    for (std::size_t i = 0; i < count; ++i) {
        caller->calls.emplace_back(caller->agent, "sip:bob@" + callee_ip);
        caller->calls.back().invite([&](std::error_code error) { standing += error ? 0 : 1; });
        if (i % at_once == at_once - 1) world.run(1s);
    }
    world.run(1s);
    const auto time = bench::cpu_time() - start;
    world.run(70s);
    if (standing != count || callee->calls.size() != count) throw std::runtime_error("a call does not stand");
    if (caller->stack.transactions() + callee->stack.transactions() != 0)
        throw std::runtime_error("a transaction is left");

    world.network().partition(*siptxn::IpAddress::parse(caller_ip), *siptxn::IpAddress::parse(callee_ip));
    const auto calls = static_cast<double>(count);
    const auto both = static_cast<double>(bench::footprint().heap);
    caller.reset();
    world.run(70s);
    const auto one = static_cast<double>(bench::footprint().heap);
    callee.reset();
    world.run(70s);
    const auto none = static_cast<double>(bench::footprint().heap);
    const auto of_caller = (both - one) / calls, of_callee = (one - none) / calls;
    std::cout << static_cast<double>(time.count()) / calls << " ns a call, " << of_caller
              << " octets a call of the caller, " << of_callee << " of the callee\n";
    if (std::max(of_caller, of_callee) > most) throw std::runtime_error("a call holds too much");
}

}  // namespace

int main(int argc, char** argv) try {
    const std::size_t count = argc == 2 || argc == 3 ? std::strtoull(argv[1], nullptr, 10) : 0;
    if (count == 0) {
        std::cerr << "usage: calls_held COUNT [MOST]\n";
        return 2;
    }
    run(count, argc == 3 ? std::strtod(argv[2], nullptr) : std::numeric_limits<double>::infinity());
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "calls_held: " << error.what() << '\n';
    return EXIT_FAILURE;
}
