// SPDX-License-Identifier: MIT
// Agents that do all they can, on a wire whose other end rewrites what it is told: nothing is thrown, and nothing
// remains. SIPUA_TRIES=100000 runs so many seeds, SIPUA_SEED=17 that one alone.
#include "world_play.hpp"

#include <sipmsg/sipmsg.hpp>

#include <doctest/doctest.h>
#include <seeds.hpp>

#include <array>
#include <list>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace std::string_literals;
using support::outcome;

namespace {

/// What the rewriter writes.
const auto values = std::to_array<std::string>({
    "",
    "0",
    "1",
    "-1",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "99999999999999999999",
    "*",
    "@",
    ",",
    ";",
    "\"\\\0\""s,
    "\"a\r\n b\"",
    "<sip:a@b>;x=\"\r\n y\"",
    "<tel:+1>",
    "<https://a/>",
    "sip:a@b",
    "<sip:a@b",
    "<sips:x@10.0.0.9>",
    "<sip:x@10.0.0.9;lr>",
    "<sip:x@10.0.0.9>,<sip:y@10.0.0.9>",
    "<sip:10.0.0.2;lr>\r\n ;x=y",
    "\xff\xfe",
    "a;b=c",
    "1;refresher=uac",
    "1;refresher=uas",
    "0;refresher=uac",
    "4294967295;refresher=uac",
    "100rel",
    "100rel, replaces, timer",
    "1 1 INVITE",
    "4294967295 4294967295 INVITE",
    "refer",
    "refer;id=1",
    "presence;id=\"\r\n 1\"",
    "active;expires=0",
    "active;expires=4294967295",
    "terminated;reason=deactivated",
    "terminated;reason=probation;retry-after=0",
    "terminated;reason=giveup;retry-after=4294967295",
    "pending",
    "x",
    "x;to-tag=a;from-tag=b",
    "session",
    "render",
    "multipart/mixed;boundary=x",
    "message/sipfrag",
    "application/sdp",
    "application/sdp\r\n ;x=y",
    "Digest realm=\"a\", nonce=\"b\", stale=true",
    "Digest realm=\"\r\n x\", nonce=\"\"",
    "Digest",
    "Bearer",
    "<sip:carol@10.0.0.9?Replaces=a%0D%0AX:y%3Bto-tag%3D1%3Bfrom-tag%3D2>",
    "false",
    "true",
});
constexpr auto names = std::to_array<std::string_view>({
    "Session-Expires",
    "Min-SE",
    "Expires",
    "Min-Expires",
    "Retry-After",
    "RSeq",
    "RAck",
    "Require",
    "Supported",
    "Replaces",
    "Join",
    "Refer-To",
    "Referred-By",
    "Refer-Sub",
    "Record-Route",
    "Route",
    "Contact",
    "Event",
    "Subscription-State",
    "Content-Type",
    "Content-Disposition",
    "Content-Length",
    "CSeq",
    "From",
    "To",
    "Call-ID",
    "Via",
    "Allow",
    "Reason",
    "WWW-Authenticate",
    "Proxy-Authenticate",
    "Authorization",
    "P-Asserted-Identity",
    "Service-Route",
    "SIP-ETag",
    "SIP-If-Match",
    "Identity",
    "Recv-Info",
    "Info-Package",
    "Max-Forwards",
    "Accept",
    "Date",
    "Content-Encoding",
});
constexpr auto statuses = std::to_array<std::string_view>({"100", "180", "183", "199", "200", "202", "204", "300",
                                                           "302", "400", "401", "407", "408", "412", "422", "423",
                                                           "481", "487", "489", "491", "500", "503", "600", "699"});
constexpr auto methods = std::to_array<std::string_view>({"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "PRACK",
                                                          "UPDATE", "INFO", "REFER", "NOTIFY", "SUBSCRIBE", "MESSAGE"});

class Rewriter {
public:
    explicit Rewriter(std::uint64_t seed) : chance_(seed) {}

    int below(std::size_t count) { return static_cast<int>(chance_() % count); }
    template <class List>
    const auto& any(const List& list) {
        return list[static_cast<std::size_t>(below(std::size(list)))];
    }
    std::string rewritten(const std::string& text) {
        const auto end = text.find("\r\n\r\n");
        if (end == text.npos) return text;
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < end + 2;) {
            const auto stop = text.find("\r\n", at);
            lines.push_back(text.substr(at, stop - at));
            at = stop + 2;
        }
        auto body = text.substr(end + 4);
        for (int edits = 1 + below(3); edits > 0; --edits) edit(lines, body);
        std::string out;
        for (const auto& line : lines) out += line + "\r\n";
        return out + "\r\n" + body;
    }

private:
    void edit(std::vector<std::string>& lines, std::string& body) {
        auto& line = lines[static_cast<std::size_t>(below(lines.size()))];
        const auto colon = line.find(':');
        switch (below(9)) {
            case 0: lines.push_back(std::string(any(names)) + ": " + any(values)); break;
            case 1:
            case 2:
                if (&line != &lines.front() && colon != line.npos) line = line.substr(0, colon + 2) + any(values);
                break;
            case 3:
                if (&line != &lines.front()) line = std::string(any(names)) + ": " + any(values);
                break;
            case 4: lines.insert(lines.end(), static_cast<std::size_t>(1 + below(60)), std::string(line)); break;
            case 5: start_line(lines.front()); break;
            case 6: number(line); break;
            case 7: body = below(2) ? body.substr(0, body.size() / 2) : body + body; break;
            default:
                if (!body.empty()) body[static_cast<std::size_t>(below(body.size()))] = static_cast<char>(below(256));
                break;
        }
    }
    void start_line(std::string& line) {
        if (line.starts_with("SIP/2.0 ")) {
            line.replace(8, 3, any(statuses));
        } else {
            line.replace(0, line.find(' '), any(methods));
        }
    }
    void number(std::string& line) {
        const auto at = line.find_last_of("0123456789");
        if (at == line.npos) return;
        auto begin = at;
        while (begin > 0 && line[begin - 1] >= '0' && line[begin - 1] <= '9') --begin;
        line.replace(begin, at - begin + 1, any(values));
    }

    std::mt19937_64 chance_;
};

/// Passes everything on; of what is sent one message in four is another one, or comes twice.
class HostileWire final : public support::PassingWire {
public:
    HostileWire(std::shared_ptr<siptxn::Wire> inner, Rewriter& rewriter, const bool& hostile)
        : PassingWire(std::move(inner)), rewriter_(rewriter), hostile_(hostile) {}
    void send(const siptxn::Flow& flow, siptxn::Octets octets) override {
        const bool rewrites = hostile_ && rewriter_.below(4) == 0;
        if (rewrites) PassingWire::send(flow, std::make_shared<const std::string>(rewriter_.rewritten(*octets)));
        if (!rewrites || rewriter_.below(2) == 0) PassingWire::send(flow, std::move(octets));
    }

private:
    Rewriter& rewriter_;
    const bool& hostile_;
};

/// An agent that answers all there is, and its stack.
struct Party {
    Party(sipua::sim::World& world, const std::string& ip, Rewriter& rewriter, const bool& hostile)
        : stack(
              world.executor(),
              siptxn::Endpoint::create(
                  std::make_shared<HostileWire>(
                      world.network().wire(*siptxn::IpAddress::parse(ip),
                                           {
                                               {siptxn::Transport::udp, *siptxn::SocketAddress::parse(ip + ":5060")}
    }),
                      rewriter, hostile),
                  world.network().clock(), world.network().random()),
              timed()),
          uri("sip:user@" + ip) {
        sipua::UserAgentOptions options{
            .uri = uri, .authorization = {.username = "user", .password = "secret"}
        };
        options.follow_referrals = true;
        options.trickle_ice = true;
        options.delegate.on_invite = [this](sipua::Invitation call) {
            sipua::SessionDelegate delegate;
            delegate.on_dtmf = [](const sipua::Dtmf&) {};
            call.set_delegate(std::move(delegate));
            calls.push_back(std::move(call));
            auto& kept = calls.back();
            sipua::InvitationProgressOptions progress{.status = 183};
            progress.rel100 = true;
            kept.progress(std::move(progress), [&kept](std::error_code) { kept.accept([](std::error_code) {}); });
        };
        options.delegate.on_subscribe = [this](sipua::Notifier notifier) {
            notifiers.push_back(std::move(notifier));
            notifiers.back().accept({"text/plain", "here"});
        };
        agent.emplace(stack, std::move(options));
    }
    static sipua::StackOptions timed() {
        sipua::StackOptions options;
        options.session_timer.expires = 90s;
        return options;
    }

    sipua::Stack stack;
    std::string uri;
    std::list<sipua::Invitation> calls;
    std::list<sipua::Notifier> notifiers;
    std::optional<sipua::UserAgent> agent;
};

asio::awaitable<void> one_call(sipua::UserAgent& agent, std::string target, std::size_t way, std::string& step) {
    sipua::InviterOptions options;
    options.early_media = way % 2 == 0;
    options.without_sdp = way % 3 == 0;
    options.max_redirects = 3;
    options.ring_timeout = 60s;
    sipua::Inviter call(agent, target, std::move(options));
    step = "invite";
    if (co_await outcome([&] { return call.invite(); })) co_return;
    step = "hold";
    (void)co_await outcome([&] { return call.hold(); });
    step = "update";
    (void)co_await outcome([&] { return call.update(); });
    step = "send_dtmf";
    (void)co_await outcome(
        [&] { return call.send_dtmf("12", sipua::DtmfOptions{.way = sipua::DtmfOptions::Way::info}); });
    step = "request";
    (void)co_await outcome([&] { return call.request("MESSAGE", sipua::Body{"text/plain", "x"}); });
    step = "refer";
    (void)co_await outcome([&] { return call.refer("sip:user@10.0.0.9", sipua::ReferOptions{}, asio::use_awaitable); });
    step = "sleep";
    (void)co_await outcome([&] { return agent.sleep(100s); });
    step = "bye";
    (void)co_await outcome([&] { return call.bye(); });
}

asio::awaitable<void> others(sipua::UserAgent& agent, std::string target, std::string& step) {
    sipua::Registerer registerer(agent, {.registrar = target, .expires = 60s});
    step = "register_contact";
    (void)co_await outcome([&] { return registerer.register_contact(); });
    sipua::Messager messager(agent, target, "hello");
    step = "message";
    (void)co_await outcome([&] { return messager.message(); });
    sipua::Subscriber subscriber(agent, target, "presence", {.expires = 60s});
    step = "subscribe";
    (void)co_await outcome([&] { return subscriber.subscribe(); });
    sipua::Publisher publisher(agent, target, "presence");
    step = "publish";
    (void)co_await outcome([&] { return publisher.publish("x"); });
    sipua::Referrer referrer(agent, target, "sip:user@10.0.0.9");
    step = "referrer";
    (void)co_await outcome([&] { return referrer.refer(); });
    step = "sleep";
    (void)co_await outcome([&] { return agent.sleep(100s); });
    step = "unsubscribe";
    (void)co_await outcome([&] { return subscriber.unsubscribe(); });
}

std::string what_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& failure) {
        return std::string("thrown: ") + failure.what();
    }
}

/// What went wrong; empty: nothing.
std::string run(std::uint64_t seed) {
    Rewriter rewriter(seed);
    bool hostile = true;
    sipua::sim::World world(seed);
    world.network().keep_log(false);
    int begun = 0, ended = 0;
    std::array<std::string, 8> steps;
    std::string fault;
    {
        Party alice(world, "10.0.0.1", rewriter, hostile), bob(world, "10.0.0.9", rewriter, hostile);
        auto spawn = [&](asio::awaitable<void> what, std::string& step) {
            ++begun;
            asio::co_spawn(world.executor(), std::move(what), [&](std::exception_ptr thrown) {
                step = "";
                ++ended;
                if (thrown) fault = what_of(thrown);
            });
        };
        try {
            for (auto* party : {&alice, &bob}) party->agent->start([](std::error_code) {});
            for (std::size_t way = 0; way < 6; ++way)
                spawn(one_call(*alice.agent, bob.uri, way, steps.at(way)), steps.at(way));
            spawn(others(*alice.agent, bob.uri, steps[6]), steps[6]);
            spawn(others(*bob.agent, alice.uri, steps[7]), steps[7]);
            world.run(20min);
            hostile = false;
            for (auto* party : {&alice, &bob}) party->agent->stop([](std::error_code) {});
            world.run(2h);
        } catch (const std::exception& thrown) {
            return std::string("thrown: ") + thrown.what();
        }
        if (ended != begun)
            for (const auto& step : steps) fault += step.empty() ? "" : " " + step + " did not end";
        for (auto* party : {&alice, &bob}) {
            if (auto left = party->stack.sessions()) fault += " sessions left: " + std::to_string(left);
            if (auto left = party->stack.transactions()) fault += " transactions left: " + std::to_string(left);
        }
    }
    world.run(2h);
    return fault;
}

}  // namespace

TEST_CASE("whatever a peer says, nothing is thrown, every operation ends, and nothing remains") {
    const support::Seeds seeds("SIPUA", 100);
    int failed = 0;
    for (auto seed = seeds.first; seed <= seeds.last && failed < 5; ++seed) {
        const auto fault = run(seed);
        failed += fault.empty() ? 0 : 1;
        CHECK_MESSAGE(fault.empty(), "seed " << seed << ": " << fault);
    }
}
