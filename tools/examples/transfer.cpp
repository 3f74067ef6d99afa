// SPDX-License-Identifier: MIT
// Calls somebody, puts them on hold, asks a third party, and connects the two: an attended transfer (RFC 5589 §7).
//
//     transfer sip:bob@127.0.0.1:5070 sip:carol@127.0.0.1:5080
#include <sipua/sipua.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <iostream>

using namespace std::chrono_literals;

asio::awaitable<void> connect(asio::any_io_executor executor, const char* first, const char* second) {
    sipua::UserAgent agent(executor, {.uri = "sip:alice@127.0.0.1", .listen = {"udp:127.0.0.1:0"}});
    co_await agent.start();
    try {
        sipua::Inviter call(agent, first), consultation(agent, second);
        co_await call.invite();
        co_await call.hold();
        std::cout << "on hold: " << call.remote_identity() << std::endl;
        co_await consultation.invite();
        co_await consultation.hold();

        bool connected = false;
        sipua::ReferOptions options;
        options.on_progress = [&](int status, bool last) {
            std::cout << "transfer: " << status << std::endl;
            connected = last && status < 300;
        };
        co_await call.refer(consultation, std::move(options), asio::use_awaitable);
        co_await consultation.ended();  // its place is taken by the call of the other two
        for (int i = 0; i < 50 && !connected; ++i) co_await agent.sleep(100ms);
        std::cout << (connected ? "connected" : "not connected") << std::endl;
        co_await call.bye();
    } catch (const std::system_error& error) {
        std::cout << "no transfer: " << error.code().message() << std::endl;
    }
    co_await agent.stop();
}

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: transfer URI URI\n", 2;
    asio::io_context context;
    asio::co_spawn(context, connect(context.get_executor(), argv[1], argv[2]), asio::detached);
    context.run();
}
