// SPDX-License-Identifier: MIT
// Sends a text to somebody (RFC 3428), or says why it was not taken.
//
//     message sip:bob@127.0.0.1:5070 'see you at six'
#include <sipua/sipua.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <iostream>

asio::awaitable<void> tell(asio::any_io_executor executor, const char* target, const char* text, int& status) {
    sipua::UserAgent agent(executor, {.uri = "sip:alice@127.0.0.1"});
    co_await agent.start();
    sipua::Messager messager(agent, target, text);
    try {
        co_await messager.message();
        std::cout << "delivered" << std::endl;
        status = 0;
    } catch (const std::system_error& error) {
        std::cout << "not delivered: " << error.code().message() << std::endl;
    }
    co_await agent.stop();
}

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: message URI TEXT\n", 2;
    int status = 1;
    asio::io_context context;
    asio::co_spawn(context, tell(context.get_executor(), argv[1], argv[2], status), asio::detached);
    context.run();
    return status;
}
