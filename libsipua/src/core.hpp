// SPDX-License-Identifier: MIT
#pragma once

#include "overload_log.hpp"
#include "subscription_hub.hpp"

#include <sipua/identity.hpp>
#include <sipua/log.hpp>
#include <sipua/stack.hpp>

#include <sipdialog/dialog_layer.hpp>

#include <siptxn/endpoint.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/dispatch.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sipua {

class Agent;
class ClientRequest;
class Responder;
class SessionImpl;

/// What agents on one stack share: the endpoint's user and the owner of its dialogs. It finds who an event is for.
/// Everything here runs on executor().
class Core : public siptxn::TransactionUser, public std::enable_shared_from_this<Core> {
public:
    Core(asio::any_io_executor executor, std::shared_ptr<siptxn::Endpoint> endpoint, const StackOptions& options);
    ~Core() override;
    void attach();
    /// Nothing runs any more. What lives holds its agent, and that this: they let each other go.
    void let_go();

    [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }
    [[nodiscard]] siptxn::Endpoint& endpoint() noexcept { return *endpoint_; }
    [[nodiscard]] siptxn::TransactionLayer& transactions() noexcept { return endpoint_->layer(); }
    [[nodiscard]] sipdialog::DialogLayer& dialogs() noexcept { return dialogs_; }
    [[nodiscard]] SubscriptionHub& subscriptions() noexcept { return subscriptions_; }
    [[nodiscard]] siptxn::Clock& clock() noexcept { return endpoint_->clock(); }
    [[nodiscard]] siptxn::Identifiers& identifiers() noexcept { return endpoint_->layer().identifiers(); }
    [[nodiscard]] siptxn::TimePoint now() const { return endpoint_->now(); }

    /// Runs `work` on the executor: at once when already there.
    template <class Work>
    void run(Work work) {
        if (is_running()) return work();
        asio::dispatch(executor_, [self = shared_from_this(), work = std::move(work)]() mutable { work(); });
    }
    /// The layers were changed: the drain loop must look.
    void changed();

    /// Whom a request outside dialogs is for; null when nobody is.
    [[nodiscard]] std::shared_ptr<Agent> agent_for(const sipmsg::Message& request) const {
        return agent_for(request.request_uri());
    }
    [[nodiscard]] std::shared_ptr<Agent> agent_for(const sipmsg::Result<sipmsg::Uri>& uri) const;
    void add(const std::shared_ptr<Agent>& agent);
    void remove(const Agent& agent);
    void adopt(sipdialog::SessionId id, std::shared_ptr<SessionImpl> session);
    void adopt(siptxn::ClientId id, std::shared_ptr<ClientRequest> request);
    /// In the order in which they began.
    [[nodiscard]] std::vector<std::shared_ptr<SessionImpl>> sessions_of(const Agent& agent) const;
    /// Some are set up or stand. Asked for whenever one ends while the agent stops.
    [[nodiscard]] bool has_calls(const Agent& agent) const;
    [[nodiscard]] std::size_t sessions() const noexcept { return sessions_.size(); }
    /// Ends the requests of an agent that are still open, with Errc::stopped, and its subscriptions; `unregistering`:
    /// but those that take bindings and subscriptions back.
    void abandon(const Agent& agent, bool unregistering);

    void log(LogLevel level, std::string_view category, std::string_view text) const;
    [[nodiscard]] bool logs(LogLevel level) const noexcept { return log_ && level <= log_level_; }

    /// Answers a request by the layer's server transaction, with a To tag of its own.
    void respond(siptxn::ServerId transaction, const sipmsg::Message& request, int status,
                 const sipdialog::HeaderList& headers = {}, const sipdialog::Body& body = {});

    // siptxn::TransactionUser
    void on_event(const siptxn::Event& event) override;
    bool drain() override;
    [[nodiscard]] std::optional<siptxn::TimePoint> next_expiry() const override;
    void expire(siptxn::TimePoint now) override;

private:
    /// A callback of the endpoint is under way in this thread; the core lives until it is over.
    class Running {
    public:
        explicit Running(Core& core) : core_(core.shared_from_this()), before_(std::exchange(running_, &core)) {}
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;
        ~Running() { running_ = before_; }

    private:
        std::shared_ptr<Core> core_;
        const Core* before_;
    };
    [[nodiscard]] bool is_running() const noexcept { return running_ == this; }

    void handle(const siptxn::RequestReceived& event);
    void handle(const siptxn::ResponseReceived& event);
    void handle(const siptxn::RequestFailed& event);
    void handle(const siptxn::ClientEnded& event);
    void handle(const siptxn::FlowOpened& event);
    void handle(const siptxn::FlowClosed& event);
    template <class Other>
    void handle(const Other&) {}

    void out_of_dialog(const siptxn::RequestReceived& event, const std::shared_ptr<Agent>& agent);
    static void take_message(Agent& agent, const std::shared_ptr<Responder>& responder, IdentityVerdict verdict);
    void take_subscription(const siptxn::RequestReceived& event);
    void perform(sipdialog::SendRequest& output);
    void perform(sipdialog::SendAck& output);
    void perform(sipdialog::CancelRequest& output);
    void perform(sipdialog::Respond& output);
    void perform(sipdialog::Invited& output);
    void perform(sipdialog::Ended& output);
    void perform(sipdialog::RequestInDialog& output);
    void perform(sipdialog::DescriptionDropped& output);
    template <class News>
    void perform(News& output);

    static thread_local const Core* running_;
    asio::any_io_executor executor_;
    std::shared_ptr<siptxn::Endpoint> endpoint_;
    sipdialog::DialogLayer dialogs_;
    SubscriptionHub subscriptions_;
    LogSink log_;
    LogLevel log_level_;
    OverloadLog overload_;
    siptxn::Tracer tracer_;
    std::vector<std::weak_ptr<Agent>> agents_;
    std::unordered_map<sipdialog::SessionId, std::shared_ptr<SessionImpl>> sessions_;
    std::unordered_map<siptxn::ClientId, std::shared_ptr<ClientRequest>> clients_;
};

}  // namespace sipua
