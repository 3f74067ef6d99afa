// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/request_params.hpp>

#include <siptxn/auth/client.hpp>
#include <siptxn/transaction_layer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <system_error>

namespace sipua {

class Agent;

/// One request outside any dialog until its final answer, challenges included. Lives on the core's executor, kept by
/// the core while a transaction is open.
class ClientRequest : public std::enable_shared_from_this<ClientRequest> {
public:
    /// `error` is set when no final answer came.
    using Done = std::move_only_function<void(const sipmsg::MessagePtr& response, std::error_code error)>;

    ClientRequest(std::shared_ptr<Agent> agent, sipmsg::Message request, siptxn::SendOptions options, Done done);

    [[nodiscard]] const Agent& agent() const noexcept { return *agent_; }
    /// It may take something back that we left with others.
    [[nodiscard]] bool is_removal() const noexcept {
        return request_.method() == sipmsg::Method::register_ || request_.method() == sipmsg::Method::publish;
    }

    void send();
    /// The transaction is forgotten; who still waits gets Errc::stopped.
    void abandon();
    /// The sequence number last used: above the first by one for each challenge.
    [[nodiscard]] std::uint32_t cseq() const noexcept { return cseq_; }
    /// Where the last response came from.
    [[nodiscard]] const std::optional<siptxn::Flow>& flow() const noexcept { return flow_; }

    // Of the transaction under way; what an earlier one, since challenged, still has to say is ignored.
    void on_response(siptxn::ClientId transaction, const sipmsg::MessagePtr& response, const siptxn::Flow& flow);
    void on_failure(siptxn::ClientId transaction, std::error_code error);

private:
    void on_challenge(const sipmsg::MessagePtr& response);
    /// Sends it again with credentials, if there are any.
    bool answer(const sipmsg::Message& response);
    void finish(const sipmsg::MessagePtr& response, std::error_code error);
    void transmit();

    std::shared_ptr<Agent> agent_;
    sipmsg::Message request_;
    siptxn::SendOptions options_;
    Done done_;
    siptxn::auth::RequestAttempts attempts_;
    siptxn::ClientId transaction_ = siptxn::ClientId::none;
    std::uint32_t cseq_ = 1;
    std::optional<siptxn::Flow> flow_;
    bool asked_ = false;  ///< the program was asked for credentials
};

/// Call-ID, tag and sequence of a request outside dialogs: a registration keeps them over its life.
struct RequestIdentity {
    std::string call_id;
    std::string from_tag;
    std::uint32_t cseq = 1;
    std::string from = {};  ///< name-addr; empty: the agent's
};

/// From and To of a request with these parameters, without tags.
[[nodiscard]] std::string from_value(const Agent& agent, const RequestParams& params);
[[nodiscard]] std::string to_value(std::string_view target, const RequestParams& params);
/// Throws std::invalid_argument for what is no URI, and for a name that cannot be quoted.
void check_params(const RequestParams& params);

/// From, To, Call-ID, CSeq, Max-Forwards, Supported, which a REGISTER adds by itself, and the agent's common headers.
[[nodiscard]] sipmsg::Message make_request(const Agent& agent, std::string_view method, std::string_view uri,
                                           std::string_view to, const RequestIdentity& identity);

}  // namespace sipua
