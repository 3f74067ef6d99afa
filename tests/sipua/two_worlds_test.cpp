// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <sipmsg/header/simple.hpp>

#include <doctest/doctest.h>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <memory>
#include <optional>
#include <vector>

using namespace std::chrono_literals;

namespace {

/// The application: the same in both worlds. It does not know which one it is in.
asio::awaitable<void> application(sipua::Stack here, sipua::Stack there, std::string target, std::string registrar) {
    sipua::UserAgentOptions callee{.uri = "sip:bob@example.com"};
    callee.delegate.on_invite = [](sipua::Invitation call) {
        auto held = std::make_shared<sipua::Invitation>(std::move(call));
        held->accept([held](std::error_code) { held->ended([held](std::error_code) {}); });
    };
    sipua::UserAgent bob(there, std::move(callee));
    sipua::UserAgentOptions caller{.uri = "sip:alice@example.com"};
    sipua::UserAgent alice(here, std::move(caller));
    co_await bob.start();
    co_await alice.start();
    sipua::RegistererOptions registration{.registrar = registrar};
    sipua::Registerer registerer(alice, std::move(registration));
    co_await registerer.register_contact();
    sipua::Inviter call(alice, target);
    co_await call.invite();
    co_await alice.sleep(50ms);
    co_await call.hold();
    co_await call.bye();
    co_await alice.stop();
    co_await bob.stop();
}

/// One arrow of the ladder, without what differs between worlds: addresses, identifiers, times.
std::string arrow(const siptxn::TraceMessage& trace) {
    auto message = sipmsg::parse(trace.octets);
    REQUIRE(message);
    auto cseq = message->top<sipmsg::CSeq>();
    std::string text = trace.sent ? "> " : "< ";
    text += message->is_request() ? std::string(message->method_text()) : std::to_string(message->status());
    return text + " " + std::string(cseq->method_text);
}

using Ladder = std::vector<std::string>;

siptxn::Tracer into(Ladder& ladder) {
    return [&ladder](const siptxn::TraceMessage& message) { ladder.push_back(arrow(message)); };
}

/// A registrar for both worlds: grants everything.
class Granting : public siptxn::TransactionUser {
public:
    explicit Granting(std::shared_ptr<siptxn::Endpoint> endpoint) : endpoint_(std::move(endpoint)) {
        endpoint_->attach(this);
    }
    ~Granting() override {
        endpoint_->attach(nullptr);
        endpoint_->shutdown();
    }
    void on_event(const siptxn::Event& event) override {
        auto* received = std::get_if<siptxn::RequestReceived>(&event);
        if (!received) return;
        auto response = sipmsg::Message::response(received->request->view(), 200, "r");
        if (auto contact = received->request->raw(sipmsg::Header::contact))
            response.append(sipmsg::Header::contact, *contact);
        endpoint_->layer().respond(received->transaction, std::move(response), endpoint_->now());
    }

private:
    std::shared_ptr<siptxn::Endpoint> endpoint_;
};

Ladder simulated() {
    Ladder ladder;
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1", {.tracer = into(ladder)});
    auto there = world.stack("10.0.0.2");
    auto address = *siptxn::IpAddress::parse("10.0.0.3");
    Granting registrar(siptxn::Endpoint::create(world.network().wire(address,
                                                                     {
                                                                         {siptxn::Transport::udp, {address, 5060}}
    }),
                                                world.network().clock(), world.network().random()));
    support::play(world, [&] { return application(here, there, "sip:bob@10.0.0.2", "sip:10.0.0.3"); });
    return ladder;
}

std::string uri_of(const sipua::Stack& stack, std::string_view user) {
    return "sip:" + std::string(user) + siptxn::to_string(stack.listeners().front().local);
}

Ladder real() {
    Ladder ladder;
    asio::io_context context(1);
    sipua::StackOptions options{.listen = {"udp:127.0.0.1:0"}};
    sipua::Stack there(context.get_executor(), options);
    sipua::Stack third(context.get_executor(), options);
    options.tracer = into(ladder);
    sipua::Stack here(context.get_executor(), options);
    auto registrar = std::make_unique<Granting>(third.endpoint().shared_from_this());
    std::exception_ptr failure;
    bool finished = false;
    asio::co_spawn(context, application(here, there, uri_of(there, "bob@"), uri_of(third, "")),
                   [&](std::exception_ptr error) {
                       failure = error;
                       finished = true;
                       registrar.reset();
                       context.stop();
                   });
    context.run_for(60s);
    if (failure) std::rethrow_exception(failure);
    REQUIRE(finished);
    return ladder;
}

}  // namespace

TEST_CASE("an io_context that ends in the middle of calls takes everything with it") {
    std::vector<std::weak_ptr<void>> left;
    bool talking = false;
    {
        asio::io_context context(1);
        sipua::StackOptions options{.listen = {"udp:127.0.0.1:0"}};
        sipua::Stack there(context.get_executor(), options), here(context.get_executor(), options);
        for (auto& stack : {there, here}) left.emplace_back(stack.core());
        asio::co_spawn(
            context,
            [&]() -> asio::awaitable<void> {
                std::optional<sipua::Invitation> incoming;
                sipua::UserAgentOptions bob_options{.uri = "sip:bob@127.0.0.1"};
                bob_options.delegate.on_invite = [&](sipua::Invitation call) {
                    incoming.emplace(std::move(call));
                    incoming->accept([](std::error_code) {});
                };
                bob_options.delegate.on_subscribe = [](sipua::Notifier notifier) { notifier.accept(); };
                sipua::UserAgentOptions alice_options{.uri = "sip:alice@127.0.0.1"};
                sipua::UserAgent alice(here, std::move(alice_options)), bob(there, std::move(bob_options));
                co_await alice.start();
                co_await bob.start();
                sipua::Subscriber watcher(alice, uri_of(there, "bob@"), "presence");
                watcher.subscribe([](std::error_code) {});
                sipua::Inviter call(alice, uri_of(there, "bob@"));
                co_await call.invite();
                talking = true;
                context.stop();
                co_await call.ended();  // never
            },
            asio::detached);
        context.run_for(60s);
    }
    CHECK(talking);
    for (auto& weak : left) CHECK(weak.expired());
}

TEST_CASE("the same application runs on loopback sockets and in the simulated world, with the same ladder") {
    auto in_simulation = simulated();
    CHECK(in_simulation == Ladder{"> REGISTER REGISTER", "< 200 REGISTER", "> INVITE INVITE", "< 180 INVITE",
                                  "< 200 INVITE", "> ACK ACK", "> INVITE INVITE", "< 200 INVITE", "> ACK ACK",
                                  "> BYE BYE", "< 200 BYE", "> REGISTER REGISTER", "< 200 REGISTER"});
    CHECK(real() == in_simulation);
}
