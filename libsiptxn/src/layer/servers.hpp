// SPDX-License-Identifier: MIT
#pragma once

#include "layer/flows.hpp"
#include "layer/transaction.hpp"

#include <siptxn/invite_server.hpp>
#include <siptxn/non_invite_server.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

namespace siptxn {

/// One server transaction: RFC 3261 §17.2. `flow` is where its responses go.
struct Server : Transaction {
    using Machine = std::variant<InviteServer, NonInviteServer>;
    Server(Machine made) : Transaction(Kind::server), machine(std::move(made)) {}

    [[nodiscard]] bool is_terminated() const;
    [[nodiscard]] std::optional<TimePoint> next_expiry() const;

    ServerId id = ServerId::none;
    Machine machine;
    sipmsg::MessagePtr request;
    Octets last_response;
    bool cancelled = false;
};

/// The server side: matching (RFC 3261 §17.2.3), CANCEL (§9.2), ACK, the way back (§18.2.2).
class Servers {
public:
    Servers(Context& context, Flows& flows) : context_(context), flows_(flows), by_key_(0, context.hash) {}

    /// A request whose mandatory headers are sound.
    void on_request(const sipmsg::MessageView& request, const sipmsg::Via& via, const Flow& flow, TimePoint now);
    bool respond(ServerId id, sipmsg::Message response, TimePoint now);
    void respond_stateless(sipmsg::Message response, const std::optional<Flow>& request_flow, TimePoint now);
    /// Answers from the request alone, keeping nothing (RFC 3261 §8.2.7). `header` is one more line, or empty.
    void refuse(const sipmsg::MessageView& request, const sipmsg::Via& via, int status, std::string_view phrase,
                std::string_view retry_after, const Flow& flow, TimePoint now);

    void flow_ready(const Waiter& waiter, const Flow& flow, TimePoint now);
    void flow_refused(const Waiter& waiter, std::error_code error, TimePoint now);
    void flow_lost(const Flow& flow, std::error_code error, TimePoint now);
    void expire(Server& server, TimePoint now) { settle(server, now); }

    [[nodiscard]] std::size_t count() const noexcept { return by_id_.size(); }

private:
    void on_ack(const sipmsg::MessageView& ack, const sipmsg::Via& via, const Flow& flow, TimePoint now);
    void on_cancel(const sipmsg::MessageView& cancel, const sipmsg::Via& via, const Flow& flow, TimePoint now);
    void repeated(Server& server, TimePoint now);
    void create(const sipmsg::MessageView& request, const sipmsg::Via& via, const Flow& flow, TimePoint now);
    void send_trying(Server& server, TimePoint now);
    void transmit(Server& server, TimePoint now);
    void transport_error(Server& server, std::error_code error, TimePoint now);
    void carry_out(Server& server, Effects effects, std::error_code error, TimePoint now);
    void settle(Server& server, TimePoint now);
    void end(Server& server);
    Server* find(ServerId id);
    Server* find(std::string_view key);
    [[nodiscard]] std::string_view key_of(const sipmsg::MessageView& request, const sipmsg::Via& via,
                                          std::string_view method);
    [[nodiscard]] std::string stateless_tag(const sipmsg::MessageView& request, const sipmsg::Via& via) const;

    Context& context_;
    Flows& flows_;
    std::uint64_t last_id_ = 0;
    std::unordered_map<ServerId, std::unique_ptr<Server>> by_id_;
    std::unordered_map<std::string_view, Server*, KeyedHash> by_key_;  ///< keys point into the servers
    PeerIndex peers_;
    std::string scratch_;
};

}  // namespace siptxn
