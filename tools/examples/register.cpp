// SPDX-License-Identifier: MIT
// Registers, says for how long and where, stays a while, and takes the binding back.
//
//     register sip:alice@127.0.0.1:5060 alice secret 10
#include <sipua/sipua.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <cstdlib>
#include <iostream>

asio::awaitable<void> stay(asio::any_io_executor executor, sipua::UserAgentOptions options, std::chrono::seconds time) {
    sipua::UserAgent agent(executor, std::move(options));
    sipua::Registerer registerer(agent);
    registerer.state_change().add_listener([](sipua::RegistererState state) { std::cout << to_string(state) << '\n'; });
    try {
        co_await agent.start();
        co_await registerer.register_contact();
        for (const auto& contact : registerer.contacts()) std::cout << contact << std::endl;
        co_await agent.sleep(time);  // refreshed meanwhile, by itself
    } catch (const std::system_error& error) {
        std::cerr << error.code().message() << '\n';
    }
    co_await agent.stop();
}

int main(int argc, char** argv) {
    if (argc != 5) return std::cerr << "usage: register ADDRESS-OF-RECORD USER PASSWORD SECONDS\n", 2;
    asio::io_context context;
    sipua::UserAgentOptions options{.uri = argv[1]};
    options.authorization = {.username = argv[2], .password = argv[3]};
    const std::chrono::seconds time(std::atoi(argv[4]));
    asio::co_spawn(context, stay(context.get_executor(), std::move(options), time), asio::detached);
    context.run();
}
