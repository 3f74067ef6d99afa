// SPDX-License-Identifier: MIT
#include "layer/clients.hpp"

#include "layer/derived_requests.hpp"
#include "layer/via.hpp"

#include <sipmsg/header/simple.hpp>
#include <sipmsg/status.hpp>

#include <iterator>
#include <utility>

namespace siptxn {
namespace {

/// RFC 3261 §17.1.3: the branch of the top Via and the method of CSeq.
void write_key(std::string& out, std::string_view branch, std::string_view method) {
    out.assign(branch);
    out += ' ';
    out += method;
}

std::size_t count_vias(const sipmsg::MessageView& message) {
    bool one_line = !message.is_repeated(sipmsg::Header::via);
    if (one_line && message.raw(sipmsg::Header::via).value_or("").find(',') == std::string_view::npos) return 1;
    std::size_t count = 0;
    for (const auto& via : message.all<sipmsg::Via>()) count += via.has_value();
    return count;
}

std::variant<InviteClient, NonInviteClient> machine_for(const sipmsg::Message& request, const Timers& timers,
                                                        const Flow& flow, TimePoint now) {
    if (request.method() == sipmsg::Method::invite) return InviteClient(timers, is_reliable(flow.transport), now);
    return NonInviteClient(timers, is_reliable(flow.transport), now);
}

template <class Machine>
Effects receive(Machine& machine, int status, TimePoint now) {
    return machine.on(Machine::event_of(status), now);
}

}  // namespace

Client::Client(sipmsg::MessagePtr sent, const Timers& timers, const Flow& on, TimePoint now)
    : Transaction(Kind::client), machine(machine_for(*sent, timers, on, now)), request(std::move(sent)) {
    flow = on;
    if (auto via = request->top<sipmsg::Via>()) {
        write_key(key_text, via->branch(), request->method_text());
        key = key_text;
        sent_by = sent_by_of(*via);
    }
    vias = count_vias(request->view());
}

bool Client::is_terminated() const {
    return std::visit([](const auto& m) { return m.is_terminated(); }, machine);
}

std::optional<TimePoint> Client::next_expiry() const {
    return std::visit([](const auto& m) { return m.next_expiry(); }, machine);
}

/// The flow stands: Via, Contact, and out (RFC 3261 §18.1.1).
void Clients::depart(Sending& sending, const Flow& flow, TimePoint now) {
    auto branch = sending.branch.empty() ? context_.identifiers.branch() : sending.branch;
    auto message = std::make_shared<const sipmsg::Message>(addressed(sending, flow, context_.options.via_host, branch));
    ++context_.statistics.requests_sent;
    if (sending.stateless) {
        flows_.send(flow, octets_of(message), now);
        return end(sending);
    }
    start(&sending, std::move(message), flow, now);
}

sipmsg::Message Clients::addressed(const Sending& sending, const Flow& flow, std::string_view via_host,
                                   std::string_view branch) const {
    sipmsg::Message message(sending.request);
    const Connection* connection = flow.transport == Transport::udp ? nullptr : flows_.find(flow.id);
    bool accepted = connection && connection->accepted;
    const auto& wishes = context_.options;
    auto via =
        via_value(wishes.via_transport.value_or(flow.transport), sent_by(flow, accepted, via_host, context_.listeners),
                  branch, wishes.rport && flow.transport == Transport::udp);
    if (context_.options.offer_alias && flow.transport == Transport::tls && !accepted) via += ";alias";
    message.push_via(via);
    if (sending.options.contact) {
        Flow reachable = flow;
        if (!is_websocket(flow.transport)) reachable.local = advertised(flow, context_.listeners);
        message.set(sipmsg::Header::contact, local_contact(*sending.options.contact, reachable));
    }
    return message;
}

/// A fresh transaction: timers B and F start here, not while a name is looked up or a connection made.
void Clients::start(Sending* sending, sipmsg::MessagePtr request, const Flow& flow, TimePoint now) {
    auto fresh = std::make_unique<Client>(std::move(request), context_.options.timers, flow, now);
    Client& client = *fresh;
    if (by_key_.contains(client.key)) {  // a branch the user chose twice
        if (sending) fail(*sending, Errc::unsupported);
        return;
    }
    by_key_.emplace(client.key, std::move(fresh));
    ++context_.statistics.client_transactions;
    peers_.add(client);
    client.sending = sending;
    if (sending) sending->client = &client;
    if (flows_.send(flow, octets_of(client.request), now)) return settle(client, now);
    auto error = make_error_code(Errc::transport);
    auto effects = std::visit([&](auto& m) { return m.on(std::decay_t<decltype(m)>::Event::transport_error, now); },
                              client.machine);
    carry_out(client, effects, error, now);
}

void Clients::cancel(ClientId id, std::string_view reason, TimePoint now) {
    Sending* sending = find(id);
    if (!sending || sending->cancelled || sending->request.method() != sipmsg::Method::invite) return;
    sending->cancelled = true;
    sending->reason = reason;
    if (!sending->client) return fail(*sending, Errc::aborted);  // nothing was sent, nothing is to be cancelled
    auto& machine = std::get<InviteClient>(sending->client->machine);
    if (machine.state() == InviteClient::State::proceeding) send_cancel(*sending, now);
}

// RFC 3261 §9.1: a transaction of its own, on the flow of the INVITE; 64*T1 later the INVITE is given up.
void Clients::send_cancel(Sending& sending, TimePoint now) {
    if (std::exchange(sending.cancel_sent, true)) return;
    Client& invite = *sending.client;
    auto cancel = std::make_shared<const sipmsg::Message>(cancel_for(*invite.request, sending.reason));
    context_.deadlines.set(sending, now + context_.options.timers.timeout());
    ++context_.statistics.requests_sent;
    start(nullptr, std::move(cancel), invite.flow, now);
}

void Clients::abandon(ClientId id) {
    Sending* sending = find(id);
    if (!sending) return;
    Client* client = sending->client;
    end(*sending);
    if (client) end(*client);
}

bool Clients::on_response(const sipmsg::MessageView& response, const sipmsg::Essentials& head, const Flow& flow,
                          TimePoint now) {
    write_key(scratch_, head.via.branch(), head.cseq.method_text);
    Client* client = find(scratch_);
    if (!client) return false;
    if (passes(*client, response, head.via)) {
        respond(*client, response, flow, now);
    } else {
        ++context_.statistics.strays_dropped;
    }
    return true;
}

/// RFC 3261 §18.1.2, §8.1.3.3: sent-by is ours, and no one has added or lost a Via.
bool Clients::passes(const Client& client, const sipmsg::MessageView& response, const sipmsg::Via& via) const {
    return sipmsg::iequals(sent_by_of(via), client.sent_by) && count_vias(response) == client.vias;
}

void Clients::respond(Client& client, const sipmsg::MessageView& response, const Flow& flow, TimePoint now) {
    auto effects = std::visit([&](auto& m) { return receive(m, response.status(), now); }, client.machine);
    bool first = !std::exchange(client.answered, true);
    if (first && client.sending && response.status() != 503) target_works(*client.sending);
    if (has(effects, Effects::deliver)) {
        ++context_.statistics.responses_received;
    } else {
        ++context_.statistics.retransmissions_received;
    }
    if (has(effects, Effects::send_ack)) acknowledge(client, response, now);
    if (has(effects, Effects::deliver)) deliver(client, response, flow, now);
    settle(client, now);
}

void Clients::deliver(Client& client, const sipmsg::MessageView& response, const Flow& flow, TimePoint now) {
    Sending* sending = client.sending;
    if (!sending) return;
    if (response.status() == 503) target_is_busy(*sending, response, now);
    if (response.status() == 503 && can_fail_over(*sending)) {  // RFC 3263 §4.3
        client.sending = nullptr;
        sending->client = nullptr;
        sending->error = make_error_code(Errc::transport);
        return try_next(*sending, now);
    }
    client.finished |= sipmsg::is_final(response.status());
    context_.report(ResponseReceived{sending->id, std::make_shared<const sipmsg::Message>(response), flow});
    if (client.finished) context_.deadlines.set(*sending, std::nullopt);
    if (!client.finished && sending->cancelled) send_cancel(*sending, now);
}

void Clients::acknowledge(Client& client, const sipmsg::MessageView& response, TimePoint now) {
    if (!client.ack)
        client.ack = octets_of(std::make_shared<const sipmsg::Message>(ack_for(*client.request, response)));
    flows_.send(client.flow, client.ack, now);
}

void Clients::carry_out(Client& client, Effects effects, std::error_code error, TimePoint now) {
    if (has(effects, Effects::resend)) {
        ++context_.statistics.retransmissions_sent;
        flows_.send(client.flow, octets_of(client.request), now);
    }
    if (has(effects, Effects::report_timeout)) {
        ++context_.statistics.timeouts;
        attempt_failed(client, Errc::timeout, now);
    }
    if (has(effects, Effects::report_error)) {
        ++context_.statistics.transport_errors;
        attempt_failed(client, error, now);
    }
    settle(client, now);
}

/// The machine has ended without a final response. RFC 3263 §4.3: without any response, the next target is due.
void Clients::attempt_failed(Client& client, std::error_code error, TimePoint now) {
    Sending* sending = client.sending;
    if (!sending || client.finished) return;
    if (!client.answered) target_fails(*sending, error, now);
    if (client.answered || !can_fail_over(*sending)) return fail(*sending, error);
    client.sending = nullptr;
    sending->client = nullptr;
    sending->error = error;
    try_next(*sending, now);
}

/// Clocks of zero length run at once; then the transaction is gone, or waits for its next deadline.
void Clients::settle(Client& client, TimePoint now) {
    while (!client.is_terminated() && client.next_expiry() && *client.next_expiry() <= now) {
        auto effects = std::visit([&](auto& m) { return m.expire(now); }, client.machine);
        if (effects != Effects::none) return carry_out(client, effects, {}, now);
    }
    if (client.is_terminated()) return end(client);
    context_.deadlines.set(client, client.next_expiry());
}

void Clients::end(Client& client) {
    Sending* sending = std::exchange(client.sending, nullptr);
    peers_.remove(client);
    if (sending) {
        sending->client = nullptr;
        end(*sending);
    }
    by_key_.erase(by_key_.find(client.key));
}

void Clients::expire(Client& client, TimePoint now) { settle(client, now); }

void Clients::flow_lost(const Flow& flow, std::error_code error, TimePoint now) {
    for (const auto& key : peers_.take(flow)) {
        Client* client = find(key);
        if (!client) continue;
        auto effects = std::visit([&](auto& m) { return m.on(std::decay_t<decltype(m)>::Event::transport_error, now); },
                                  client->machine);
        carry_out(*client, effects, error, now);
    }
}

Client* Clients::find(std::string_view key) {
    auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : found->second.get();
}

std::size_t Clients::count() const noexcept {
    std::size_t without_client = 0;
    for (const auto& [id, sending] : sendings_) without_client += sending->client == nullptr;
    return by_key_.size() + without_client;
}

}  // namespace siptxn
