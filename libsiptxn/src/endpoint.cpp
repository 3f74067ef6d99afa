// SPDX-License-Identifier: MIT
#include <siptxn/endpoint.hpp>

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

namespace siptxn {
namespace {

/// What the loop runs on. Endpoint is the handle; this lives on while a callback is under way, whatever that callback
/// destroys.
class Core final : public WireEvents, public std::enable_shared_from_this<Core> {
public:
    Core(std::shared_ptr<Wire> wire, std::shared_ptr<Clock> clock, RandomSource random, const LayerOptions& options)
        : wire_(std::move(wire)), clock_(std::move(clock)), layer_(options, std::move(random)) {
        layer_.set_flow_ids([wire = wire_.get()] { return wire->new_flow_id(); });
        layer_.set_listeners(wire_->listeners());
    }

    TransactionLayer& layer() noexcept { return layer_; }
    const std::shared_ptr<Clock>& clock() const noexcept { return clock_; }
    TimePoint now() const { return draining_ ? turn_ : clock_->now(); }
    Wire& wire() noexcept { return *wire_; }

    void start() { wire_->attach(this); }
    void attach(TransactionUser* user) {
        user_ = user;
        wake();  // its deadlines count from now on
    }
    void set_tracer(Tracer tracer) {
        layer_.report_messages(tracer != nullptr);
        tracer_ = tracer ? std::make_shared<const Tracer>(std::move(tracer)) : nullptr;
    }
    void wake();
    void shutdown();

    void on_opened(const Flow& flow, bool accepted) override;
    void on_octets(const Flow& flow, std::string_view octets) override;
    void on_failed(const Flow& flow, std::error_code error) override;
    void on_resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error) override;

private:
    TimePoint begin_turn() { return turn_ = now(); }
    void drain();
    bool drain_layer();
    void expire();
    void arm();
    std::optional<TimePoint> next_expiry() const;

    void perform(Transmit& output);
    void perform(const OpenFlow& output);
    void perform(const CloseFlow& output);
    void perform(const Resolve& output);
    void perform(const HandOver& output);
    void perform(const MessageSeen& output);
    void perform(Event& event);
    void refuse(const RequestReceived& request);
    void trace(bool sent, Flow flow, Octets octets);

    std::shared_ptr<Wire> wire_;
    std::shared_ptr<Clock> clock_;
    TransactionLayer layer_;
    TransactionUser* user_ = nullptr;
    std::shared_ptr<const Tracer> tracer_;  // shared, so that a tracer may replace itself
    std::set<FlowId> connections_;          // what shutdown() has to close
    TimerId timer_ = TimerId::none;
    std::optional<TimePoint> armed_;
    TimePoint turn_{};  // when what the loop works on came
    bool draining_ = false;
    bool woken_ = false;
    bool stopped_ = false;
};

// Inside the loop nothing needs waking: a user that wakes from its own drain() must not keep the loop busy for ever.
void Core::wake() {
    if (woken_ || draining_ || stopped_) return;
    woken_ = true;
    clock_->post([weak = weak_from_this()] {
        auto self = weak.lock();
        if (!self) return;
        self->woken_ = false;
        self->begin_turn();
        self->drain();
    });
}

// Detached first, so that nothing that happens here is reported; what the user has already said still goes out.
void Core::shutdown() {
    if (stopped_) return;
    stopped_ = true;
    user_ = nullptr;
    wire_->attach(nullptr);
    while (auto output = layer_.poll()) {
        if (auto* transmit = std::get_if<Transmit>(&*output)) perform(*transmit);
    }
    for (FlowId id : std::exchange(connections_, {})) wire_->close(id);
    clock_->cancel(timer_);
    tracer_.reset();
}

void Core::on_opened(const Flow& flow, bool accepted) {
    if (stopped_) return;
    if (flow.transport != Transport::udp) connections_.insert(flow.id);
    layer_.opened(flow, accepted, begin_turn(), wire_->peer_domains(flow.id));
    drain();
}

void Core::on_octets(const Flow& flow, std::string_view octets) {
    if (stopped_) return;
    layer_.received(flow, octets, begin_turn());
    drain();
}

void Core::on_failed(const Flow& flow, std::error_code error) {
    if (stopped_) return;
    connections_.erase(flow.id);
    layer_.failed(flow, error, begin_turn());
    drain();
}

void Core::on_resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error) {
    if (stopped_) return;
    layer_.resolved(query, records, error, begin_turn());
    drain();
}

// The one loop: until neither the layer nor its user has anything left. It all happens at one time, that of what set
// the loop going. A call from inside it returns at once, since the loop that is running picks up whatever was changed.
// When a user throws, the rest is done from the clock's loop.
void Core::drain() {
    if (draining_ || stopped_) return;
    auto self = shared_from_this();
    draining_ = true;
    try {
        drain_layer();
        for (bool more = true; more && !stopped_;) {
            more = user_ && user_->drain();
            more = drain_layer() || more;
        }
    } catch (...) {
        draining_ = false;
        wake();
        throw;
    }
    draining_ = false;
    arm();
}

bool Core::drain_layer() {
    bool any = false;
    while (!stopped_) {
        auto* output = layer_.next();
        if (!output) break;
        any = true;
        std::visit([this](auto& o) { perform(o); }, *output);
    }
    return any;
}

void Core::expire() {
    timer_ = TimerId::none;
    armed_.reset();
    if (stopped_) return;
    const auto now = begin_turn();
    layer_.expire(now);
    if (user_) user_->expire(now);
    drain();
}

// One timer for everything that waits. One that is early does: what it was set for is done mostly long before it comes.
void Core::arm() {
    if (stopped_) return;
    auto wanted = next_expiry();
    if (armed_ && wanted && *armed_ <= *wanted) return;
    if (!armed_ && !wanted) return;
    if (armed_) clock_->cancel(timer_);
    armed_ = wanted;
    timer_ = TimerId::none;
    if (!wanted) return;
    timer_ = clock_->schedule(*wanted, [weak = weak_from_this()] {
        if (auto self = weak.lock()) self->expire();
    });
}

std::optional<TimePoint> Core::next_expiry() const {
    auto layer = layer_.next_expiry();
    auto user = user_ ? user_->next_expiry() : std::nullopt;
    if (layer && user) return std::min(*layer, *user);
    return layer ? layer : user;
}

void Core::perform(Transmit& output) {
    const auto traced = tracer_ ? output.octets : nullptr;
    wire_->send(output.flow, std::move(output.octets));
    if (traced) trace(true, output.flow, traced);
}

void Core::perform(const OpenFlow& output) {
    if (output.transport != Transport::udp) connections_.insert(output.id);
    wire_->open(output.id, output.transport, output.remote, output.server_name);
}

void Core::perform(const CloseFlow& output) {
    connections_.erase(output.id);
    wire_->close(output.id);
}

void Core::perform(const Resolve& output) { wire_->resolve(output.query, output.name, output.type); }

void Core::perform(const HandOver& output) { wire_->hand_over(output.worker, output.flow, output.octets); }

void Core::perform(const MessageSeen& output) { trace(false, output.flow, output.octets); }

// Taken out, since shutdown() inside the callback asks for what comes behind it.
void Core::perform(Event& news) {
    const auto event = std::move(news);
    if (user_) return user_->on_event(event);
    if (auto* request = std::get_if<RequestReceived>(&event)) refuse(*request);
}

// Nobody is there to answer: the peer shall try elsewhere (RFC 3261 §21.5.4).
void Core::refuse(const RequestReceived& request) {
    auto tag = layer_.identifiers().tag();
    layer_.respond(request.transaction, sipmsg::Message::response(request.request->view(), 503, tag), now());
}

// Keep-alives (RFC 5626 §3.5.1) are no messages. The tracer may shut the endpoint down: nothing is the queue's.
void Core::trace(bool sent, Flow flow, Octets octets) {
    if (!tracer_ || octets->find_first_not_of("\r\n") == octets->npos) return;
    auto tracer = tracer_;
    (*tracer)(TraceMessage{sent, std::move(flow), *octets, now(), clock_->calendar()});
}

}  // namespace

struct Endpoint::State {
    std::shared_ptr<Core> core;
};

std::shared_ptr<Endpoint> Endpoint::create(std::shared_ptr<Wire> wire, std::shared_ptr<Clock> clock,
                                           RandomSource random, const LayerOptions& options) {
    auto core = std::make_shared<Core>(std::move(wire), std::move(clock), std::move(random), options);
    core->start();
    return std::shared_ptr<Endpoint>(new Endpoint(std::make_unique<State>(std::move(core))));
}

Endpoint::Endpoint(std::unique_ptr<State> state) : state_(std::move(state)) {}
Endpoint::~Endpoint() { state_->core->shutdown(); }

void Endpoint::attach(TransactionUser* user) { state_->core->attach(user); }
TransactionLayer& Endpoint::layer() noexcept { return state_->core->layer(); }
Clock& Endpoint::clock() noexcept { return *state_->core->clock(); }
const std::shared_ptr<Clock>& Endpoint::shared_clock() const noexcept { return state_->core->clock(); }
Wire& Endpoint::wire() noexcept { return state_->core->wire(); }
TimePoint Endpoint::now() const { return state_->core->now(); }
void Endpoint::wake() { state_->core->wake(); }
void Endpoint::set_tracer(Tracer tracer) { state_->core->set_tracer(std::move(tracer)); }
void Endpoint::shutdown() { state_->core->shutdown(); }

}  // namespace siptxn
