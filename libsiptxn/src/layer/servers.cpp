// SPDX-License-Identifier: MIT
#include "layer/servers.hpp"

#include "layer/via.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/printer.hpp>
#include <sipmsg/stateless.hpp>
#include <sipmsg/status.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace siptxn {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

struct MatchingKey {
    std::string_view method;
    const sipmsg::Via& via;
    std::string_view branch;
};

sipmsg::Printer print(sipmsg::Printer to, const MatchingKey& key) {
    const auto host = key.via.host();
    to = (to << key.method << ' ').write(host.text, [&](char* out) {
        if (host.kind != sipmsg::HostKind::ipv4) std::ranges::transform(out, out + host.text.size(), out, lower);
    });
    if (key.via.port()) to = to << ':' << *key.via.port();
    return to << ' ' << key.branch;
}

template <class Machine>
Effects transport_failure(Machine& machine, TimePoint now) {
    return machine.on(Machine::Event::transport_error, now);
}

/// The To tag of a response; empty when there is none.
std::string tag_of(const Octets& response) {
    if (!response) return {};
    const auto view = sipmsg::parse(*response);
    const auto fields = view ? view->dialog_fields() : std::unexpected(view.error());
    return fields ? std::string(fields->to_tag.value_or("")) : std::string();
}

}  // namespace

bool Server::is_terminated() const {
    return std::visit([](const auto& m) { return m.is_terminated(); }, machine);
}

std::optional<TimePoint> Server::next_expiry() const {
    return std::visit([](const auto& m) { return m.next_expiry(); }, machine);
}

Servers::~Servers() {
    by_id_.drain([](Server& server) { delete &server; });
}

/// RFC 3261 §17.2.3: branch, sent-by and method.
Servers::Key Servers::key_of(const sipmsg::MessageView& request, const sipmsg::Essentials& head,
                             std::string_view method) {
    const bool cookie = sipmsg::has_magic_cookie(head.via);
    scratch_.clear();
    sipmsg::append_to(scratch_, MatchingKey{method, head.via, cookie ? head.via.branch() : std::string_view{}});
    if (!cookie) write_legacy_key(request, head);
    return {scratch_, context_.hash(scratch_)};
}

/// The fields that RFC 2543 peers keep equal between repetitions, and between INVITE, ACK and CANCEL. The To tag of an
/// ACK is another one: see acknowledged_by().
void Servers::write_legacy_key(const sipmsg::MessageView& request, const sipmsg::Essentials& head) {
    fmt::format_to(std::back_inserter(scratch_), "{}\n{}\n{}\n{}\n{}", request.request_uri_text(),
                   request.raw(sipmsg::Header::call_id).value_or(""), head.from_tag.value_or(""), head.cseq.number,
                   head.via.text());
}

void Servers::on_request(const sipmsg::MessageView& request, const sipmsg::Essentials& head, const Flow& flow,
                         TimePoint now) {
    if (context_.options.stateless) return pass_on(request, head.via, flow);
    if (request.method() == sipmsg::Method::ack) return on_ack(request, head, flow, now);
    if (request.method() == sipmsg::Method::cancel) return on_cancel(request, head, flow, now);
    const Key key = key_of(request, head, request.method_text());
    if (Server* known = find(key)) return repeated(*known, now);
    bool overloaded = by_id_.size() >= context_.options.limits.server_transactions;
    if (overloaded) return answers_.refuse(request, head.via, flow, now);
    create(request, head, key, flow, now);
}

/// RFC 3261 §8.2.7, §16.11: nothing is remembered, so nothing is a repetition.
void Servers::pass_on(const sipmsg::MessageView& request, const sipmsg::Via& via, const Flow& flow) {
    auto stamped_request = with_stamped_via(request, via, flow.remote);
    ++context_.statistics.requests_received;
    if (request.method() == sipmsg::Method::ack) return context_.report(AckReceived{std::move(stamped_request), flow});
    context_.report(RequestReceived{ServerId::none, std::move(stamped_request), flow});
}

void Servers::repeated(Server& server, TimePoint now) {
    ++context_.statistics.retransmissions_received;
    Effects effects;
    if (auto* invite = std::get_if<InviteServer>(&server.machine)) {
        effects = invite->on(InviteServer::Event::invite, now);
    } else {
        effects = std::get<NonInviteServer>(server.machine).on(NonInviteServer::Event::request, now);
    }
    carry_out(server, effects, {}, now);
}

void Servers::create(const sipmsg::MessageView& request, const sipmsg::Essentials& head, const Key& key,
                     const Flow& flow, TimePoint now) {
    const auto& options = context_.options;
    const auto& via = head.via;
    bool reliable = is_reliable(flow.transport);
    bool invite = request.method() == sipmsg::Method::invite;
    auto stamped_request = with_stamped_via(request, via, flow.remote);
    Server& server =
        invite ? Server::make(InviteServer(options.timers, reliable, now, options.refresh_provisionals), key.text)
               : Server::make(NonInviteServer(options.timers, reliable, now), key.text);
    server.id = static_cast<ServerId>(++last_id_);
    by_id_.add(server, last_id_);
    by_key_.add(server, key.hash);
    server.flow = reply_flow(flow, via);
    server.sent_by_port = via.port().value_or(default_port(flow.transport));
    server.request = std::move(stamped_request);
    ++context_.statistics.requests_received;
    ++context_.statistics.server_transactions;
    context_.report(RequestReceived{server.id, server.request, flow, is_merged(server, head)});
    settle(server, now);
}

/// RFC 3261 §8.2.2.2. What two requests have to have in common is a hash with a key of ours: another one with the same
/// 64 bits is nothing that comes to pass.
bool Servers::is_merged(Server& server, const sipmsg::Essentials& head) {
    if (!looks_for_merged_ || head.to_tag) return false;
    scratch_.assign(head.call_id.text).append(1, '\n').append(head.from_tag.value_or("")).append(1, '\n');
    sipmsg::append_to(scratch_, head.cseq);
    const auto origin = context_.hash(scratch_);
    const bool merged = by_origin_.find(origin, [](const Server&) { return true; }) != nullptr;
    by_origin_.add(server, origin);
    server.has_origin = true;
    return merged;
}

/// An ACK for a non-2xx ends here; any other belongs to a 2xx (RFC 3261 §17.2.1, RFC 6026 §7.1).
void Servers::on_ack(const sipmsg::MessageView& ack, const sipmsg::Essentials& head, const Flow& flow, TimePoint now) {
    Server* invite = acknowledged_by(ack, head);
    if (!invite && answers_.are_ended_by(ack, head)) {
        ++context_.statistics.strays_dropped;
        return;
    }
    auto effects = Effects::deliver;
    if (invite) effects = std::get<InviteServer>(invite->machine).on(InviteServer::Event::ack, now);
    if (has(effects, Effects::deliver)) {
        ++context_.statistics.requests_received;
        context_.report(AckReceived{with_stamped_via(ack, head.via, flow.remote), flow});
    }
    if (invite) settle(*invite, now);
}

/// RFC 3261 §17.2.3: of an RFC 2543 peer's ACK the To tag must be that of our response, too.
Server* Servers::acknowledged_by(const sipmsg::MessageView& ack, const sipmsg::Essentials& head) {
    Server* invite = find(key_of(ack, head, "INVITE"));
    if (!invite || sipmsg::has_magic_cookie(head.via) || !invite->last_response) return invite;
    const bool other = head.to_tag && tag_of(invite->last_response) != *head.to_tag;  // such a peer may know no tags
    return other ? nullptr : invite;
}

/// Whose branch it has, whatever the method (RFC 3261 §9.1).
Server* Servers::cancelled_by(const sipmsg::MessageView& request, const sipmsg::Essentials& head) {
    using enum sipmsg::Method;
    for (auto method :
         {invite, options, bye, register_, prack, subscribe, notify, publish, info, refer, message, update}) {
        if (Server* server = find(key_of(request, head, sipmsg::to_string(method)))) return server;
    }
    return nullptr;
}

/// RFC 3261 §9.2. The answer follows from the CANCEL and the transaction it is for, so that a repeated CANCEL needs no
/// transaction of its own; it has the To tag of the responses that went before. It changes nothing for requests other
/// than INVITE.
void Servers::on_cancel(const sipmsg::MessageView& request, const sipmsg::Essentials& head, const Flow& flow,
                        TimePoint now) {
    Server* server = cancelled_by(request, head);
    const auto tag = server ? tag_of(server->last_response) : std::string();
    answers_.answer(request, head.via, {.status = server ? 200 : 481, .to_tag = tag}, flow, now);
    auto* invite = server ? std::get_if<InviteServer>(&server->machine) : nullptr;
    if (invite && invite->state() == InviteServer::State::proceeding) cancel(*server, request, head.via, flow);
}

void Servers::cancel(Server& invite, const sipmsg::MessageView& request, const sipmsg::Via& via, const Flow& flow) {
    if (std::exchange(invite.cancelled, true)) {
        ++context_.statistics.retransmissions_received;
        return;
    }
    ++context_.statistics.requests_received;
    ++context_.statistics.cancels_received;
    auto stamped_request = with_stamped_via(request, via, flow.remote);
    context_.report(CancelReceived{invite.id, std::move(stamped_request)});
}

bool Servers::respond(ServerId id, sipmsg::Message&& response, TimePoint now) {
    Server* server = find(id);
    int status = response.status();
    if (!server || !response.is_response()) return false;
    auto offer = [&](auto& machine) -> std::optional<Effects> {
        auto event = machine.event_of(status);
        if (!machine.accepts(event)) return std::nullopt;
        return machine.on(event, now);
    };
    const auto* other = std::get_if<NonInviteServer>(&server->machine);
    if (other && !other->may_answer(status)) return false;
    auto effects = std::visit(offer, server->machine);
    if (!effects) return false;
    const bool unsent = other && status == 408;  // RFC 4320 §4.2: the client has waited as long
    if (unsent) effects = Effects::none;
    server->last_response = unsent ? nullptr : octets_of(std::move(response));
    if (sipmsg::is_final(status)) server->request.reset();
    carry_out(*server, *effects, {}, now);
    return true;
}

void Servers::carry_out(Server& server, Effects effects, std::error_code error, TimePoint now) {
    if (has(effects, Effects::send_trying)) send_trying(server, now);
    if (has(effects, Effects::send)) send(server, now);
    if (has(effects, Effects::resend) && server.last_response) {
        ++context_.statistics.retransmissions_sent;
        transmit(server, now);
    }
    if (has(effects, Effects::report_timeout)) {
        ++context_.statistics.timeouts;
        context_.report(ResponseFailed{server.id, Errc::timeout});
    }
    if (has(effects, Effects::report_error)) context_.report(ResponseFailed{server.id, error});
    const auto* invite = std::get_if<InviteServer>(&server.machine);
    if (invite && invite->state() == InviteServer::State::accepted)
        server.last_response.reset();  // a 2xx is repeated by the user (RFC 6026 §7.1)
    settle(server, now);
}

void Servers::send_trying(Server& server, TimePoint now) {
    server.last_response = octets_of(sipmsg::Message::response(server.request->view(), 100));
    send(server, now);
}

void Servers::send(Server& server, TimePoint now) {
    ++context_.statistics.responses_sent;
    if (server.flow.transport == Transport::udp) peers_.add(server);
    transmit(server, now);
}

/// RFC 3261 §18.2.2: the connection of the request; when that is gone, for TCP, a new one to the address it came from
/// and the port of sent-by.
void Servers::transmit(Server& server, TimePoint now) {
    if (flows_.send(server.flow, server.last_response, now)) return;
    if (server.flow.transport != Transport::tcp || !context_.options.reconnect_for_responses)
        return transport_error(server, Errc::transport, now);
    Target target{
        Transport::tcp, {server.flow.remote.ip, server.sent_by_port},
         to_string(server.flow.remote.ip)
    };
    auto flow = flows_.acquire(target, Waiter{ClientId::none, server.id, server.last_response}, now);
    if (!flow) return;
    server.flow = *flow;
    flows_.send(server.flow, server.last_response, now);
}

void Servers::transport_error(Server& server, std::error_code error, TimePoint now) {
    auto effects = std::visit([&](auto& m) { return transport_failure(m, now); }, server.machine);
    ++context_.statistics.transport_errors;
    if (has(effects, Effects::report_error)) context_.report(ResponseFailed{server.id, error});
    context_.deadlines.set(server, server.is_terminated() ? std::optional(now) : server.next_expiry());
}

void Servers::settle(Server& server, TimePoint now) {
    while (!server.is_terminated() && server.next_expiry() && *server.next_expiry() <= now) {
        auto effects = std::visit([&](auto& m) { return m.expire(now); }, server.machine);
        if (effects != Effects::none) return carry_out(server, effects, {}, now);
    }
    if (server.is_terminated()) return end(server);
    context_.deadlines.set(server, server.next_expiry());
}

void Servers::end(Server& server) {
    context_.report(ServerEnded{server.id});
    peers_.remove(server);
    by_key_.remove(server);
    if (server.has_origin) by_origin_.remove(server);
    by_id_.remove(server);
    delete &server;
}

/// Only UDP tells here: responses for a lost connection find out when they are sent.
void Servers::flow_lost(const Flow& flow, std::error_code error, TimePoint now) {
    if (flow.transport != Transport::udp) return;
    for (const auto& key : peers_.take(flow)) {
        Server* server = find(Key{key, context_.hash(key)});
        if (!server) continue;
        transport_error(*server, error, now);
        settle(*server, now);
    }
}

void Servers::flow_ready(const Waiter& waiter, const Flow& flow, TimePoint now) {
    if (Server* server = find(waiter.server)) server->flow = flow;
    flows_.send(flow, waiter.response, now);
}

void Servers::flow_refused(const Waiter& waiter, std::error_code error, TimePoint now) {
    Server* server = find(waiter.server);
    if (!server) return;
    transport_error(*server, error, now);
    settle(*server, now);
}

Server* Servers::find(ServerId id) {
    return by_id_.find(static_cast<std::uint64_t>(id), [&](const Server& server) { return server.id == id; });
}

Server* Servers::find(const Key& key) {
    return by_key_.find(key.hash, [&](const Server& server) { return server.key == key.text; });
}

}  // namespace siptxn
