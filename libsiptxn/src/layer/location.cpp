// SPDX-License-Identifier: MIT
// A request before it has a flow: RFC 3261 §8.1.2, RFC 3263 §4.

#include "layer/clients.hpp"
#include "one_line.hpp"

#include <sipmsg/header/info.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace siptxn {
namespace {

constexpr std::size_t via_estimate = 120;

void check_text(std::string_view text) {
    if (!is_one_line(text)) throw std::invalid_argument("CR, LF or NUL in a Contact");
}

/// What is written into the request much later must not fail there.
void check(const SendOptions& options) {
    if (!options.contact) return;
    const auto& c = *options.contact;
    for (const auto* text : {&c.user, &c.uri_params, &c.header_params, &c.host, &c.uri}) check_text(*text);
}

/// Puts the TCP twin of each UDP target before it, for a request too large for a datagram.
void prefer_tcp(std::vector<Target>& targets) {
    std::vector<Target> out;
    for (auto& target : targets) {
        if (target.transport == Transport::udp) {
            auto twin = target;
            twin.transport = Transport::tcp;
            out.push_back(std::move(twin));
            target.after_refusal_only = true;
        }
        out.push_back(std::move(target));
    }
    targets = std::move(out);
}

}  // namespace

ClientId Clients::send(sipmsg::Message request, const SendOptions& options, TimePoint now) {
    if (!request.is_request() || request.method() == sipmsg::Method::ack)
        throw std::invalid_argument("send() takes a request that is no ACK");
    check(options);
    auto sending = std::make_unique<Sending>(std::move(request));
    sending->options = options;
    return begin(std::move(sending), now);
}

void Clients::send_stateless(sipmsg::Message request, const SendOptions& options, std::string_view branch,
                             TimePoint now) {
    if (!request.is_request()) throw std::invalid_argument("send_stateless() takes a request");
    check(options);
    check_text(branch);
    auto sending = std::make_unique<Sending>(std::move(request));
    sending->options = options;
    sending->stateless = true;
    sending->branch = branch;
    begin(std::move(sending), now);
}

ClientId Clients::begin(std::unique_ptr<Sending> sending, TimePoint now) {
    auto id = sending->id = static_cast<ClientId>(++last_id_);
    auto& kept = *(sendings_[id] = std::move(sending));
    if (sendings_.size() > context_.options.limits.client_transactions) {
        ++context_.statistics.overload_refused;
        fail(kept, Errc::overloaded);
    } else {
        locate(kept, now);
    }
    return id;
}

void Clients::locate(Sending& sending, TimePoint now) {
    if (const auto& flow = sending.options.flow) {
        if (!flows_.is_alive(*flow)) return fail(sending, Errc::transport);
        return depart(sending, *flow, now);
    }
    auto hop = next_hop_of(sending.request.view(), sending.options.next_hop, sending.options.transport);
    if (!hop) return fail(sending, hop.error());
    sending.locator = Locator(*std::move(hop), locator_options(sending));
    look_up(sending, now);
}

/// A request without a transaction must find the same place again when it is repeated (RFC 3263 §4.4).
LocatorOptions Clients::locator_options(const Sending& sending) {
    const auto& limits = context_.options.limits;
    LocatorOptions options{.reach = context_.reach(), .questions = limits.questions, .targets = limits.targets};
    if (sending.stateless) return options;
    options.chance = [this](std::uint64_t low, std::uint64_t high) { return context_.identifiers.between(low, high); };
    options.first_family = good_family_;
    return options;
}

/// Answers what is known already and asks the rest; each step has its own limit of time.
void Clients::look_up(Sending& sending, TimePoint now) {
    bool asked = false;
    for (auto questions = sending.locator.take_questions(); !questions.empty();
         questions = sending.locator.take_questions()) {
        for (const auto& question : questions) asked |= ask(sending, question, now);
    }
    if (sending.locator.is_done()) return located(sending, now);
    if (asked) context_.deadlines.set(sending, now + context_.options.limits.resolve_timeout);
}

bool Clients::ask(Sending& sending, const DnsQuestion& question, TimePoint now) {
    if (const auto* known = names_.ask(question, sending.id, now)) {
        sending.locator.answer(question, known->records, known->error);
        return false;
    }
    sending.waiting.push_back(question);
    return true;
}

void Clients::withdraw(Sending& sending) {
    for (const auto& question : std::exchange(sending.waiting, {})) names_.withdraw(question, sending.id);
}

void Clients::resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error, TimePoint now) {
    auto answered = names_.resolved(query, records, error, now);
    if (!answered) return;
    for (auto id : answered->askers) {
        Sending* sending = find(id);
        if (!sending) continue;
        std::erase(sending->waiting, answered->question);
        sending->locator.answer(answered->question, answered->answer.records, answered->answer.error);
        look_up(*sending, now);
    }
}

void Clients::located(Sending& sending, TimePoint now) {
    context_.deadlines.set(sending, std::nullopt);
    const auto& options = context_.options;
    sending.targets = sending.locator.take_targets();
    sending.error = sending.locator.error();
    if (!sending.stateless) bad_targets_.put_last(sending.targets, now);
    bool has_tcp = std::ranges::find(options.transports, Transport::tcp) != options.transports.end();
    bool large = sending.request.octets().size() + via_estimate > options.udp_request_octets;
    if (large && has_tcp && !sending.options.transport) prefer_tcp(sending.targets);
    try_next(sending, now);
}

void Clients::try_next(Sending& sending, TimePoint now) {
    while (sending.next_target < sending.targets.size()) {
        const auto& target = sending.targets[sending.next_target++];
        if (target.after_refusal_only && !sending.was_refused) continue;
        sending.was_refused = false;
        auto flow = flows_.acquire(target, Waiter{sending.id, ServerId::none, nullptr}, now);
        if (flow) depart(sending, *flow, now);
        return;
    }
    fail(sending, sending.error);
}

/// RFC 3263 §4.3, unless the user does not want the request any more.
bool Clients::can_fail_over(const Sending& sending) const {
    if (sending.cancelled) return false;
    auto rest = std::span(sending.targets).subspan(sending.next_target);
    return std::ranges::any_of(rest, [](const Target& target) { return !target.after_refusal_only; });
}

void Clients::target_works(const Sending& sending) {
    const auto* target = sending.target();
    if (!target) return;
    bad_targets_.remove(*target);
    auto family = target->address.ip.family;
    bool had_both =
        std::ranges::any_of(sending.targets, [&](const Target& t) { return t.address.ip.family != family; });
    if (had_both) good_family_ = family;
}

/// What we cannot do ourselves says nothing about the target.
void Clients::target_fails(const Sending& sending, std::error_code error, TimePoint now) {
    bool ours = error == Errc::unsupported || error == Errc::overloaded || error == Errc::too_large;
    const auto* target = sending.target();
    if (target && !ours) bad_targets_.add(*target, now + context_.options.limits.bad_target_period, now);
}

/// RFC 3261 §21.5.4: a server that says when to come back gets no other request before.
void Clients::target_is_busy(const Sending& sending, const sipmsg::MessageView& response, TimePoint now) {
    auto wanted = response.top<sipmsg::RetryAfter>();
    const auto* target = sending.target();
    if (!target || !wanted) return;
    auto time = std::min<Duration>(std::chrono::seconds(wanted->seconds), context_.options.limits.retry_after_max);
    bad_targets_.add(*target, now + time, now);
}

void Clients::flow_ready(ClientId id, const Flow& flow, TimePoint now) {
    if (Sending* sending = find(id)) depart(*sending, flow, now);
}

void Clients::flow_refused(ClientId id, std::error_code error, TimePoint now) {
    Sending* sending = find(id);
    if (!sending) return;
    sending->error = error;
    sending->was_refused = true;
    target_fails(*sending, error, now);
    try_next(*sending, now);
}

void Clients::fail(Sending& sending, std::error_code error) {
    if (!sending.stateless) context_.report(RequestFailed{sending.id, error});
    end(sending);
}

void Clients::end(Sending& sending) {
    withdraw(sending);
    if (sending.client) sending.client->sending = nullptr;
    auto id = sending.id;
    if (!sending.stateless) context_.report(ClientEnded{id});
    sendings_.erase(id);
}

Sending* Clients::find(ClientId id) {
    auto found = sendings_.find(id);
    return found == sendings_.end() ? nullptr : found->second.get();
}

/// The names did not come in time, or a cancelled INVITE was not answered (RFC 3261 §9.1).
void Clients::expire(Sending& sending, TimePoint now) {
    if (!sending.client) {
        withdraw(sending);
        sending.locator.give_up();
        return look_up(sending, now);
    }
    ++context_.statistics.timeouts;
    Client& client = *sending.client;
    fail(sending, Errc::timeout);
    end(client);
}

}  // namespace siptxn
