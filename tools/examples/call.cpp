// SPDX-License-Identifier: MIT
// Calls somebody, waits at most twenty seconds for an answer, talks for a while, hangs up. No media: signaling only.
//
//     call sip:bob@127.0.0.1:5070 5
#include <sipua/deadline.hpp>
#include <sipua/sipua.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <cstdlib>
#include <iostream>

using namespace std::chrono_literals;

asio::awaitable<void> talk(asio::any_io_executor executor, const char* target, std::chrono::seconds time) {
    sipua::UserAgent agent(executor, {.uri = "sip:alice@127.0.0.1"});
    co_await agent.start();
    sipua::InviterOptions options;
    options.delegate.on_progress = [](const sipmsg::Message& response) { std::cout << response.status() << std::endl; };
    sipua::Inviter call(agent, target, std::move(options));
    try {
        co_await sipua::deadline(agent, 20s, [&](auto token) { return call.invite(token); });
        std::cout << "talking to " << call.remote_identity() << std::endl;
        co_await agent.sleep(time);
        if (call.state() == sipua::SessionState::established) co_await call.bye();
    } catch (const std::system_error& error) {  // refused, nobody there, or too late
        std::cout << "no call: " << error.code().message() << std::endl;
    }
    const auto talked = std::chrono::duration_cast<std::chrono::seconds>(call.record().talked(agent.now()));
    std::cout << "talked for " << talked.count() << " s" << std::endl;
    co_await agent.stop();
}

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: call URI SECONDS\n", 2;
    asio::io_context context;
    const std::chrono::seconds time(std::atoi(argv[2]));
    asio::co_spawn(context, talk(context.get_executor(), argv[1], time), asio::detached);
    context.run();
}
