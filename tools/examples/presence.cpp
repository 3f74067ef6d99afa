// SPDX-License-Identifier: MIT
// Alice publishes how she is, and Bob, who subscribed, is told (RFC 3903, RFC 6665), by a presence server in between.
#include <sipua/sipua.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <iostream>
#include <list>

using namespace std::chrono_literals;

struct PresenceServer {
    sipua::UserAgentOptions options() {
        sipua::UserAgentOptions options{.uri = "sip:alice@127.0.0.1", .listen = {"udp:127.0.0.1:0"}};
        options.delegate.on_request = [this](sipua::IncomingRequest publish) {
            state = {"text/plain", std::string(publish.request().body())};
            publish.accept(200, {
                                    {"SIP-ETag", "one" },
                                    {"Expires",  "3600"}
            });
            for (auto& watcher : watchers) watcher.notify(state);
        };
        options.delegate.on_subscribe = [this](sipua::Notifier watcher) {
            watcher.accept(state);
            watchers.push_back(std::move(watcher));
        };
        return options;
    }
    sipua::Body state{"text/plain", "unknown"};
    std::list<sipua::Notifier> watchers;
};

asio::awaitable<void> play(asio::any_io_executor executor) {
    PresenceServer presence;
    sipua::UserAgent server(executor, presence.options()), alice(executor, {.uri = "sip:alice@127.0.0.1"}),
        bob(executor, {.uri = "sip:bob@127.0.0.1", .listen = {"udp:127.0.0.1:0"}});
    for (auto* agent : {&server, &alice, &bob}) co_await agent->start();
    const auto presentity = "sip:alice@" + to_string(server.stack().listeners().front().local);
    sipua::SubscriberOptions options;
    options.delegate.on_notify = [](auto news) { std::cout << "bob hears: " << news.request().body() << std::endl; };
    sipua::Subscriber subscriber(bob, presentity, "presence", std::move(options));
    sipua::Publisher publisher(alice, presentity, "presence");
    co_await subscriber.subscribe();
    co_await publisher.publish("open");
    co_await publisher.publish("in a meeting");
    co_await bob.sleep(100ms);
    for (auto* agent : {&bob, &alice, &server}) co_await agent->stop();
}

int main() {
    asio::io_context context;
    asio::co_spawn(context, play(context.get_executor()), asio::detached);
    context.run();
}
