// SPDX-License-Identifier: MIT
#include "core.hpp"

#include "agent.hpp"
#include "client_request.hpp"
#include "screening.hpp"
#include "session_impl.hpp"

#include <siptxn/masking.hpp>

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>

#include <asio/execution_context.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace sipua {

using sipmsg::Method;
using siptxn::ServerId;

thread_local const Core* Core::running_ = nullptr;

Core::Core(asio::any_io_executor executor, std::shared_ptr<siptxn::Endpoint> endpoint, const StackOptions& options)
    : executor_(std::move(executor)),
      endpoint_(std::move(endpoint)),
      dialogs_(
          {.timers = options.layer.timers, .limits = options.dialog_limits, .session_timer = options.session_timer},
          [ids = endpoint_] { return ids->layer().identifiers().number(); }),
      subscriptions_(*this, {.timers = options.layer.timers, .limits = options.subscription_limits},
                     [ids = endpoint_] { return ids->layer().identifiers().number(); }),
      log_(options.log),
      log_level_(options.log_level),
      tracer_(options.tracer) {}

namespace {

/// Part of an io_context: when that ends, so do the cores on it.
class Keeper : public asio::execution_context::service {
public:
    using key_type = Keeper;
    static asio::execution_context::id id;

    explicit Keeper(asio::execution_context& context) : service(context) {}
    void add(const std::shared_ptr<Core>& core) {
        std::lock_guard lock(mutex_);
        std::erase_if(cores_, [](const auto& weak) { return weak.expired(); });
        cores_.push_back(core);
    }

private:
    void shutdown() override {
        for (const auto& weak : cores_)
            if (auto core = weak.lock()) core->let_go();
    }

    std::mutex mutex_;
    std::vector<std::weak_ptr<Core>> cores_;
};

asio::execution_context::id Keeper::id;

}  // namespace

void Core::let_go() {
    auto sessions = std::exchange(sessions_, {});
    auto clients = std::exchange(clients_, {});
    auto subscriptions = subscriptions_.let_go();
}

void Core::attach() {
    asio::use_service<Keeper>(asio::query(executor_, asio::execution::context)).add(shared_from_this());
    endpoint_->attach(this);
    transactions().report_merged(true);
    if (!tracer_ && !logs(LogLevel::message)) return;
    endpoint_->set_tracer([this](const siptxn::TraceMessage& message) {
        if (tracer_) tracer_(message);
        if (!logs(LogLevel::message)) return;
        auto text = std::string(message.sent ? ">>> " : "<<< ")
                        .append(siptxn::to_string(message.flow.transport))
                        .append(message.sent ? " to " : " from ")
                        .append(siptxn::to_string(message.flow.remote))
                        .append("\n")
                        .append(siptxn::mask_credentials(message.octets));
        log(LogLevel::message, "transport", text);
    });
}

Core::~Core() {
    endpoint_->attach(nullptr);
    endpoint_->set_tracer(nullptr);
    endpoint_->shutdown();
}

void Core::changed() { endpoint_->wake(); }

void Core::add(const std::shared_ptr<Agent>& agent) {
    remove(*agent);
    agents_.push_back(agent);
}

void Core::remove(const Agent& agent) {
    std::erase_if(agents_, [&agent](auto& weak) {
        auto held = weak.lock();
        return !held || held.get() == &agent;
    });
}

void Core::adopt(sipdialog::SessionId id, std::shared_ptr<SessionImpl> session) { sessions_[id] = std::move(session); }
void Core::adopt(siptxn::ClientId id, std::shared_ptr<ClientRequest> request) { clients_[id] = std::move(request); }

std::vector<std::shared_ptr<SessionImpl>> Core::sessions_of(const Agent& agent) const {
    std::vector<std::shared_ptr<SessionImpl>> all;
    for (const auto& [id, session] : sessions_)
        if (session->shared_agent().get() == &agent) all.push_back(session);
    std::ranges::sort(all, {}, &SessionImpl::dialog_session);
    return all;
}

bool Core::has_calls(const Agent& agent) const {
    return std::ranges::any_of(sessions_, [&](const auto& entry) {
        const auto& session = *entry.second;
        return session.shared_agent().get() == &agent && session.state() != SessionState::initial &&
               session.state() != SessionState::terminated;
    });
}

void Core::abandon(const Agent& agent, bool unregistering) {
    if (!unregistering) subscriptions_.abandon(agent);
    auto clients = clients_;
    for (auto& [id, request] : clients) {
        if (&request->agent() == &agent && !(unregistering && request->is_removal())) request->abandon();
    }
}

void Core::log(LogLevel level, std::string_view category, std::string_view text) const {
    if (logs(level)) log_({level, category, text});
}

void Core::respond(ServerId transaction, const sipmsg::Message& request, int status,
                   const sipdialog::HeaderList& headers, const sipdialog::Body& body) {
    auto response = sipmsg::Message::response(request.view(), status, identifiers().tag());
    for (auto& [name, value] : headers) response.append(name, value);
    if (!body.empty()) response.set_body(body.content_type, body.content);
    transactions().respond(transaction, std::move(response), now());
    changed();
}

// Where events go.

namespace {

// Failures are told to whom they end; the log has them all.
void note_failure(const Core& core, const siptxn::Event& event) {
    if (!core.logs(LogLevel::info)) return;
    if (auto* request = std::get_if<siptxn::RequestFailed>(&event))
        core.log(LogLevel::info, "transaction", "a request failed: " + request->error.message());
    if (auto* response = std::get_if<siptxn::ResponseFailed>(&event))
        core.log(LogLevel::info, "transaction", "a response failed: " + response->error.message());
    if (auto* closed = std::get_if<siptxn::FlowClosed>(&event))
        core.log(LogLevel::info, "transport",
                 std::string(siptxn::to_string(closed->flow.transport)) + " with " +
                     siptxn::to_string(closed->flow.remote) + ": " +
                     (closed->error ? closed->error.message() : "closed as asked"));
}

}  // namespace

void Core::on_event(const siptxn::Event& event) {
    const Running here(*this);
    note_failure(*this, event);
    if (logs(LogLevel::warning)) overload_.look(*this);
    if (auto* request = std::get_if<siptxn::RequestReceived>(&event)) return handle(*request);
    if (dialogs_.handle(event, now()) || subscriptions_.layer().handle(event, now())) return;
    std::visit([this](auto& one) { handle(one); }, event);
}

void Core::handle(const siptxn::RequestReceived& event) {
    const auto& request = *event.request;
    const auto fields = request.view().dialog_fields();
    bool in_dialog = fields && fields->to_tag;
    auto uri = request.request_uri();
    auto agent = agent_for(uri);
    if (!in_dialog && agents_.empty()) return respond(event.transaction, request, 480);  // All are stopped.
    if (auto refusal = screen(request, uri, in_dialog, agent.get())) {
        return respond(event.transaction, request, refusal->status, refusal->headers);
    }
    if (event.merged) return respond(event.transaction, request, 482);
    if (dialogs_.handle(event, now())) return;
    if (in_dialog && subscriptions_.layer().handle(event, now())) return;
    // RFC 6665 §8.2.1 before §4.1.3: what names no event belongs nowhere.
    bool nameless = request.method() == Method::notify && !request.has(sipmsg::Header::event);
    if (in_dialog) return respond(event.transaction, request, nameless ? 489 : 481);
    out_of_dialog(event, agent);
}

std::shared_ptr<Agent> Core::agent_for(const sipmsg::Result<sipmsg::Uri>& uri) const {
    std::shared_ptr<Agent> first;
    for (auto& weak : agents_) {
        auto agent = weak.lock();
        if (!agent) continue;
        if (uri && agent->is_user(uri->user())) return agent;
        if (!first && agent->options().accept_any_user) first = agent;
    }
    return first;
}

void Core::out_of_dialog(const siptxn::RequestReceived& event, const std::shared_ptr<Agent>& agent) {
    auto responder = std::make_shared<Responder>(shared_from_this(), event.transaction, event.request);
    auto delegate = agent->delegate();
    switch (event.request->method()) {
        case Method::options: return respond(event.transaction, *event.request, 200, options_headers(*agent));
        case Method::message:
            return agent->check_identity(*event.request, [agent, responder](IdentityVerdict verdict, const auto&) {
                take_message(*agent, responder, verdict);
            });
        case Method::notify:
            if (delegate->on_notify) return delegate->on_notify(Notification(responder));
            return respond(event.transaction, *event.request, agent->options().allow_legacy_notifications ? 200 : 481);
        case Method::refer:
            if (delegate->on_refer || agent->options().follow_referrals) return take_subscription(event);
            return respond(event.transaction, *event.request, 405, agent->capabilities());
        case Method::subscribe:
            if (delegate->on_subscribe) return take_subscription(event);
            return respond(event.transaction, *event.request, 405, agent->capabilities());
        case Method::bye:
        case Method::cancel:
        case Method::prack:
        case Method::update: return respond(event.transaction, *event.request, 481);
        default:
            if (delegate->on_request) return delegate->on_request(IncomingRequest(responder));
            return respond(event.transaction, *event.request, 405, agent->capabilities());
    }
}

void Core::take_message(Agent& agent, const std::shared_ptr<Responder>& responder, IdentityVerdict verdict) {
    auto delegate = agent.delegate();
    if (auto [status, phrase] = refusal_of(verdict); status != 0) {
        responder->answer(status, {}, {});
    } else if (delegate->on_message) {
        delegate->on_message(Message(responder));
    } else {
        responder->answer(200, {}, {});
    }
}

void Core::take_subscription(const siptxn::RequestReceived& event) {
    subscriptions_.layer().handle(event, now());
    changed();
}

void Core::handle(const siptxn::ResponseReceived& event) {
    if (auto found = clients_.find(event.transaction); found != clients_.end()) {
        auto request = found->second;
        request->on_response(event.transaction, event.response, event.flow);
    }
}

void Core::handle(const siptxn::RequestFailed& event) {
    if (auto found = clients_.find(event.transaction); found != clients_.end()) {
        auto request = found->second;
        request->on_failure(event.transaction, event.error);
    }
}

void Core::handle(const siptxn::ClientEnded& event) {
    auto node = clients_.extract(event.transaction);
    if (node) node.mapped()->on_failure(event.transaction, siptxn::Errc::aborted);  // No effect when it had its answer.
}

void Core::handle(const siptxn::FlowOpened& event) {
    auto agents = agents_;
    for (auto& weak : agents) {
        if (auto agent = weak.lock()) agent->flow_opened(event.flow);
    }
}

void Core::handle(const siptxn::FlowClosed& event) {
    auto agents = agents_;
    for (auto& weak : agents) {
        if (auto agent = weak.lock()) agent->flow_closed(event.flow, event.error);
    }
}

// Time.

std::optional<siptxn::TimePoint> Core::next_expiry() const {
    auto dialogs = dialogs_.next_expiry();
    auto subscriptions = subscriptions_.layer().next_expiry();
    if (!dialogs || !subscriptions) return dialogs ? dialogs : subscriptions;
    return std::min(*dialogs, *subscriptions);
}

void Core::expire(siptxn::TimePoint now) {
    dialogs_.expire(now);
    subscriptions_.layer().expire(now);
}

}  // namespace sipua
