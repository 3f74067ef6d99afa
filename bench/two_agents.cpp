// SPDX-License-Identifier: MIT
#include "two_agents.hpp"

#include <variant>

namespace bench {
namespace {

using namespace siptxn;
using namespace sipdialog;

const SocketAddress here{*IpAddress::parse("192.0.2.1"), 5060};
const SocketAddress there{*IpAddress::parse("192.0.2.2"), 5060};
constexpr std::size_t boundless = 100'000'000;

LayerOptions layer_options() {
    LayerOptions options;
    options.limits.client_transactions = options.limits.server_transactions = boundless;
    return options;
}

DialogOptions dialog_options() {
    DialogOptions options;
    options.limits.sessions = options.limits.ended_sessions = boundless;
    return options;
}

/// As long as a phone's with one codec and telephone events.
const Body description{"application/sdp",
                       "v=0\r\no=- 2890844526 2890844526 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
                       "m=audio 49172 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                       "a=fmtp:101 0-15\r\n"};

}  // namespace

Agent::Agent(const SocketAddress& address, std::uint64_t seed)
    : own(address),
      transactions(layer_options(), seeded_random(seed)),
      dialogs(dialog_options(), seeded_random(seed + 1)) {
    Listener listener{Transport::udp, own};
    transactions.set_listeners({&listener, 1});
}

bool Agent::drain(TimePoint now) {
    bool any = false;
    const auto each = [&](const auto& output) {
        any = true;
        take(output, now);
    };
    while (auto output = transactions.poll()) std::visit(each, *output);
    while (auto output = dialogs.poll()) std::visit(each, *output);
    return any;
}

void Agent::expire(TimePoint now) {
    transactions.expire(now);
    dialogs.expire(now);
}

void Agent::received(const std::string& octets, TimePoint now) {
    transactions.received({FlowId{1}, Transport::udp, own, own == here ? there : here}, octets, now);
}

void Agent::take(const Transmit& output, TimePoint now) {
    ++transmitted;
    if (peer) peer->received(*output.octets, now);
    if (!peer && kept) kept->push_back(*output.octets);
}

void Agent::take(const OpenFlow& output, TimePoint now) {
    transactions.opened({output.id, output.transport, own, output.remote}, false, now);
}

void Agent::take(const Event& event, TimePoint now) { dialogs.handle(event, now); }

void Agent::take(const SendRequest& output, TimePoint now) {
    dialogs.sent(output.id, transactions.send(output.request, output.options, now));
}

void Agent::take(const SendAck& output, TimePoint now) {
    transactions.send_stateless(output.request, output.options, now);
}

void Agent::take(const Respond& output, TimePoint now) {
    transactions.respond(output.transaction, output.response, now);
}

void Agent::take(const DescriptionWanted& output, TimePoint now) { dialogs.described(output.id, description, now); }

void Agent::take(const Invited& output, TimePoint now) {
    dialogs.progress(output.session, {.status = 180, .contact = {.user = "bob"}}, now);
}

void Agent::take(const ProgressDone& output, TimePoint now) {
    dialogs.accept(output.session, now,
                   {
                       .user = "bob"
    },
                   {{"Allow", "INVITE, ACK, BYE, CANCEL, UPDATE, PRACK"}});
}

void Agent::take(const Established& output, TimePoint) { established.push_back(output.session); }

void Agent::take(const RequestInDialog& output, TimePoint now) {
    ++answered;
    dialogs.respond(output.session, output.transaction, 200, now);
}

void Agent::take(const Ended&, TimePoint) { ++ended; }

TwoAgents::TwoAgents() : caller(std::make_unique<Agent>(here, 1)), callee(std::make_unique<Agent>(there, 3)) {
    caller->peer = callee.get();
    callee->peer = caller.get();
}

void TwoAgents::drain(TimePoint now) {
    while (caller->drain(now) || callee->drain(now)) {
    }
}

void TwoAgents::expire(TimePoint now) {
    caller->expire(now);
    callee->expire(now);
    drain(now);
}

SessionId TwoAgents::call(TimePoint now) {
    InviteOptions options;
    options.request_uri = options.to = "sip:bob@192.0.2.2";
    options.from = "sip:alice@192.0.2.1";
    options.routing.contact = LocalContact{.user = "alice"};
    options.common_headers = {
        {"Allow", "INVITE, ACK, BYE, CANCEL, UPDATE, PRACK"}
    };
    const auto session = caller->dialogs.invite(std::move(options), now);
    drain(now);
    return session;
}

}  // namespace bench
