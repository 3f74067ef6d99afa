// SPDX-License-Identifier: MIT
#pragma once

#include "activity.hpp"
#include "agent.hpp"
#include "client_request.hpp"
#include "pending.hpp"

#include <sipua/publisher.hpp>

#include <memory>
#include <string>

namespace sipua {

/// The body of a Publisher. Lives on the core's executor.
class Publication : public Activity, public std::enable_shared_from_this<Publication> {
public:
    Publication(std::shared_ptr<Agent> agent, std::string target, std::string event, PublisherOptions options);

    [[nodiscard]] Agent& agent() const noexcept { return *agent_; }
    [[nodiscard]] Core& core() const noexcept { return agent_->core(); }
    [[nodiscard]] PublisherState state() const noexcept { return state_; }
    [[nodiscard]] Emitter<PublisherState>& state_change() noexcept { return state_change_; }
    [[nodiscard]] const std::string& tag() const noexcept { return tag_; }
    [[nodiscard]] const sipmsg::MessagePtr& response() const noexcept { return response_; }

    void publish(std::string content, const std::shared_ptr<Pending>& pending);
    void unpublish(const std::shared_ptr<Pending>& pending);
    [[nodiscard]] StopOrder stop_order() const override { return StopOrder::publication; }
    void close() override;
    [[nodiscard]] bool is_busy() const override { return static_cast<bool>(request_); }

private:
    /// What a PUBLISH is for (RFC 3903 §4, table 1). Without an entity tag `refresh` and `modify` begin anew.
    enum class Purpose { modify, refresh, remove };

    void enter(PublisherState state);
    void send(Purpose purpose);
    [[nodiscard]] sipmsg::Message make(Purpose purpose) const;
    void on_done(const sipmsg::MessagePtr& response, std::error_code error);
    [[nodiscard]] bool try_again(const sipmsg::Message& response);
    void on_published(const sipmsg::Message& response);
    void refresh_at(Duration delay);
    void finish(std::error_code error);
    void terminate();

    std::shared_ptr<Agent> agent_;
    std::string target_;
    std::string event_;
    PublisherOptions options_;
    PublisherState state_ = PublisherState::initial;
    Emitter<PublisherState> state_change_;
    std::string content_;
    std::string tag_;
    sipmsg::MessagePtr response_;
    std::shared_ptr<ClientRequest> request_;
    std::shared_ptr<Pending> pending_;
    Purpose purpose_ = Purpose::modify;
    bool raised_ = false;     ///< a 423 was followed in this attempt
    bool forgotten_ = false;  ///< a 412 was followed in this attempt
    bool closing_ = false;
    siptxn::TimerId timer_ = siptxn::TimerId::none;
};

}  // namespace sipua
