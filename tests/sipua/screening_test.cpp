// SPDX-License-Identifier: MIT
#include "world_play.hpp"

#include <sipmsg/header/name_addr.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono_literals;
using support::play;
using support::ScriptedServer;

namespace {

struct Case {
    const char* name;
    const char* method;
    const char* uri;
    sipua::HeaderList headers;
    int status;
    const char* answer_has;  ///< a header the answer must carry, or nullptr
};

const std::vector<Case> cases = {
    {"an unknown method",                "FROBNICATE", "sip:bob@10.0.0.2",    {},                                 405, "Allow"      },
    {"REGISTER, which we do not serve",  "REGISTER",   "sip:bob@10.0.0.2",    {},                                 405, "Allow"      },
    {"SUBSCRIBE, which we do not serve", "SUBSCRIBE",  "sip:bob@10.0.0.2",    {},                                 405, "Allow"      },
    {"a foreign scheme",                 "OPTIONS",    "tel:+1-201-555-0123", {},                                 416, nullptr      },
    {"a user nobody here has",           "OPTIONS",    "sip:carol@10.0.0.2",  {},                                 404, nullptr      },
    {"an extension we do not have",      "OPTIONS",    "sip:bob@10.0.0.2",    {{"Require", "100rel, foo"}},       420, "Unsupported"},
    {"an INVITE without Contact",        "INVITE",     "sip:bob@10.0.0.2",    {},                                 400, nullptr      },
    {"a body nobody reads",
     "INVITE",                                         "sip:bob@10.0.0.2",
     {{"Contact", "<sip:x@10.0.0.3>"}, {"Content-Type", "text/html"}},
     415,                                                                                                              "Accept"     },
    {"OPTIONS",                          "OPTIONS",    "sip:bob@10.0.0.2",    {},                                 200, "Allow"      },
    {"OPTIONS, for what we read",        "OPTIONS",    "sip:bob@10.0.0.2",    {},                                 200, "Accept"     },
    {"MESSAGE without a delegate",       "MESSAGE",    "sip:bob@10.0.0.2",    {},                                 200, nullptr      },
    {"NOTIFY that nobody asked for",     "NOTIFY",     "sip:bob@10.0.0.2",    {{"Event", "presence"}},            481, nullptr      },
    {"REFER without a delegate",         "REFER",      "sip:bob@10.0.0.2",    {{"Refer-To", "<sip:x@10.0.0.3>"}}, 405, "Allow"      },
    {"BYE outside a dialog",             "BYE",        "sip:bob@10.0.0.2",    {},                                 481, nullptr      },
    {"PRACK outside a dialog",           "PRACK",      "sip:bob@10.0.0.2",    {{"RAck", "1 1 INVITE"}},           481, nullptr      },
};

sipmsg::Message request(const Case& one, const char* to_tag = "") {
    auto message = sipmsg::Message::request(one.method, one.uri);
    message.append("From", "<sip:probe@10.0.0.3>;tag=p");
    message.append("To", std::string("<sip:bob@10.0.0.2>") + to_tag);
    message.append("Call-ID",
                   std::string("screen-") + one.method + one.uri + std::to_string(one.headers.size()) + one.name[0]);
    message.append("CSeq", std::string("1 ") + one.method);
    message.append("Max-Forwards", "70");
    for (auto& [name, value] : one.headers) message.append(name, value);
    if (message.has(sipmsg::Header::content_type)) message.set_body("text/html", "<p>");
    return message;
}

}  // namespace

TEST_CASE("requests outside a dialog get the answer RFC 3261 §8.2 owes them") {
    for (auto& one : cases) {
        CAPTURE(one.name);
        sipua::sim::World world(1);
        auto there = world.stack("10.0.0.2");
        ScriptedServer prober(world, "10.0.0.3", [](auto&) { return ScriptedServer::Answer{}; });
        play(world, [&]() -> asio::awaitable<void> {
            sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2", .accept_any_user = false};
            sipua::UserAgent bob(there, std::move(options));
            co_await bob.start();
            siptxn::SendOptions routing;
            routing.next_hop = "sip:10.0.0.2";
            prober.send(request(one), routing);
            co_await bob.sleep(40s);
        });
        REQUIRE(!prober.responses.empty());
        auto& last = *prober.responses.back();
        CHECK(last.status() == one.status);
        if (one.answer_has) CHECK(last.raw(one.answer_has));
        CHECK(last.top<sipmsg::To>()->tag());
        CHECK(there.transactions() == 0);
    }
}

TEST_CASE("a To tag that names no dialog gets 481, and an ACK nothing (RFC 3261 §12.2.2)") {
    sipua::sim::World world(2);
    auto there = world.stack("10.0.0.2");
    ScriptedServer prober(world, "10.0.0.3", [](auto&) { return ScriptedServer::Answer{}; });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
        sipua::UserAgent bob(there, std::move(options));
        co_await bob.start();
        Case info{"INFO", "INFO", "sip:bob@10.0.0.2", {}, 481, nullptr};
        prober.send(request(info, ";tag=none"));
        auto ack = request({"ACK", "ACK", "sip:bob@10.0.0.2", {}, 0, nullptr}, ";tag=none");
        prober.endpoint().layer().send_stateless(std::move(ack), {}, prober.endpoint().now());
        prober.endpoint().wake();
        co_await bob.sleep(40s);
    });
    REQUIRE(prober.responses.size() == 1);
    CHECK(prober.responses[0]->status() == 481);
    CHECK(there.transactions() == 0);
}

TEST_CASE("the same request over two paths gets 482 the second time (RFC 3261 §8.2.2.2)") {
    sipua::sim::World world(3);
    auto there = world.stack("10.0.0.2");
    ScriptedServer prober(world, "10.0.0.3", [](auto&) { return ScriptedServer::Answer{}; });
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
        sipua::UserAgent bob(there, std::move(options));
        co_await bob.start();
        Case twice{"MESSAGE", "MESSAGE", "sip:bob@10.0.0.2", {}, 200, nullptr};
        prober.send(request(twice));
        prober.send(request(twice));
        co_await bob.sleep(1s);
    });
    REQUIRE(prober.responses.size() == 2);
    std::vector<int> statuses{prober.responses[0]->status(), prober.responses[1]->status()};
    std::ranges::sort(statuses);
    CHECK(statuses == std::vector{200, 482});
}

TEST_CASE("Require in an ACK or a CANCEL is not looked at (RFC 3261 §8.2.2.3)") {
    sipua::sim::World world(4);
    auto there = world.stack("10.0.0.2");
    ScriptedServer prober(world, "10.0.0.3", [](auto&) { return ScriptedServer::Answer{}; });
    int acks = 0;
    std::vector<sipdialog::EndCause> ends;
    play(world, [&]() -> asio::awaitable<void> {
        std::vector<sipua::Invitation> calls;
        sipua::UserAgentOptions options{.uri = "sip:bob@10.0.0.2"};
        options.delegate.on_invite = [&](sipua::Invitation call) {
            sipua::SessionDelegate delegate;
            delegate.on_ack = [&](auto&) { ++acks; };
            delegate.on_end = [&](const sipua::SessionEnd& end) { ends.push_back(end.cause); };
            call.set_delegate(std::move(delegate));
            calls.push_back(std::move(call));
        };
        sipua::UserAgent bob(there, std::move(options));
        co_await bob.start();
        auto send = [&](const char* method, const char* header, const char* value) {
            auto message = request({"one", method, "sip:bob@10.0.0.2", {{header, value}}, 0, nullptr});
            message.set("Call-ID", "cancelled");
            prober.endpoint().layer().send_stateless(std::move(message), {}, prober.endpoint().now(), "z9hG4bK-one");
            prober.endpoint().wake();
        };
        send("INVITE", "Contact", "<sip:x@10.0.0.3>");
        co_await bob.sleep(1s);
        send("CANCEL", "Require", "foo");
        co_await bob.sleep(1s);
        CHECK(ends == std::vector{sipdialog::EndCause::canceled});

        auto invite = request({"two", "INVITE", "sip:bob@10.0.0.2", {{"Contact", "<sip:x@10.0.0.3>"}}, 0, nullptr});
        prober.send(std::move(invite));
        co_await bob.sleep(1s);
        REQUIRE(calls.size() == 2);
        co_await calls.back().accept();
        co_await bob.sleep(1s);
        auto ack = request({"two", "ACK", "sip:bob@10.0.0.2", {{"Require", "foo"}}, 0, nullptr});
        ack.set("Call-ID", prober.responses.back()->raw(sipmsg::Header::call_id).value());
        ack.set("To", prober.responses.back()->raw(sipmsg::Header::to).value());
        ack.set_body("application/sdp",  // the answer: the offer was in the 200
                     "v=0\r\no=- 1 1 IN IP4 10.0.0.3\r\ns=-\r\nc=IN IP4 10.0.0.3\r\nt=0 0\r\n"
                     "m=audio 4000 RTP/AVP 0\r\n");
        prober.endpoint().layer().send_stateless(std::move(ack), {}, prober.endpoint().now());
        prober.endpoint().wake();
        co_await bob.sleep(1s);
        CHECK(acks == 1);
        co_await bob.stop();
    });
}
