// SPDX-License-Identifier: MIT
// One INVITE, several callees: what an Inviter does with media that more than one of them describes.
#include "world_play.hpp"
#include "wrapped_handler.hpp"

#include <sipua/signaling_only.hpp>

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>

#include <optional>

using namespace std::chrono_literals;
using sipmsg::Header;
using sipmsg::Method;
using support::outcome;
using support::play;

namespace {

/// A proxy and the callees behind it: each response is one of theirs, by its tag.
class Fork : public siptxn::TransactionUser {
public:
    explicit Fork(sipua::sim::World& world) {
        auto address = *siptxn::IpAddress::parse("10.0.0.9");
        std::vector<siptxn::Listener> listeners{
            {siptxn::Transport::udp, {address, 5060}}
        };
        endpoint_ = siptxn::Endpoint::create(world.network().wire(address, listeners), world.network().clock(),
                                             world.network().random());
        endpoint_->attach(this);
    }
    ~Fork() override {
        endpoint_->attach(nullptr);
        endpoint_->shutdown();
    }

    /// Answers the INVITE with a description; reliably when `rseq` is not 0.
    void answer(int status, const std::string& tag, int rseq = 0) {
        auto response = sipmsg::Message::response(invite_->view(), status, tag);
        response.append(Header::contact, "<sip:" + tag + "@10.0.0.9>");
        if (rseq != 0) {
            response.append(Header::require, "100rel");
            response.append(Header::rseq, std::to_string(rseq));
        }
        response.set_body("application/sdp", "v=0\r\no=" + tag + " 1 1 IN IP4 10.0.0.9\r\ns=" + tag +
                                                 "\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n");
        endpoint_->layer().respond(transaction_, std::move(response), endpoint_->now());
        endpoint_->wake();
    }

    /// "ACK a", "BYE b SIP;cause=488;text=..." in the order they came.
    std::vector<std::string> heard;

    void on_event(const siptxn::Event& event) override {
        if (auto* ack = std::get_if<siptxn::AckReceived>(&event)) note(*ack->request);
        auto* received = std::get_if<siptxn::RequestReceived>(&event);
        if (!received) return;
        if (received->request->method() == Method::invite) {
            invite_ = received->request;
            transaction_ = received->transaction;
            return;
        }
        note(*received->request);
        auto done = sipmsg::Message::response(received->request->view(), 200);
        endpoint_->layer().respond(received->transaction, std::move(done), endpoint_->now());
    }

private:
    void note(const sipmsg::Message& request) {
        std::string line(request.method_text());
        line.append(" ").append(request.top<sipmsg::To>()->tag().value_or("?"));
        if (auto reason = request.raw(Header::reason)) line.append(" ").append(*reason);
        heard.push_back(line);
    }

    std::shared_ptr<siptxn::Endpoint> endpoint_;
    sipmsg::MessagePtr invite_;
    siptxn::ServerId transaction_{};
};

/// Signaling only, and how it was used: "a" applied or answered, "x" closed.
struct Handlers {
    std::vector<std::string> stories;

    sipua::SessionDescriptionHandlerFactory factory() {
        return [this](const sipua::SessionContext& context) {
            stories.emplace_back();
            return std::make_shared<Noting>(plain(context), stories, stories.size() - 1);
        };
    }

private:
    class Noting final : public support::WrappedHandler {
    public:
        Noting(std::shared_ptr<SessionDescriptionHandler> inner, std::vector<std::string>& stories, std::size_t place)
            : WrappedHandler(std::move(inner)), stories_(stories), place_(place) {}
        void set_description(const sipua::Body& remote, const sipua::DescriptionOptions& options,
                             Completion done) override {
            stories_[place_] += sipmsg::sdp::parse(remote.content)->session_name;
            WrappedHandler::set_description(remote, options, std::move(done));
        }
        void close() override {
            stories_[place_] += closed_ ? "" : "x";
            closed_ = true;
        }

    private:
        std::vector<std::string>& stories_;
        std::size_t place_;
        bool closed_ = false;
    };

    sipua::SessionDescriptionHandlerFactory plain = sipua::signaling_only();
};

}  // namespace

TEST_CASE("early media is one callee's: when another one answers the call ends with 488 (RFC 3261 §13.2.2.4)") {
    for (bool same : {true, false}) {
        CAPTURE(same);
        sipua::sim::World world(1);
        auto here = world.stack("10.0.0.1");
        Fork fork(world);
        Handlers handlers;
        std::error_code error;
        play(world, [&]() -> asio::awaitable<void> {
            sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1", .media = handlers.factory()});
            co_await alice.start();
            sipua::InviterOptions options;
            options.early_media = true;
            sipua::Inviter call(alice, "sip:all@10.0.0.9", std::move(options));
            call.invite([&](std::error_code result) { error = result; });
            co_await alice.sleep(1s);
            fork.answer(183, "a");
            co_await alice.sleep(1s);
            CHECK(handlers.stories == std::vector<std::string>{"a"});
            fork.answer(183, "b");
            co_await alice.sleep(1s);
            CHECK(handlers.stories == std::vector<std::string>{"a"});  // one offer, one answer
            fork.answer(200, same ? "a" : "b");
            co_await alice.sleep(1s);
            CHECK((call.state() == sipua::SessionState::established) == same);
            co_await alice.stop();
        });
        CHECK(handlers.stories == std::vector<std::string>{"ax"});
        if (same) {
            CHECK_FALSE(error);
            CHECK(fork.heard == std::vector<std::string>{"ACK a", "BYE a"});
        } else {
            CHECK(error == sipua::Errc::not_acceptable);
            REQUIRE(fork.heard.size() == 2);
            CHECK(fork.heard[0] == "ACK b");
            CHECK(fork.heard[1].starts_with("BYE b SIP;cause=488"));
        }
    }
}

TEST_CASE("each early dialog that offers has a handler of its own, and the winner's stays (RFC 3262 §5)") {
    sipua::sim::World world(2);
    auto here = world.stack("10.0.0.1");
    Fork fork(world);
    Handlers handlers;
    play(world, [&]() -> asio::awaitable<void> {
        sipua::UserAgent alice(here, {.uri = "sip:alice@10.0.0.1", .media = handlers.factory()});
        co_await alice.start();
        sipua::InviterOptions options;
        options.without_sdp = true;
        sipua::Inviter call(alice, "sip:all@10.0.0.9", std::move(options));
        std::error_code error = sipua::Errc::stopped;
        call.invite([&](std::error_code result) { error = result; });
        co_await alice.sleep(1s);
        fork.answer(183, "a", 1);
        co_await alice.sleep(1s);
        fork.answer(183, "b", 1);
        co_await alice.sleep(1s);
        CHECK(fork.heard == std::vector<std::string>{"PRACK a", "PRACK b"});
        CHECK(handlers.stories == std::vector<std::string>{"a", "b"});
        fork.answer(200, "b");
        co_await alice.sleep(1s);
        CHECK_FALSE(error);
        CHECK(handlers.stories == std::vector<std::string>{"ax", "b"});
        CHECK(call.session_description_handler() != nullptr);
        co_await alice.stop();
    });
    CHECK(handlers.stories == std::vector<std::string>{"ax", "bx"});
    CHECK(fork.heard == std::vector<std::string>{"PRACK a", "PRACK b", "ACK b", "BYE b"});
}
