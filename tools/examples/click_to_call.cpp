// SPDX-License-Identifier: MIT
// A web page's button: asks one phone, by a REFER outside any call, to call another, and says how that goes (RFC 3515).
//
//     click_to_call sip:alice@127.0.0.1:5070 sip:bob@127.0.0.1:5080
#include <sipua/sipua.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <iostream>

asio::awaitable<void> press(asio::any_io_executor executor, const char* phone, const char* target) {
    sipua::UserAgent agent(executor, {.uri = "sip:page@127.0.0.1", .listen = {"udp:127.0.0.1:0"}});
    co_await agent.start();
    sipua::ReferOptions options;
    options.on_progress = [](int status, bool) { std::cout << status << std::endl; };
    sipua::Referrer button(agent, phone, target, std::move(options));
    try {
        co_await button.refer();
        std::cout << "asked" << std::endl;
        co_await button.ended();
    } catch (const std::system_error& error) {
        std::cout << "refused: " << error.code().message() << std::endl;
    }
    co_await agent.stop();
}

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: click_to_call URI-OF-PHONE URI-TO-CALL\n", 2;
    asio::io_context context;
    asio::co_spawn(context, press(context.get_executor(), argv[1], argv[2]), asio::detached);
    context.run();
}
