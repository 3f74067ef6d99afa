// SPDX-License-Identifier: MIT
// How a registrar, and what it grants, changes the way others reach us and we reach others.
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <optional>

using namespace std::chrono_literals;
using sipmsg::Header;
using sipmsg::Method;
using support::outcome;
using support::play;
using support::ScriptedServer;

namespace {

constexpr auto device = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

sipua::UserAgentOptions alice() {
    sipua::UserAgentOptions options{.uri = "sip:alice@10.0.0.9", .instance_id = device};
    options.contact_user = "a";
    return options;
}

/// A registrar that grants what is asked, with more headers and Contact parameters.
ScriptedServer::Answer grant(const sipmsg::Message& request, const std::string& params = {},
                             const sipua::HeaderList& headers = {}) {
    if (request.method() != sipmsg::Method::register_) return {200, {}, {}, {}};
    auto expires = request.top<sipmsg::Expires>();
    if (!expires || expires->value == 0) return {200, {}, {}, {}};
    ScriptedServer::Answer answer{200, headers, {}, {}};
    answer.headers.emplace_back("Contact", std::string(*request.raw(Header::contact)) + ";expires=600" + params);
    return answer;
}

std::string contact_of(const sipmsg::Message& request) {
    return std::string(request.raw(Header::contact).value_or(""));
}

}  // namespace

TEST_CASE("REGISTER names the device, and says what a registrar may do for it (RFC 5626 §4.2, RFC 5627 §4.1)") {
    sipua::sim::World world(1);
    auto here = world.stack("10.0.0.1");
    ScriptedServer registrar(world, "10.0.0.9", [](auto& request) { return grant(request); });
    play(world, [&]() -> asio::awaitable<void> {
        auto options = alice();
        options.contact_params = ";pn-provider=acme;pn-prid=1234";  // RFC 8599 §4.1
        sipua::UserAgent agent(here, std::move(options));
        co_await agent.start();
        sipua::RegistererOptions registration{.contact_params = ";methods=\"INVITE\"", .reg_id = 1};
        sipua::Registerer registerer(agent, std::move(registration));
        co_await registerer.register_contact();
        co_await agent.stop();
    });
    auto& request = *registrar.requests.front();
    CHECK(contact_of(request) == "<sip:a@10.0.0.1:5060;pn-provider=acme;pn-prid=1234>;reg-id=1;+sip.instance=\"<" +
                                     std::string(device) + ">\";methods=\"INVITE\"");
    std::string tags;
    for (auto tag : request.all<sipmsg::Supported>()) tags += std::string(tag->text) + " ";
    for (const auto* tag : {"path", "gruu", "outbound"}) CHECK(tags.find(tag) != std::string::npos);
    CHECK_FALSE(request.has(Header::route));
}

TEST_CASE("a GRUU is the Contact of what follows, the temporary one when nobody shall know us (RFC 5627 §4.4)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1");
    const std::string pub = "sip:alice@10.0.0.9;gr=" + std::string(device), temp = "sip:tgruu.7hs@10.0.0.9;gr";
    ScriptedServer server(world, "10.0.0.9", [&](auto& request) {
        return grant(request, ";pub-gruu=\"" + pub + "\";temp-gruu=\"" + temp + "\"");
    });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent agent(here, alice());
        co_await agent.start();
        sipua::Registerer registerer(agent);
        co_await registerer.register_contact();
        CHECK(registerer.pub_gruu() == pub);
        CHECK(registerer.temp_gruu() == temp);
        sipua::Inviter call(agent, "sip:bob@10.0.0.9");
        sipua::InviterOptions hidden{.anonymous = true};
        sipua::Inviter anonymous(agent, "sip:bob@10.0.0.9", std::move(hidden));
        co_await outcome([&] { return call.invite(); });
        co_await outcome([&] { return anonymous.invite(); });
        co_await registerer.unregister();
        sipua::Inviter late(agent, "sip:bob@10.0.0.9");
        co_await outcome([&] { return late.invite(); });
        co_await agent.stop();
    });
    std::vector<const sipmsg::Message*> invites;
    for (auto& request : server.requests)
        if (request->method() == sipmsg::Method::invite) invites.push_back(request.get());
    REQUIRE(invites.size() == 3);
    CHECK(contact_of(*invites[0]) == "<" + pub + ">");
    CHECK(contact_of(*invites[1]) == "<" + temp + ">");
    CHECK(contact_of(*invites[2]) == "<sip:a@10.0.0.1:5060>");  // the binding is gone, and its GRUU with it
    // A refresh of the binding itself names the place, not the GRUU.
    CHECK(contact_of(*server.requests.front()).starts_with("<sip:a@10.0.0.1:5060>"));
}

TEST_CASE("an anonymous call says who we are to the first hop alone (RFC 3323 §4.1, RFC 3325 §9.2)") {
    sipua::sim::World world(3);
    auto here = world.stack("10.0.0.1");
    ScriptedServer server(world, "10.0.0.9", [](auto& request) { return grant(request); });
    play(world, [&]() -> asio::awaitable<void> {
        auto options = alice();
        options.display_name = "Alice";
        options.instance_id_always_added = true;
        sipua::UserAgent agent(here, std::move(options));
        co_await agent.start();
        sipua::InviterOptions hidden{.anonymous = true};
        sipua::Inviter call(agent, "sip:bob@10.0.0.9", std::move(hidden));
        co_await outcome([&] { return call.invite(); });
        sipua::Inviter open(agent, "sip:bob@10.0.0.9");
        co_await outcome([&] { return open.invite(); });
        co_await agent.stop();
    });
    auto& request = *server.requests.front();
    CHECK(request.raw(Header::from)->starts_with(R"("Anonymous" <sip:anonymous@anonymous.invalid>;tag=)"));
    CHECK(request.raw(Header::privacy) == "id");
    CHECK(request.raw(Header::p_preferred_identity) == "\"Alice\" <sip:alice@10.0.0.9>");
    CHECK(contact_of(request) == "<sip:anonymous@10.0.0.1:5060>");
    auto opened = std::ranges::find_if(server.requests, [](auto& one) {
        return one->method() == sipmsg::Method::invite && !one->has(Header::privacy);
    });
    REQUIRE(opened != server.requests.end());
    CHECK(contact_of(**opened) == "<sip:a@10.0.0.1:5060>;+sip.instance=\"<" + std::string(device) + ">\"");
}

TEST_CASE("From and To may say other names than the agent's and the target (RFC 3261 §8.1.1)") {
    sipua::sim::World world(4);
    auto here = world.stack("10.0.0.1");
    ScriptedServer server(world, "10.0.0.9", [](auto&) { return ScriptedServer::Answer{}; });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent agent(here, alice());
        co_await agent.start();
        sipua::RequestParams params{.from_uri = "sip:desk@10.0.0.9",
                                    .from_display_name = "The \"Desk\"",
                                    .to_uri = "sip:robert@10.0.0.9",
                                    .to_display_name = "Bob"};
        sipua::MessagerOptions message_options{.params = params};
        sipua::Messager message(agent, "sip:bob@10.0.0.9", "hi", "text/plain", message_options);
        co_await message.message();
        sipua::InviterOptions call_options{.params = params};
        sipua::Inviter call(agent, "sip:bob@10.0.0.9", std::move(call_options));
        co_await outcome([&] { return call.invite(); });
        sipua::InviterOptions broken{.params = {.from_uri = "no uri"}};
        CHECK_THROWS_AS(sipua::Inviter(agent, "sip:bob@10.0.0.9", std::move(broken)), std::invalid_argument);
        co_await agent.stop();
    });
    for (auto& request : {server.requests[0], server.requests[1]}) {
        CHECK(request->raw(Header::from)->starts_with(R"("The \"Desk\"" <sip:desk@10.0.0.9>;tag=)"));
        CHECK(request->raw(Header::to) == "\"Bob\" <sip:robert@10.0.0.9>");
        CHECK(request->request_uri_text() == "sip:bob@10.0.0.9");
    }
}

TEST_CASE("what the network asserts of the peer is kept, from either side (RFC 3325 §9.1)") {
    sipua::sim::World world(5);
    auto here = world.stack("10.0.0.1"), there = world.stack("10.0.0.2");
    std::string heard;
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions bob_options{.uri = "sip:bob@10.0.0.2"};
        std::optional<sipua::Invitation> incoming;
        bob_options.delegate.on_invite = [&](sipua::Invitation call) {
            heard = call.asserted_identity();
            incoming.emplace(std::move(call));
            sipua::InvitationAcceptOptions asserting;
            asserting.headers = {
                {"P-Asserted-Identity", "\"Bob\" <sip:+4930@10.0.0.2>"}
            };
            incoming->accept(std::move(asserting), [](std::error_code) {});
        };
        sipua::UserAgent agent(here, alice()), bob(there, std::move(bob_options));
        co_await agent.start();
        co_await bob.start();
        sipua::InviterOptions options{.headers = {{"P-Asserted-Identity", "<sip:+4940@10.0.0.9>, <tel:+4940>"}}};
        sipua::Inviter call(agent, "sip:bob@10.0.0.2", std::move(options));
        co_await call.invite();
        CHECK(call.asserted_identity() == "\"Bob\" <sip:+4930@10.0.0.2>");
        co_await agent.sleep(7s);
        sipua::HeaderList reason{
            {"Reason", "Q.850;cause=16"}
        };
        co_await call.bye(reason, asio::use_awaitable);
        CHECK(incoming->end()->message->raw(Header::reason) == "Q.850;cause=16");
        const auto record = call.record(), theirs = incoming->record();
        CHECK(record.outgoing);
        CHECK(record.talked(agent.now()) >= 7s);
        CHECK(record.talked(agent.now()) < 8s);
        CHECK(record.ended_by == sipua::Side::local);
        CHECK(theirs.ended_by == sipua::Side::remote);
        CHECK(theirs.cause == sipdialog::EndCause::remote_bye);
        CHECK(*record.begun <= *record.answered);
        co_await bob.stop();
        co_await agent.stop();
    });
    CHECK(heard == "<sip:+4940@10.0.0.9>");
}

TEST_CASE("requests take the Service-Route, else the agent's own route set, and REGISTER neither (RFC 3608 §6.1)") {
    sipua::sim::World world(6);
    auto here = world.stack("10.0.0.1");
    const sipua::HeaderList route{
        {"Service-Route", "<sip:10.0.0.9;lr>"    },
        {"Service-Route", "<sip:home.invalid;lr>"}
    };
    ScriptedServer server(world, "10.0.0.9", [&](auto& request) { return grant(request, {}, route); });
    play(world, [&]() -> asio::awaitable<void> {
        auto options = alice();
        options.route_set = {"sip:10.0.0.9"};  // lr is added
        sipua::UserAgent agent(here, std::move(options));
        co_await agent.start();
        sipua::Messager before(agent, "sip:bob@elsewhere.invalid", "1"), after(agent, "sip:bob@elsewhere.invalid", "2");
        co_await before.message();
        sipua::Registerer registerer(agent);
        co_await registerer.register_contact();
        CHECK(registerer.service_route() == std::vector<std::string>{"<sip:10.0.0.9;lr>", "<sip:home.invalid;lr>"});
        co_await after.message();
        sipua::Inviter call(agent, "sip:bob@elsewhere.invalid");
        co_await outcome([&] { return call.invite(); });
        co_await agent.stop();
    });
    auto routes = [](const sipmsg::Message& request) {
        std::string text;
        for (auto value : request.all<sipmsg::Route>()) text += std::string(value->text());
        return text;
    };
    CHECK(routes(*server.requests[0]) == "<sip:10.0.0.9;lr>");
    CHECK(routes(*server.requests[1]).empty());
    CHECK(server.requests[1]->method() == sipmsg::Method::register_);
    CHECK(routes(*server.requests[2]) == "<sip:10.0.0.9;lr><sip:home.invalid;lr>");
    CHECK(routes(*server.requests[3]) == "<sip:10.0.0.9;lr><sip:home.invalid;lr>");
}

TEST_CASE("what a registrar folds reaches programs and requests as one line; a GRUU that is no URI is none") {
    sipua::sim::World world(8);
    auto here = world.stack("10.0.0.1");
    const sipua::HeaderList route{
        {"Service-Route", "<sip:10.0.0.9;lr> ;x=y"}
    };
    auto folded = [](std::string text) {
        for (const std::string_view parameter : {";x=y", ";expires=", " b\""})
            if (auto at = text.find(parameter); at != text.npos) text.insert(at, "\r\n ");
        return text;
    };
    ScriptedServer server(
        world, "10.0.0.9",
        [&](auto& request) { return grant(request, R"(;pub-gruu="sip:a b";temp-gruu="\"")", route); }, folded);
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent agent(here, alice());
        co_await agent.start();
        sipua::Registerer registerer(agent);
        co_await registerer.register_contact();
        CHECK(registerer.service_route() == std::vector<std::string>{"<sip:10.0.0.9;lr> ;x=y"});
        REQUIRE(registerer.contacts().size() == 1);
        CHECK(registerer.contacts()[0].find("\r\n") == std::string::npos);
        CHECK(registerer.pub_gruu().empty());
        CHECK(registerer.temp_gruu().empty());
        sipua::Messager message(agent, "sip:bob@elsewhere.invalid", "x");
        co_await message.message();
        sipua::Inviter call(agent, "sip:bob@elsewhere.invalid");
        co_await outcome([&] { return call.invite(); });
        co_await agent.stop();
    });
    REQUIRE(server.requests.size() >= 3);
    for (auto& request : {server.requests[1], server.requests[2]})
        CHECK(request->raw(Header::route) == "<sip:10.0.0.9;lr> ;x=y");
    CHECK(contact_of(*server.requests[2]).starts_with("<sip:a@10.0.0.1:5060"));
}

TEST_CASE("bindings can be asked for, and all be taken back (RFC 3261 §10.2.2, §10.2.3)") {
    sipua::sim::World world(7);
    auto here = world.stack("10.0.0.1");
    ScriptedServer registrar(world, "10.0.0.9", [](auto& request) -> ScriptedServer::Answer {
        if (!request.has(Header::contact)) return {200, {{"Contact", "<sip:x@10.0.0.4>;expires=7"}}, {}, {}};
        return grant(request);
    });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent agent(here, alice());
        co_await agent.start();
        sipua::Registerer registerer(agent);
        co_await registerer.register_contact();
        co_await registerer.query();
        CHECK(registerer.contacts() == std::vector<std::string>{"<sip:x@10.0.0.4>;expires=7"});
        CHECK(registerer.state() == sipua::RegistererState::registered);
        co_await agent.sleep(541s);  // and it goes on
        CHECK(registrar.requests.size() == 3);
        CHECK(registerer.state() == sipua::RegistererState::registered);
        co_await registerer.unregister_all();
        CHECK(registerer.state() == sipua::RegistererState::unregistered);
        co_await agent.stop();
    });
    REQUIRE(registrar.requests.size() == 4);
    CHECK_FALSE(registrar.requests[1]->has(Header::expires));
    CHECK(contact_of(*registrar.requests[3]) == "*");
    CHECK(registrar.requests[3]->top<sipmsg::Expires>()->value == 0);
}

TEST_CASE("a refusal's Retry-After is kept, and is when a refresh is tried again (RFC 3261 §20.33)") {
    sipua::sim::World world(8);
    auto here = world.stack("10.0.0.1");
    int refuse = 0;
    ScriptedServer registrar(world, "10.0.0.9", [&](auto& request) -> ScriptedServer::Answer {
        if (refuse-- > 0) return {503, {{"Retry-After", "77"}}, {}, {}};
        return grant(request);
    });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent agent(here, alice());
        co_await agent.start();
        sipua::Registerer registerer(agent);
        co_await registerer.register_contact();
        CHECK_FALSE(registerer.retry_after());
        refuse = 1;
        while (registerer.state() == sipua::RegistererState::registered) co_await agent.sleep(1s);
        CHECK(registerer.retry_after() == sipua::Duration(77s));
        co_await agent.sleep(75s);
        CHECK(registerer.state() == sipua::RegistererState::unregistered);
        co_await agent.sleep(3s);
        CHECK(registerer.state() == sipua::RegistererState::registered);
        co_await agent.stop();
    });
}

TEST_CASE("a binding whose refresh stays unanswered is given up when its time is over") {
    sipua::sim::World world(9);
    auto here = world.stack("10.0.0.1");
    bool silent = false;
    ScriptedServer registrar(world, "10.0.0.9", [&](auto& request) -> ScriptedServer::Answer {
        auto answer = grant(request);
        if (silent) answer.status = 100;
        if (!answer.headers.empty()) answer.headers.back().second = contact_of(request) + ";expires=20";
        return answer;
    });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent agent(here, alice());
        co_await agent.start();
        sipua::Registerer registerer(agent);
        co_await registerer.register_contact();
        silent = true;
        co_await agent.sleep(19s);
        CHECK(registerer.state() == sipua::RegistererState::registered);
        co_await agent.sleep(2s);
        CHECK(registerer.state() == sipua::RegistererState::unregistered);
        co_await agent.stop();
    });
}

TEST_CASE(
    "two ways to one device: requests take the first that stands, a broken one is registered anew (RFC 5626 §4)") {
    sipua::sim::World world(10);
    auto here = world.stack("10.0.0.1");
    ScriptedServer first(world, "10.0.0.8", [&](auto& request) {
        auto answer = grant(request);
        // An edge that stays in the way of the call, but not of its own connection.
        if (request.method() == Method::invite) {
            answer.headers.emplace_back("Contact", "<sip:bob@10.0.0.9;transport=tcp>");
            answer.content_type = "application/sdp";
            answer.body =
                "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";
        }
        return answer;
    });
    ScriptedServer second(world, "10.0.0.9", [](auto& request) { return grant(request); });
    const auto count = [](const ScriptedServer& server, sipmsg::Method method) {
        return std::ranges::count_if(server.requests, [&](auto& one) { return one->method() == method; });
    };
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent agent(here, alice());
        co_await agent.start();
        sipua::RegistererOptions one{.reg_id = 1, .server = "sip:10.0.0.8;transport=tcp"};
        sipua::RegistererOptions two{.reg_id = 2, .server = "sip:10.0.0.9;transport=tcp"};
        sipua::Registerer primary(agent, std::move(one)), backup(agent, std::move(two));
        co_await primary.register_contact();
        co_await backup.register_contact();
        sipua::Inviter call(agent, "sip:bob@elsewhere.invalid");
        co_await outcome([&] { return call.invite(); });
        CHECK(count(first, sipmsg::Method::invite) == 1);
        CHECK(contact_of(*first.requests[1]) == "<sip:a@10.0.0.1:5060;transport=tcp;ob>");

        world.network().reset(*siptxn::IpAddress::parse("10.0.0.1"), *siptxn::IpAddress::parse("10.0.0.8"));
        co_await agent.sleep(1s);
        CHECK(primary.state() == sipua::RegistererState::unregistered);
        CHECK(call.state() == sipua::SessionState::established);
        co_await call.bye();  // the call does not end with the way it began on
        CHECK(count(second, Method::bye) == 1);
        sipua::Messager message(agent, "sip:bob@elsewhere.invalid", "over the other way");
        co_await message.message();
        CHECK(count(second, sipmsg::Method::message) == 1);
        co_await agent.sleep(88s);  // another way stands, so there is no hurry: 90 to 180 s
        CHECK(primary.state() == sipua::RegistererState::unregistered);
        co_await agent.sleep(95s);
        CHECK(primary.state() == sipua::RegistererState::registered);
        co_await agent.stop();
    });
    CHECK(first.requests.front()->raw(Header::contact)->find("reg-id=1") != std::string::npos);
    CHECK(second.requests.front()->raw(Header::contact)->find("reg-id=2") != std::string::npos);
}

TEST_CASE("options of Contact and Supported that cannot be are refused at once") {
    sipua::sim::World world(11);
    auto here = world.stack("10.0.0.1");
    auto refused = [&](auto change) {
        auto options = alice();
        change(options);
        CHECK_THROWS_AS(sipua::UserAgent(here, std::move(options)), std::invalid_argument);
    };
    refused([](auto& o) { o.instance_id = "my phone"; });
    refused([](auto& o) { o.contact_host = "a b"; });
    refused([](auto& o) { o.contact_params = "x>"; });
    refused([](auto& o) { o.route_set = {"<not a route"}; });
    refused([](auto& o) { o.extra_supported = {"acme-magic"}; });
    refused([](auto& o) { o.reconnection_attempts = -1; });
    auto options = alice();
    options.extra_supported = {"acme-magic"};
    options.allow_unregistered_option_tags = true;
    CHECK_NOTHROW(sipua::UserAgent(here, std::move(options)));
    CHECK(sipua::is_registered_option_tag("timer"));
}
