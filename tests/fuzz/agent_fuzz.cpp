// SPDX-License-Identifier: MIT
// A peer says anything to a user agent, in virtual time. Nothing is thrown, every operation of the agent's user ends,
// all that the agent says reads back, and behind stop() nothing remains. The first octet chooses the transport and what
// the user does, the second how long the peer waits between its messages, which '~' parts. In them "$i" and its like
// stand for parts of what the agent sent (see word_for()), so that they find dialogs and transactions.
#include "require.hpp"

#include <sipua/sim/world.hpp>
#include <sipua/sipua.hpp>

#include <sipmsg/sipmsg.hpp>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace std::chrono_literals;
using siptxn::Transport;

constexpr std::size_t most_messages = 16;

struct Way {
    Transport transport;
    std::uint16_t port;
    std::string target;
};
const Way ways[] = {
    {Transport::udp, 5060, "sip:bob@10.0.0.9"                },
    {Transport::tcp, 5060, "sip:bob@10.0.0.9;transport=tcp"  },
    {Transport::ws,  80,   "sip:bob@10.0.0.9:80;transport=ws"},
};

siptxn::SocketAddress address(std::string_view ip, std::uint16_t port) { return {*siptxn::IpAddress::parse(ip), port}; }

/// The other host. It has no stack: octets come and go.
class Peer final : public siptxn::WireEvents {
public:
    Peer(sipua::sim::World& world, const Way& way) : way_(way) {
        const auto ip = *siptxn::IpAddress::parse("10.0.0.9");
        wire_ = world.network().wire(ip, {
                                             {way.transport, {ip, way.port}}
        });
        wire_->attach(this);
    }
    ~Peer() override { wire_->attach(nullptr); }
    void connect() { wire_->open(wire_->new_flow_id(), way_.transport, address("10.0.0.1", way_.port), ""); }

    void send(std::string_view text, std::size_t piece) {
        if (!flow_) return;
        const auto octets = filled(text);
        if (way_.transport != Transport::tcp) piece = std::max<std::size_t>(octets.size(), 1);
        for (std::size_t at = 0; at < octets.size(); at += piece)
            wire_->send(*flow_, std::make_shared<const std::string>(octets.substr(at, piece)));
    }

    void on_opened(const siptxn::Flow& flow, bool) override { flow_ = flow; }
    void on_octets(const siptxn::Flow& flow, std::string_view octets) override {
        flow_ = flow;
        if (way_.transport != Transport::tcp) {
            if (octets.find_first_not_of("\r\n") != octets.npos) hear(sipmsg::parse(octets));
            return;
        }
        auto& framer = framers_[flow.id];
        framer.feed(octets);
        for (;;) {
            const auto next = framer.next();
            if (std::holds_alternative<sipmsg::StreamFramer::NeedMore>(next)) return;
            fuzz::require(!std::holds_alternative<sipmsg::ParseError>(next));
            if (const auto* message = std::get_if<sipmsg::MessageView>(&next)) hear(*message);
        }
    }
    void on_failed(const siptxn::Flow& flow, std::error_code) override {
        if (way_.transport == Transport::udp) return;
        framers_.erase(flow.id);
        if (flow_ && flow_->id == flow.id) flow_.reset();
    }
    void on_resolved(siptxn::QueryId, std::span<const siptxn::DnsRecord>, std::error_code) override {}

private:
    void hear(const sipmsg::Result<sipmsg::MessageView>& message) {
        fuzz::require(message.has_value());
        heard_ = *sipmsg::Message::parse(std::string(message->octets()));
        if (heard_->is_request() && heard_->method() == sipmsg::Method::invite) invite_ = heard_;
        if (const auto contact = heard_->top<sipmsg::Contact>(); contact && !contact->is_star())
            target_ = sipmsg::unfold(contact->uri().text());
    }
    /// Of the last message, with a capital letter of the last INVITE.
    [[nodiscard]] std::string word_for(char letter) const {
        const bool capital = letter >= 'A' && letter <= 'Z';
        const auto& of = capital ? invite_ : heard_;
        auto raw = [&](sipmsg::Header header) { return std::string(of ? of->raw(header).value_or("x") : "x"); };
        switch (capital ? letter + 32 : letter) {
            case 'v': return raw(sipmsg::Header::via);
            case 'f': return raw(sipmsg::Header::from);
            case 't': return raw(sipmsg::Header::to);
            case 'i': return raw(sipmsg::Header::call_id);
            case 'c': return raw(sipmsg::Header::contact);
            case 's': return raw(sipmsg::Header::cseq);
            case 'n': return raw(sipmsg::Header::cseq).substr(0, raw(sipmsg::Header::cseq).find(' '));
            case 'b': return of ? std::string(of->body()) : "";
            case 'u': return target_;
            default: return {'$', letter};
        }
    }
    [[nodiscard]] std::string filled(std::string_view text) const {
        std::string out;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (text[at] != '$' || at + 1 == text.size()) {
                out += text[at];
            } else {
                out += word_for(text[++at]);
            }
        }
        return out;
    }

    const Way& way_;
    std::shared_ptr<siptxn::Wire> wire_;
    std::map<siptxn::FlowId, sipmsg::StreamFramer> framers_;  ///< of each connection
    std::optional<siptxn::Flow> flow_;
    std::optional<sipmsg::Message> heard_, invite_;
    std::string target_ = "sip:alice@10.0.0.1";
};

/// Awaits what may fail.
asio::awaitable<bool> done(auto operation) {
    bool good = true;
    try {
        co_await operation();
    } catch (const std::system_error&) {
        good = false;
    }
    co_return good;
}

/// An agent that answers all there is, and its user.
class User {
public:
    User(sipua::sim::World& world, const Way& way, unsigned wish)
        : stack_(world.stack("10.0.0.1", stack_options(way))), target_(way.target), wish_(wish) {
        sipua::UserAgentOptions options{
            .uri = "sip:alice@10.0.0.1", .authorization = {.username = "alice", .password = "secret"}
        };
        options.follow_referrals = true;
        options.delegate.on_invite = [this](sipua::Invitation call) {
            calls_.push_back(std::move(call));
            auto& kept = calls_.back();
            sipua::InvitationProgressOptions progress{.status = 183};
            progress.rel100 = (wish_ & 1) != 0;
            kept.progress(std::move(progress), [&kept](std::error_code) { kept.accept([](std::error_code) {}); });
        };
        options.delegate.on_subscribe = [this](sipua::Notifier notifier) {
            notifiers_.push_back(std::move(notifier));
            notifiers_.back().accept({"text/plain", "here"});
        };
        agent_.emplace(stack_, std::move(options));
        agent_->start([](std::error_code) {});
        ++begun_;
        asio::co_spawn(world.executor(), act(), [this](std::exception_ptr thrown) {
            fuzz::require(!thrown);
            --begun_;
        });
    }
    void stop() {
        agent_->stop([](std::error_code) {});
    }
    [[nodiscard]] bool is_over() const { return begun_ == 0 && stack_.sessions() == 0 && stack_.transactions() == 0; }

private:
    static sipua::StackOptions stack_options(const Way& way) {
        sipua::StackOptions options;
        options.listen = {std::string(to_string(way.transport)) + ":10.0.0.1:" + std::to_string(way.port)};
        std::ranges::transform(options.listen[0], options.listen[0].begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        options.session_timer.expires = 90s;
        return options;
    }
    asio::awaitable<void> act() {
        switch (wish_) {
            case 1:
            case 2: return call();
            case 3: return bind();
            case 4: return subscribe();
            case 5: return refer();
            case 6: return publish();
            case 7: return say();
            default: return idle();
        }
    }
    asio::awaitable<void> idle() { co_return; }
    asio::awaitable<void> call() {
        sipua::InviterOptions options;
        options.early_media = wish_ == 2;
        options.max_redirects = 3;
        options.ring_timeout = 60s;
        sipua::Inviter call(*agent_, target_, std::move(options));
        if (!co_await done([&] { return call.invite(); })) co_return;
        co_await done([&] { return call.hold(); });
        co_await done([&] { return call.refer("sip:carol@10.0.0.9", sipua::ReferOptions{}, asio::use_awaitable); });
        co_await done([&] { return agent_->sleep(10s); });
        co_await done([&] { return call.bye(); });
    }
    asio::awaitable<void> bind() {
        sipua::Registerer registerer(*agent_, {.registrar = target_, .expires = 60s});
        co_await done([&] { return registerer.register_contact(); });
        co_await done([&] { return agent_->sleep(100s); });
    }
    asio::awaitable<void> subscribe() {
        sipua::Subscriber subscriber(*agent_, target_, "presence", {.expires = 60s});
        co_await done([&] { return subscriber.subscribe(); });
        co_await done([&] { return agent_->sleep(100s); });
    }
    asio::awaitable<void> refer() {
        sipua::Referrer referrer(*agent_, target_, "sip:carol@10.0.0.9");
        co_await done([&] { return referrer.refer(); });
    }
    asio::awaitable<void> publish() {
        sipua::Publisher publisher(*agent_, target_, "presence");
        co_await done([&] { return publisher.publish("x"); });
        co_await done([&] { return agent_->sleep(100s); });
    }
    asio::awaitable<void> say() {
        sipua::Messager messager(*agent_, target_, "hello");
        co_await done([&] { return messager.message(); });
    }

    sipua::Stack stack_;
    std::string target_;
    unsigned wish_;
    int begun_ = 0;
    std::list<sipua::Invitation> calls_;
    std::list<sipua::Notifier> notifiers_;
    std::optional<sipua::UserAgent> agent_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
    const Way& way = ways[data[0] % 3];
    const auto wait = std::chrono::milliseconds(20 + data[1] / 16 * 200);
    const std::size_t piece = std::max(1, data[1] % 16 * 64);

    sipua::sim::World world(1);
    world.network().keep_log(false);
    Peer peer(world, way);
    {
        User user(world, way, data[0] / 3 % 8);
        world.run(100ms);
        peer.connect();
        world.run(100ms);
        for (std::size_t i = 0; i < most_messages && !rest.empty(); ++i) {
            const auto end = std::min(rest.find('~'), rest.size());
            peer.send(rest.substr(0, end), piece);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            world.run(wait);
        }
        world.run(3min);
        user.stop();
        world.run(2h);
        fuzz::require(user.is_over());
    }
    world.run(2h);
    return 0;
}
