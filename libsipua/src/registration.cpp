// SPDX-License-Identifier: MIT
#include "registration.hpp"

#include "agent.hpp"
#include "responder.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/status.hpp>

#include <algorithm>
#include <stdexcept>

namespace sipua {

using std::chrono::duration_cast;
using std::chrono::seconds;

Registration::Registration(std::shared_ptr<Agent> agent, RegistererOptions options)
    : agent_(std::move(agent)), options_(std::move(options)) {
    if (options_.expires < 0s) throw std::invalid_argument("expires is negative");
    if (options_.refresh_percent < 50 || options_.refresh_percent > 99)
        throw std::invalid_argument("refresh_percent is outside 50..99");
    check_headers(options_.headers);
    if (options_.registrar.empty()) {
        // RFC 3261 §10.2: the domain of the address of record, without a user.
        auto aor = sipmsg::Uri::parse(agent_->options().uri);
        options_.registrar = aor->is_secure() ? "sips:" : "sip:";
        bool v6 = aor->host().kind == sipmsg::HostKind::ipv6;
        options_.registrar.append(v6 ? "[" : "").append(aor->host().text).append(v6 ? "]" : "");
        if (aor->port()) options_.registrar.append(":").append(std::to_string(*aor->port()));
    }
    if (!sipmsg::Uri::parse(options_.registrar))
        throw std::invalid_argument("registrar is not a URI: " + options_.registrar);
    identity_ = {agent_->core().identifiers().call_id(), agent_->core().identifiers().tag(),
                 agent_->core().identifiers().cseq()};
}

void Registration::enter(RegistererState state) {
    if (state_ == state) return;
    state_ = state;
    agent_->core().log(LogLevel::info, "registration", to_string(state));
    state_change_.emit(state);
}

void Registration::begin(bool registering, const std::shared_ptr<Pending>& pending) {
    if (closing_) return pending->finish(Errc::stopped);
    if (request_) return pending->finish(Errc::request_pending);
    pending_ = pending;
    registering_ = registering;
    raised_ = false;
    send(registering ? options_.expires : 0s);
}

void Registration::send(Duration expires) {
    agent_->core().clock().cancel(std::exchange(timer_, siptxn::TimerId::none));
    auto request = make_request(*agent_, "REGISTER", options_.registrar, "<" + agent_->options().uri + ">", identity_);
    request.append(sipmsg::Header::expires, std::to_string(duration_cast<seconds>(expires).count()));
    for (auto& header : Agent::capability_headers()) request.append(header.first, header.second);
    for (auto& [name, value] : options_.headers) request.append(name, value);
    auto self = shared_from_this();
    request_ = std::make_shared<ClientRequest>(agent_, std::move(request), agent_->routing(),
                                               [self](auto& response, auto error) { self->on_done(response, error); });
    request_->send();
}

void Registration::on_done(const sipmsg::MessagePtr& response, std::error_code error) {
    identity_.cseq = request_->cseq() + 1;
    request_ = nullptr;
    response_ = response;
    if (error) {
        enter(RegistererState::unregistered);
        return finish(error);
    }
    if (response->status() == 423 && raise_expires(*response)) return send(options_.expires);
    if (sipmsg::is_success(response->status())) {
        on_registered(*response);
        return finish(registering_ && state_ != RegistererState::registered ? make_error_code(Errc::not_registered)
                                                                            : std::error_code());
    }
    enter(RegistererState::unregistered);
    finish(sip_error(response->status()));
}

// RFC 3261 §10.2.8: try once more with what the registrar asks for.
bool Registration::raise_expires(const sipmsg::Message& response) {
    auto least = response.top<sipmsg::MinExpires>();
    if (!registering_ || raised_ || !least || seconds(least->value) <= options_.expires) return false;
    raised_ = true;
    options_.expires = seconds(least->value);
    return true;
}

void Registration::on_registered(const sipmsg::Message& response) {
    contacts_.clear();
    for (auto contact : response.all<sipmsg::Contact>()) {
        if (!contact) break;
        contacts_.emplace_back(contact->text());
    }
    auto time = registering_ ? granted(response) : std::nullopt;
    if (!time || *time <= 0s) return enter(RegistererState::unregistered);
    failures_ = 0;
    enter(RegistererState::registered);
    if (!closing_) refresh_at(std::max<Duration>(*time / 100 * options_.refresh_percent, 1s));
}

// Our own binding is the one with our Contact's user; its expires falls back to the Expires header, then to what was
// asked (RFC 3261 §10.2.4).
std::optional<Duration> Registration::granted(const sipmsg::Message& response) const {
    auto user = agent_->contact().user;
    for (auto contact : response.all<sipmsg::Contact>()) {
        if (!contact) break;
        if (contact->uri().user() != user) continue;
        if (auto own = contact->expires()) return seconds(*own);
        if (auto header = response.top<sipmsg::Expires>()) return seconds(header->value);
        return options_.expires;
    }
    return std::nullopt;
}

void Registration::refresh_at(Duration delay) {
    auto& core = agent_->core();
    core.clock().cancel(timer_);
    timer_ = core.clock().schedule(core.now() + delay, [weak = weak_from_this()] {
        auto self = weak.lock();
        if (!self || self->request_ || self->closing_) return;
        self->registering_ = true;
        self->raised_ = false;
        self->send(self->options_.expires);
    });
}

// A refresh failed, and nobody waits for its outcome: the phone must become reachable again by itself.
void Registration::retry_later() {
    constexpr Duration first = 30s, longest = 30min;
    refresh_at(std::min(first * (1 << std::min(failures_++, 10)), longest));
}

void Registration::finish(std::error_code error) {
    if (closing_ && std::exchange(registering_, false) && state_ == RegistererState::registered) return send(0s);
    if (auto pending = std::exchange(pending_, nullptr)) {
        pending->finish(error);
    } else if (error && registering_ && !closing_) {
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
    if (auto pending = std::exchange(pending_, nullptr)) pending->finish(Errc::stopped);
    if (request_) return;  // One REGISTER at a time (RFC 3261 §10.2): finish() goes on when it is answered.
    if (state_ != RegistererState::registered) return enter(RegistererState::terminated);
    registering_ = false;
    send(0s);
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

RegistererState Registerer::state() const { return impl_->state(); }
Emitter<RegistererState>& Registerer::state_change() { return impl_->state_change(); }
std::vector<std::string> Registerer::contacts() const { return impl_->contacts(); }
sipmsg::MessagePtr Registerer::response() const { return impl_->response(); }
asio::any_io_executor Registerer::executor() const { return impl_->agent().core().executor(); }

CancelFunction Registerer::start(const std::shared_ptr<Registration>& impl, bool registering, Completion done) {
    auto pending = Pending::make(std::move(done));
    auto& core = impl->agent().core();
    core.run([impl, registering, pending] { impl->begin(registering, pending); });
    return abandon(core, pending);
}

}  // namespace sipua
