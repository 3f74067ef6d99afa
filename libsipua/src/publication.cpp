// SPDX-License-Identifier: MIT
#include "publication.hpp"

#include "checks.hpp"

#include <sipmsg/header/events.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/status.hpp>

#include <algorithm>
#include <stdexcept>

namespace sipua {

using std::chrono::seconds;

Publication::Publication(std::shared_ptr<Agent> agent, std::string target, std::string event, PublisherOptions options)
    : agent_(std::move(agent)), target_(std::move(target)), event_(std::move(event)), options_(std::move(options)) {
    if (!sipmsg::Event::parse(event_)) throw std::invalid_argument("not an event: " + event_);
    if (options_.expires < 1s || options_.expires > seconds(0xffffffff))
        throw std::invalid_argument("expires is out of range");
    check_headers(options_.headers);
    check_body({options_.content_type, {}});
    check_transport(options_.transport);
    check_params(options_.params);
}

void Publication::enter(PublisherState state) {
    if (state_ == state) return;
    state_ = state;
    core().log(LogLevel::info, "publication", to_string(state));
    state_change_.emit(state);
}

void Publication::publish(std::string content, const std::shared_ptr<Pending>& pending) {
    if (agent_->state() != UserAgentState::started || closing_) return pending->finish(Errc::stopped);
    if (state_ == PublisherState::terminated) return pending->finish(Errc::invalid_state);
    if (request_) return pending->finish(Errc::request_pending);
    content_ = std::move(content);
    pending_ = pending;
    raised_ = forgotten_ = false;
    send(Purpose::modify);
}

void Publication::unpublish(const std::shared_ptr<Pending>& pending) {
    if (request_) return pending->finish(Errc::request_pending);
    core().clock().cancel(std::exchange(timer_, siptxn::TimerId::none));
    if (tag_.empty()) return pending->finish({});
    pending_ = pending;
    send(Purpose::remove);
}

// RFC 3903 §4.1: a request outside dialogs, without Contact; a refresh and a removal carry no body.
sipmsg::Message Publication::make(Purpose purpose) const {
    auto& identifiers = core().identifiers();
    RequestIdentity identity{identifiers.call_id(), identifiers.tag(), identifiers.cseq(),
                             from_value(*agent_, options_.params)};
    auto request = make_request(*agent_, "PUBLISH", target_, to_value(target_, options_.params), identity);
    request.append(sipmsg::Header::event, event_);
    auto expires = purpose == Purpose::remove ? 0 : std::chrono::duration_cast<seconds>(options_.expires).count();
    request.append(sipmsg::Header::expires, std::to_string(expires));
    if (!tag_.empty()) request.append(sipmsg::Header::sip_if_match, tag_);
    for (auto& [name, value] : options_.headers) request.append(name, value);
    if (purpose == Purpose::modify || tag_.empty()) request.set_body(options_.content_type, content_);
    return request;
}

void Publication::send(Purpose purpose) {
    core().clock().cancel(std::exchange(timer_, siptxn::TimerId::none));
    purpose_ = purpose;
    auto routing = agent_->routing(options_.transport);
    routing.contact.reset();
    request_ = std::make_shared<ClientRequest>(
        agent_, make(purpose), std::move(routing),
        [self = shared_from_this()](auto& response, auto error) { self->on_done(response, error); });
    request_->send();
}

void Publication::on_done(const sipmsg::MessagePtr& response, std::error_code error) {
    auto self = shared_from_this();
    request_ = nullptr;
    response_ = response;
    if (response && try_again(*response)) return;
    // What is to be removed is removed when nobody knows it (RFC 3903 §4.5).
    bool gone = purpose_ == Purpose::remove && response && response->status() == 412;
    if (response && (sipmsg::is_success(response->status()) || gone)) {
        on_published(*response);
        return finish({});
    }
    tag_.clear();
    enter(PublisherState::unpublished);
    finish(response ? sip_error(response->status()) : error);
    terminate();
}

bool Publication::try_again(const sipmsg::Message& response) {
    if (purpose_ == Purpose::remove || closing_) return false;
    auto least = response.top<sipmsg::MinExpires>();
    if (response.status() == 423 && !raised_ && least && seconds(least->value) > options_.expires) {
        raised_ = true;
        options_.expires = seconds(least->value);
        return send(purpose_), true;
    }
    if (response.status() != 412 || forgotten_ || tag_.empty()) return false;
    forgotten_ = true;  // RFC 3903 §4.3: the state is published afresh
    tag_.clear();
    return send(Purpose::modify), true;
}

void Publication::on_published(const sipmsg::Message& response) {
    if (purpose_ == Purpose::remove) {
        tag_.clear();
        return enter(PublisherState::unpublished);
    }
    auto tag = response.top<sipmsg::SipEtag>();
    if (!tag) core().log(LogLevel::warning, "publication", "the 2xx has no SIP-ETag");
    tag_ = tag ? std::string(tag->text) : std::string();
    auto expires = response.top<sipmsg::Expires>();
    Duration granted = options_.expires;
    if (expires && expires->value > 0) granted = std::min<Duration>(granted, seconds(expires->value));
    enter(PublisherState::published);
    if (!closing_) refresh_at(std::max<Duration>(granted / 10 * 9, 1s));
}

void Publication::refresh_at(Duration delay) {
    timer_ = core().clock().schedule(core().now() + delay, [weak = weak_from_this()] {
        auto self = weak.lock();
        if (!self || self->request_ || self->closing_) return;
        self->raised_ = self->forgotten_ = false;
        self->send(Purpose::refresh);
    });
}

void Publication::finish(std::error_code error) {
    if (auto pending = std::exchange(pending_, nullptr)) pending->finish(error);
    if (!closing_ || request_) return;
    if (!tag_.empty() && options_.unpublish_on_close && purpose_ != Purpose::remove) return send(Purpose::remove);
    terminate();
}

void Publication::terminate() {
    core().clock().cancel(std::exchange(timer_, siptxn::TimerId::none));
    enter(PublisherState::terminated);
    agent_->check_idle();
}

void Publication::close() {
    if (closing_) return;
    closing_ = true;
    core().clock().cancel(std::exchange(timer_, siptxn::TimerId::none));
    if (request_) return;  // finish() goes on when it is answered.
    if (!tag_.empty() && options_.unpublish_on_close) return send(Purpose::remove);
    terminate();
}

// The handle.

std::string_view to_string(PublisherState state) noexcept {
    switch (state) {
        case PublisherState::initial: return "initial";
        case PublisherState::published: return "published";
        case PublisherState::unpublished: return "unpublished";
        case PublisherState::terminated: return "terminated";
    }
    return "";
}

Publisher::Publisher(const UserAgent& agent, std::string target, std::string event)
    : Publisher(agent, std::move(target), std::move(event), PublisherOptions{}) {}

Publisher::Publisher(const UserAgent& agent, std::string target, std::string event, PublisherOptions options)
    : impl_(std::make_shared<Publication>(agent.agent(), checked_target(std::move(target)), std::move(event),
                                          std::move(options))) {
    impl_->core().run([impl = impl_] { impl->agent().add(std::shared_ptr<Activity>(impl)); });
}

Publisher::Publisher(Publisher&&) noexcept = default;

Publisher& Publisher::operator=(Publisher&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

Publisher::~Publisher() {
    if (!impl_) return;
    Core& core = impl_->core();
    core.run([impl = std::move(impl_)] { impl->close(); });
}

PublisherState Publisher::state() const { return impl_->state(); }
Emitter<PublisherState>& Publisher::state_change() { return impl_->state_change(); }
std::string Publisher::entity_tag() const { return impl_->tag(); }
sipmsg::MessagePtr Publisher::response() const { return impl_->response(); }
asio::any_io_executor Publisher::executor() const { return impl_->core().executor(); }

CancelFunction Publisher::start_publish(const std::shared_ptr<Publication>& impl, std::string content,
                                        Completion done) {
    auto pending = Pending::make(std::move(done));
    impl->core().run(
        [impl, pending, content = std::move(content)]() mutable { impl->publish(std::move(content), pending); });
    return abandon(impl->core(), pending);
}

CancelFunction Publisher::start_unpublish(const std::shared_ptr<Publication>& impl, Completion done) {
    auto pending = Pending::make(std::move(done));
    impl->core().run([impl, pending] { impl->unpublish(pending); });
    return abandon(impl->core(), pending);
}

}  // namespace sipua
