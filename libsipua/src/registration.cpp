// SPDX-License-Identifier: MIT
#include "registration.hpp"

#include "agent.hpp"
#include "checks.hpp"

#include <sipmsg/header/info.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/status.hpp>

#include <algorithm>
#include <stdexcept>

namespace sipua {

using std::chrono::duration_cast;
using std::chrono::seconds;

namespace {

// RFC 3261 §10.2: the domain of the address of record, without a user.
std::string domain_of(const std::string& address_of_record) {
    auto aor = sipmsg::Uri::parse(address_of_record);
    std::string registrar = aor->is_secure() ? "sips:" : "sip:";
    bool v6 = aor->host().kind == sipmsg::HostKind::ipv6;
    registrar.append(v6 ? "[" : "").append(aor->host().text).append(v6 ? "]" : "");
    if (aor->port()) registrar.append(":").append(std::to_string(*aor->port()));
    return registrar;
}

void check(const RegistererOptions& options) {
    if (options.expires < 0s) throw std::invalid_argument("expires is negative");
    if (options.refresh_percent < 50 || options.refresh_percent > 99)
        throw std::invalid_argument("refresh_percent is outside 50..99");
    if (options.reg_id < 0) throw std::invalid_argument("reg_id is negative");
    check_headers(options.headers);
    if (!sipmsg::Contact::parse("<sip:probe.invalid>" + options.contact_params))
        throw std::invalid_argument("contact_params: " + options.contact_params);
    if (!options.server.empty()) (void)checked_target(options.server);
}

}  // namespace

Registration::Registration(std::shared_ptr<Agent> agent, RegistererOptions options)
    : agent_(std::move(agent)), options_(std::move(options)) {
    check(options_);
    if (options_.registrar.empty()) options_.registrar = domain_of(agent_->options().uri);
    if (!sipmsg::Uri::parse(options_.registrar))
        throw std::invalid_argument("registrar is not a URI: " + options_.registrar);
    auto& identifiers = agent_->core().identifiers();
    identity_ = {identifiers.call_id(), identifiers.tag(), identifiers.cseq()};
}

void Registration::enter(RegistererState state) {
    if (state_ == state) return;
    state_ = state;
    agent_->core().log(LogLevel::info, "registration", to_string(state));
    state_change_.emit(state);
}

// The binding is gone, or may be.
void Registration::leave() {
    agent_->core().clock().cancel(std::exchange(expiry_, siptxn::TimerId::none));
    agent_->unregistered(this);
    enter(RegistererState::unregistered);
}

void Registration::begin(Wish wish, const std::shared_ptr<Pending>& pending) {
    if (closing_) return pending->finish(Errc::stopped);
    if (request_) return pending->finish(Errc::request_pending);
    pending_ = pending;
    wish_ = wish;
    raised_ = false;
    send();
}

sipmsg::Message Registration::make_register() const {
    using sipmsg::Header;
    auto request = make_request(*agent_, "REGISTER", options_.registrar, "<" + agent_->options().uri + ">", identity_);
    if (wish_ == Wish::remove_all) request.append(Header::contact, "*");
    auto expires = wish_ == Wish::add ? duration_cast<seconds>(options_.expires) : seconds(0);
    if (wish_ != Wish::query) request.append(Header::expires, std::to_string(expires.count()));
    for (auto& [name, value] : agent_->capability_headers()) {
        bool tags = name == "Supported";
        request.append(name, tags ? value + ", path, gruu" + (options_.reg_id != 0 ? ", outbound" : "") : value);
    }
    for (auto& [name, value] : options_.headers) request.append(name, value);
    return request;
}

siptxn::SendOptions Registration::routing() const {
    auto routing = agent_->routing();
    routing.flow = flow_;
    if (!options_.server.empty()) routing.next_hop = options_.server;
    routing.contact.reset();
    if (wish_ == Wish::query || wish_ == Wish::remove_all) return routing;
    auto contact = agent_->contact();
    contact.uri.clear();
    contact.uri_params = agent_->options().contact_params;
    if (options_.reg_id != 0) contact.header_params = ";reg-id=" + std::to_string(options_.reg_id);
    contact.header_params += agent_->instance_param() + options_.contact_params;
    routing.contact = std::move(contact);
    return routing;
}

void Registration::send() {
    if (wish_ != Wish::query) agent_->core().clock().cancel(std::exchange(timer_, siptxn::TimerId::none));
    auto self = shared_from_this();
    request_ = std::make_shared<ClientRequest>(agent_, make_register(), routing(),
                                               [self](auto& response, auto error) { self->on_done(response, error); });
    request_->send();
}

void Registration::on_done(const sipmsg::MessagePtr& response, std::error_code error) {
    identity_.cseq = request_->cseq() + 1;
    auto flow = request_->flow();
    request_ = nullptr;
    response_ = response;
    if (error) {
        // Perhaps another server answers; but nobody waits twice for one that does not.
        const bool patient = error != siptxn::Errc::timeout || (!pending_ && !closing_);
        if (std::exchange(flow_, std::nullopt) && error != Errc::stopped && patient) return send();
        leave();
        return finish(error);
    }
    flow_ = flow;
    if (response->status() == 423 && raise_expires(*response)) return send();
    if (sipmsg::is_success(response->status())) return on_success(*response);
    if (wish_ != Wish::query) leave();
    finish(sip_error(response->status()));
}

// RFC 3261 §10.2.8: try once more with what the registrar asks for.
bool Registration::raise_expires(const sipmsg::Message& response) {
    auto least = response.top<sipmsg::MinExpires>();
    if (wish_ != Wish::add || raised_ || !least || seconds(least->value) <= options_.expires) return false;
    raised_ = true;
    options_.expires = seconds(least->value);
    return true;
}

void Registration::on_success(const sipmsg::Message& response) {
    contacts_.clear();
    for (auto contact : response.all<sipmsg::Contact>()) {
        if (!contact) break;
        contacts_.push_back(sipmsg::unfold(contact->text()));
    }
    if (wish_ == Wish::query) return finish({});
    const OwnBinding own{agent_->instance(), options_.reg_id, agent_->contact_user(), pub_gruu_};
    auto binding = wish_ == Wish::add ? find_binding(response.view(), own) : std::nullopt;
    if (binding && granted(response.view(), *binding, duration_cast<seconds>(options_.expires)) > 0s) {
        on_registered(response, *binding);
        return finish({});
    }
    leave();
    finish(wish_ == Wish::add ? make_error_code(Errc::not_registered) : std::error_code());
}

void Registration::on_registered(const sipmsg::Message& response, const sipmsg::Contact& binding) {
    Duration time = granted(response.view(), binding, duration_cast<seconds>(options_.expires));
    failures_ = 0;
    pub_gruu_ = uri_in(binding.pub_gruu());
    temp_gruu_ = uri_in(binding.temp_gruu());
    service_route_ = sipua::service_route(response.view());
    agent_->registered(this, {.reg_id = options_.reg_id,
                              .pub_gruu = pub_gruu_,
                              .temp_gruu = temp_gruu_,
                              .service_route = service_route_,
                              .flow = options_.reg_id != 0 ? flow_ : std::nullopt});
    enter(RegistererState::registered);
    if (closing_) return;
    auto& core = agent_->core();
    core.clock().cancel(expiry_);
    expiry_ = core.clock().schedule(core.now() + time, [weak = weak_from_this()] {
        if (auto self = weak.lock()) self->leave();
    });
    auto latest = time / 100 * options_.refresh_percent;
    auto early = duration_cast<Duration>(std::chrono::duration<double>(latest) / 10 * chance());
    refresh_at(std::max<Duration>(latest - early, 1s));
}

double Registration::chance() const {
    constexpr std::uint64_t steps = 1'000'000;
    return static_cast<double>(agent_->core().identifiers().between(0, steps)) / static_cast<double>(steps);
}

std::optional<Duration> Registration::retry_after() const {
    if (!response_ || sipmsg::is_success(response_->status())) return std::nullopt;
    auto header = response_->top<sipmsg::RetryAfter>();
    if (!header) return std::nullopt;
    return seconds(header->seconds);
}

// Without its connection nobody finds us: an outbound flow, or a WebSocket, whose Contact names no host.
bool Registration::is_bound_to_flow() const {
    return flow_ && (options_.reg_id != 0 || siptxn::is_websocket(flow_->transport));
}

void Registration::flow_closed(const siptxn::Flow& flow) {
    if (!flow_ || flow_->id != flow.id) return;
    bool bound = is_bound_to_flow();
    flow_.reset();
    if (!bound || request_ || closing_ || state_ != RegistererState::registered) return;
    wish_ = Wish::add;
    leave();
    retry_later();
}

void Registration::refresh_at(Duration delay) {
    auto& core = agent_->core();
    core.clock().cancel(timer_);
    timer_ = core.clock().schedule(core.now() + delay, [weak = weak_from_this()] {
        if (auto self = weak.lock()) self->refresh();
    });
}

void Registration::refresh() {
    if (closing_) return;
    if (request_) return refresh_at(1s);  // a question of somebody's
    wish_ = Wish::add;
    raised_ = false;
    send();
}

// A refresh failed, and nobody waits for its outcome: the phone must become reachable again by itself.
void Registration::retry_later() {
    constexpr Duration longest = 1h;  // whatever a server asks for
    auto asked = retry_after();
    auto wait = back_off(++failures_, agent_->has_flow_but(this), chance());
    refresh_at(std::clamp<Duration>(asked ? *asked : wait, 1s, longest));
}

void Registration::finish(std::error_code error) {
    if (closing_ && wish_ != Wish::remove && state_ == RegistererState::registered) {
        wish_ = Wish::remove;
        return send();
    }
    if (auto pending = std::exchange(pending_, nullptr)) {
        pending->finish(error);
    } else if (error && wish_ == Wish::add && !closing_) {
        retry_later();
    }
    if (!closing_) return;
    enter(RegistererState::terminated);
    agent_->check_idle();
}

void Registration::close() {
    if (closing_) return;
    closing_ = true;
    agent_->core().clock().cancel(std::exchange(timer_, siptxn::TimerId::none));
    agent_->core().clock().cancel(std::exchange(expiry_, siptxn::TimerId::none));
    agent_->unregistered(this);
    if (auto pending = std::exchange(pending_, nullptr)) pending->finish(Errc::stopped);
    if (request_) return;  // One REGISTER at a time (RFC 3261 §10.2): finish() goes on when it is answered.
    if (state_ != RegistererState::registered) return enter(RegistererState::terminated);
    wish_ = Wish::remove;
    send();
}

// The handle.

std::string_view to_string(RegistererState state) noexcept {
    switch (state) {
        case RegistererState::initial: return "initial";
        case RegistererState::registered: return "registered";
        case RegistererState::unregistered: return "unregistered";
        case RegistererState::terminated: return "terminated";
    }
    return "";
}

Registerer::Registerer(const UserAgent& agent) : Registerer(agent, RegistererOptions{}) {}

Registerer::Registerer(const UserAgent& agent, RegistererOptions options)
    : impl_(std::make_shared<Registration>(agent.agent(), std::move(options))) {
    impl_->agent().core().run([impl = impl_] { impl->agent().add(std::shared_ptr<Activity>(impl)); });
}

Registerer::Registerer(Registerer&&) noexcept = default;

Registerer& Registerer::operator=(Registerer&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

Registerer::~Registerer() {
    if (!impl_) return;
    Core& core = impl_->agent().core();
    core.run([impl = std::move(impl_)] { impl->close(); });
}

const std::string& Registerer::registrar() const { return impl_->registrar(); }
RegistererState Registerer::state() const { return impl_->state(); }
Emitter<RegistererState>& Registerer::state_change() { return impl_->state_change(); }
std::vector<std::string> Registerer::contacts() const { return impl_->contacts(); }
std::vector<std::string> Registerer::service_route() const { return impl_->service_route(); }
std::string Registerer::pub_gruu() const { return impl_->pub_gruu(); }
std::string Registerer::temp_gruu() const { return impl_->temp_gruu(); }
std::optional<Duration> Registerer::retry_after() const { return impl_->retry_after(); }
sipmsg::MessagePtr Registerer::response() const { return impl_->response(); }
asio::any_io_executor Registerer::executor() const { return impl_->agent().core().executor(); }

void Registerer::check(const RegistererRegisterOptions& options) { check_headers(options.headers); }

CancelFunction Registerer::start(const std::shared_ptr<Registration>& impl, Wish wish, Completion done) {
    auto pending = Pending::make(std::move(done));
    auto& core = impl->agent().core();
    core.run([impl, wish, pending] { impl->begin(wish, pending); });
    return abandon(core, pending);
}

CancelFunction Registerer::start(const std::shared_ptr<Registration>& impl, RegistererRegisterOptions options,
                                 Completion done) {
    impl->agent().core().run([impl, options = std::move(options)]() mutable { impl->set_headers(std::move(options)); });
    return start(impl, Wish::add, std::move(done));
}

}  // namespace sipua
