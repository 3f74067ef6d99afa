// SPDX-License-Identifier: MIT
#include <siptxn/transaction_layer.hpp>

#include "layer/receiver.hpp"

#include <sipmsg/header/via.hpp>

#include <stdexcept>
#include <utility>

namespace siptxn {
namespace {

const LayerOptions& checked(const LayerOptions& options) {
    const auto& t = options.timers;
    if (t.t1 <= Duration{0} || t.t2 <= Duration{0}) throw std::invalid_argument("timers T1 and T2 must be positive");
    if (!options.via_host.empty() && !sipmsg::Via::parse("SIP/2.0/UDP " + options.via_host))
        throw std::invalid_argument("via_host is not a host");
    const auto& share = options.share;
    if (share.workers == 0 || share.workers > 65'535 || share.worker >= share.workers)
        throw std::invalid_argument("a share is one of 1 to 65535 workers");
    return options;
}

}  // namespace

struct TransactionLayer::State final : FlowUsers {
    State(const LayerOptions& options, RandomSource random) : context(checked(options), std::move(random)) {
        const auto& share = context.options.share;
        if (share.workers > 1) context.identifiers.prefer_call_ids([&](std::string_view id) { return share.owns(id); });
    }

    void flow_ready(const Waiter& waiter, const Flow& flow, TimePoint when) override {
        if (waiter.request != ClientId::none) return clients.flow_ready(waiter.request, flow, when);
        servers.flow_ready(waiter, flow, when);
    }
    void flow_refused(const Waiter& waiter, std::error_code error, TimePoint when) override {
        if (waiter.request != ClientId::none) return clients.flow_refused(waiter.request, error, when);
        servers.flow_refused(waiter, error, when);
    }
    void flow_lost(const Flow& flow, std::error_code error, TimePoint when) override {
        clients.flow_lost(flow, error, when);
        servers.flow_lost(flow, error, when);
    }
    /// An input has come; its time.
    TimePoint at(TimePoint when) {
        context.deadlines.reach(when);
        return now = when;
    }
    void expire_one(Timed& item) {
        switch (item.kind) {
            case Timed::Kind::connection: return flows.expire(static_cast<Connection&>(item), now);
            case Timed::Kind::binding: return flows.expire(static_cast<Binding&>(item), now);
            case Timed::Kind::sending: return clients.expire(static_cast<Sending&>(item), now);
            case Timed::Kind::client: return clients.expire(static_cast<Client&>(item), now);
            case Timed::Kind::server: return servers.expire(static_cast<Server&>(item), now);
        }
    }

    Context context;
    Flows flows{context, *this};
    Clients clients{context, flows};
    StatelessAnswers answers{context, flows};
    Servers servers{context, flows, answers};
    Receiver receiver{context, flows, clients, servers, answers};
    TimePoint now{};
};

TransactionLayer::TransactionLayer(const LayerOptions& options, RandomSource random)
    : state_(std::make_unique<State>(options, std::move(random))) {}
TransactionLayer::~TransactionLayer() = default;

ClientId TransactionLayer::send(sipmsg::Message request, const SendOptions& options, TimePoint now) {
    return state_->clients.send(std::move(request), options, state_->at(now));
}

void TransactionLayer::send_stateless(sipmsg::Message request, const SendOptions& options, TimePoint now,
                                      std::string_view branch) {
    state_->clients.send_stateless(std::move(request), options, branch, state_->at(now));
}

void TransactionLayer::cancel(ClientId invite, TimePoint now, std::string_view reason) {
    state_->clients.cancel(invite, reason, state_->at(now));
}

void TransactionLayer::abandon(ClientId transaction) { state_->clients.abandon(transaction); }

bool TransactionLayer::respond(ServerId transaction, sipmsg::Message response, TimePoint now) {
    return state_->servers.respond(transaction, std::move(response), state_->at(now));
}

void TransactionLayer::respond_stateless(sipmsg::Message response, const std::optional<Flow>& request_flow,
                                         TimePoint now) {
    state_->answers.send(std::move(response), request_flow, state_->at(now));
}

FlowId TransactionLayer::open(Transport transport, const SocketAddress& remote, std::string_view server_name,
                              TimePoint now) {
    return state_->flows.open(Target{transport, remote, std::string(server_name)}, state_->at(now));
}

void TransactionLayer::close(FlowId flow) { state_->flows.close(flow, {}, state_->now); }

void TransactionLayer::set_listeners(std::span<const Listener> listeners) {
    state_->context.listeners.assign(listeners.begin(), listeners.end());
}

void TransactionLayer::set_flow_ids(std::function<FlowId()> source) { state_->flows.set_ids(std::move(source)); }

void TransactionLayer::opened(const Flow& flow, bool accepted, TimePoint now, std::vector<std::string> peer_domains) {
    state_->flows.opened(flow, accepted, std::move(peer_domains), state_->at(now));
}

void TransactionLayer::received(const Flow& flow, std::string_view octets, TimePoint now) {
    state_->receiver.received(flow, octets, state_->at(now));
}

void TransactionLayer::failed(const Flow& flow, std::error_code error, TimePoint now) {
    state_->flows.failed(flow, error, state_->at(now));
}

void TransactionLayer::resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error,
                                TimePoint now) {
    state_->clients.resolved(query, records, error, state_->at(now));
}

void TransactionLayer::report_messages(bool on) { state_->receiver.report_messages(on); }
void TransactionLayer::report_merged(bool on) { state_->servers.report_merged(on); }

void TransactionLayer::expire(TimePoint now) {
    state_->at(now);
    while (auto* item = state_->context.deadlines.take_due(now)) state_->expire_one(*item);
}

std::optional<TimePoint> TransactionLayer::next_expiry() const { return state_->context.deadlines.next(); }

std::optional<Output> TransactionLayer::poll() { return state_->context.outputs.pop(); }
Output* TransactionLayer::next() { return state_->context.outputs.next(); }

const Statistics& TransactionLayer::statistics() const noexcept { return state_->context.statistics; }
std::optional<Flow> TransactionLayer::find_flow(FlowId id) const { return state_->flows.find_open(id); }
std::size_t TransactionLayer::transactions() const noexcept {
    return state_->clients.count() + state_->servers.count();
}
Identifiers& TransactionLayer::identifiers() noexcept { return state_->context.identifiers; }
const LayerOptions& TransactionLayer::options() const noexcept { return state_->context.options; }

}  // namespace siptxn
