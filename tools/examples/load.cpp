// SPDX-License-Identifier: MIT
// A load generator: so many calls, so many at once, each held for a moment; then what became of them.
//
//     load sip:bot@127.0.0.1:5070 1000 50
#include <sipua/sipua.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Load {
    asio::io_context& context;
    sipua::UserAgent& agent;
    const char* target;
    int left;
    std::map<std::string, int> outcomes = {};
    int open = 0;
    /// One caller after the other, until enough have called.
    asio::awaitable<void> caller() {
        ++open;
        while (left-- > 0) {
            sipua::Inviter call(agent, target);
            std::string outcome = "answered";
            try {
                co_await call.invite();
                co_await agent.sleep(10ms);
                co_await call.bye();
            } catch (const std::system_error& error) {
                outcome = error.code().message();
            }
            ++outcomes[outcome];
        }
        if (--open == 0) agent.stop([this](std::error_code) { context.stop(); });
    }
};

int main(int argc, char** argv) {
    if (argc != 4) return std::cerr << "usage: load URI CALLS AT-ONCE\n", 2;
    asio::io_context context(1);
    sipua::UserAgent agent(context.get_executor(), {.uri = "sip:load@127.0.0.1", .listen = {"udp:127.0.0.1:0"}});
    Load load{context, agent, argv[1], std::atoi(argv[2])};
    agent.start([&](std::error_code) {
        for (int i = 0; i < std::atoi(argv[3]); ++i) asio::co_spawn(context, load.caller(), asio::detached);
    });
    const auto start = Clock::now();
    context.run();
    const auto took = std::chrono::duration<double>(Clock::now() - start).count();
    for (const auto& [outcome, times] : load.outcomes) std::cout << times << ' ' << outcome << '\n';
    std::cout << std::atoi(argv[2]) / took << " calls/s\n";
}
