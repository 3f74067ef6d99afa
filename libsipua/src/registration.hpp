// SPDX-License-Identifier: MIT
#pragma once

#include "activity.hpp"
#include "client_request.hpp"
#include "pending.hpp"

#include <sipua/registerer.hpp>

#include <memory>
#include <string>
#include <vector>

namespace sipua {

/// The body of a Registerer. Lives on the core's executor.
class Registration : public Activity, public std::enable_shared_from_this<Registration> {
public:
    Registration(std::shared_ptr<Agent> agent, RegistererOptions options);

    [[nodiscard]] Agent& agent() const noexcept { return *agent_; }
    [[nodiscard]] RegistererState state() const noexcept { return state_; }
    [[nodiscard]] Emitter<RegistererState>& state_change() noexcept { return state_change_; }
    [[nodiscard]] const std::vector<std::string>& contacts() const noexcept { return contacts_; }
    [[nodiscard]] const sipmsg::MessagePtr& response() const noexcept { return response_; }
    [[nodiscard]] bool is_busy() const override { return static_cast<bool>(request_); }

    void begin(bool registering, const std::shared_ptr<Pending>& pending);
    /// Unregisters when registered, and never registers again.
    void close() override;

private:
    void enter(RegistererState state);
    void send(Duration expires);
    void on_done(const sipmsg::MessagePtr& response, std::error_code error);
    bool raise_expires(const sipmsg::Message& response);
    void on_registered(const sipmsg::Message& response);
    void refresh_at(Duration delay);
    void retry_later();
    void finish(std::error_code error);
    [[nodiscard]] std::optional<Duration> granted(const sipmsg::Message& response) const;

    std::shared_ptr<Agent> agent_;
    RegistererOptions options_;
    RequestIdentity identity_;
    RegistererState state_ = RegistererState::initial;
    Emitter<RegistererState> state_change_;
    std::vector<std::string> contacts_;
    sipmsg::MessagePtr response_;
    std::shared_ptr<ClientRequest> request_;
    std::shared_ptr<Pending> pending_;
    bool registering_ = false;
    bool closing_ = false;
    int failures_ = 0;     ///< refreshes in a row
    bool raised_ = false;  ///< a 423 was followed once in this attempt
    siptxn::TimerId timer_ = siptxn::TimerId::none;
};

}  // namespace sipua
