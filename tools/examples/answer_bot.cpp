// SPDX-License-Identifier: MIT
// Answers every call, says what happens in it, and hangs up after so many seconds unless the caller does so before.
//
//     answer_bot udp:127.0.0.1:5070 30
#include <sipua/sipua.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <cstdlib>
#include <iostream>

asio::awaitable<void> converse(sipua::UserAgent& agent, sipua::Invitation call, std::chrono::seconds limit) {
    sipua::SessionDelegate delegate;
    delegate.on_remote_hold = [](bool held) { std::cout << (held ? "held" : "back") << std::endl; };
    delegate.on_dtmf = [](const sipua::Dtmf& dtmf) { std::cout << "tone " << dtmf.tone << std::endl; };
    delegate.on_message = [](sipua::Message message) {
        std::cout << "says " << message.content() << std::endl;
        message.accept();
    };
    call.set_delegate(std::move(delegate));
    sipua::Timer timer(agent, limit, [&call] { call.bye([](std::error_code) {}); });
    try {
        co_await call.accept();
        std::cout << "talking to " << call.remote_identity() << std::endl;
        co_await call.ended();
    } catch (const std::system_error& error) {  // the caller was faster
        std::cout << error.code().message() << std::endl;
    }
    if (call.end()) std::cout << "over: " << to_string(call.end()->cause) << std::endl;
}

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: answer_bot udp:ADDRESS:PORT SECONDS\n", 2;
    const std::chrono::seconds limit(std::atoi(argv[2]));
    asio::io_context context;
    std::optional<sipua::UserAgent> agent;
    sipua::UserAgentOptions options{.uri = "sip:bot@127.0.0.1", .listen = {argv[1]}};
    options.delegate.on_invite = [&](sipua::Invitation call) {
        asio::co_spawn(context, converse(*agent, std::move(call), limit), asio::detached);
    };
    agent.emplace(context.get_executor(), std::move(options));
    agent->start([](std::error_code) {});
    for (const auto& listener : agent->stack().listeners()) std::cout << to_string(listener.local) << std::endl;
    context.run();
}
