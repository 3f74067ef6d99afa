// SPDX-License-Identifier: MIT
#pragma once

#include "activity.hpp"
#include "binding.hpp"
#include "client_request.hpp"
#include "pending.hpp"

#include <sipua/registerer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sipua {

/// The body of a Registerer. Lives on the core's executor.
class Registration : public Activity, public std::enable_shared_from_this<Registration> {
public:
    using Wish = Registerer::Wish;

    Registration(std::shared_ptr<Agent> agent, RegistererOptions options);

    [[nodiscard]] Agent& agent() const noexcept { return *agent_; }
    [[nodiscard]] RegistererState state() const noexcept { return state_; }
    [[nodiscard]] const std::string& registrar() const noexcept { return options_.registrar; }
    [[nodiscard]] Emitter<RegistererState>& state_change() noexcept { return state_change_; }
    [[nodiscard]] const std::vector<std::string>& contacts() const noexcept { return contacts_; }
    [[nodiscard]] const std::vector<std::string>& service_route() const noexcept { return service_route_; }
    [[nodiscard]] const std::string& pub_gruu() const noexcept { return pub_gruu_; }
    [[nodiscard]] const std::string& temp_gruu() const noexcept { return temp_gruu_; }
    [[nodiscard]] std::optional<Duration> retry_after() const;
    [[nodiscard]] const sipmsg::MessagePtr& response() const noexcept { return response_; }
    [[nodiscard]] bool is_busy() const override { return static_cast<bool>(request_); }

    void set_headers(RegistererRegisterOptions options) { options_.headers = std::move(options.headers); }
    void begin(Wish wish, const std::shared_ptr<Pending>& pending);
    /// Unregisters when registered, and never registers again.
    [[nodiscard]] StopOrder stop_order() const override { return StopOrder::registration; }
    void close() override;
    void flow_closed(const siptxn::Flow& flow) override;

private:
    void enter(RegistererState state);
    void send();
    [[nodiscard]] sipmsg::Message make_register() const;
    [[nodiscard]] siptxn::SendOptions routing() const;
    void on_done(const sipmsg::MessagePtr& response, std::error_code error);
    bool raise_expires(const sipmsg::Message& response);
    void on_success(const sipmsg::Message& response);
    void on_registered(const sipmsg::Message& response, const sipmsg::Contact& binding);
    void leave();
    void refresh_at(Duration delay);
    void refresh();
    void retry_later();
    void finish(std::error_code error);
    [[nodiscard]] double chance() const;
    [[nodiscard]] bool is_bound_to_flow() const;

    std::shared_ptr<Agent> agent_;
    RegistererOptions options_;
    RequestIdentity identity_;
    RegistererState state_ = RegistererState::initial;
    Emitter<RegistererState> state_change_;
    std::vector<std::string> contacts_;
    std::vector<std::string> service_route_;
    std::string pub_gruu_, temp_gruu_;
    sipmsg::MessagePtr response_;
    std::optional<siptxn::Flow> flow_;  ///< to the server that answered last
    std::shared_ptr<ClientRequest> request_;
    std::shared_ptr<Pending> pending_;
    Wish wish_ = Wish::remove;
    bool closing_ = false;
    int failures_ = 0;     ///< of REGISTERs in a row
    bool raised_ = false;  ///< a 423 was followed once in this attempt
    siptxn::TimerId timer_ = siptxn::TimerId::none;
    siptxn::TimerId expiry_ = siptxn::TimerId::none;  ///< of the binding
};

}  // namespace sipua
