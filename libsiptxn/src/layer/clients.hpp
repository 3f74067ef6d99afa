// SPDX-License-Identifier: MIT
#pragma once

#include "layer/bad_targets.hpp"
#include "layer/flows.hpp"
#include "layer/names.hpp"
#include "layer/transaction.hpp"

#include <siptxn/invite_client.hpp>
#include <siptxn/locator.hpp>
#include <siptxn/non_invite_client.hpp>

#include <sipmsg/essentials.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace siptxn {

struct Sending;

/// One client transaction: RFC 3261 §17.1.
struct Client : Transaction {
    Client(sipmsg::MessagePtr sent, const Timers& timers, const Flow& on, TimePoint now);

    [[nodiscard]] bool is_invite() const noexcept { return std::holds_alternative<InviteClient>(machine); }
    [[nodiscard]] bool is_terminated() const;
    [[nodiscard]] std::optional<TimePoint> next_expiry() const;

    std::variant<InviteClient, NonInviteClient> machine;
    sipmsg::MessagePtr request;
    std::string key_text;
    std::string sent_by;
    std::size_t vias = 0;
    Sending* sending = nullptr;  ///< none for a CANCEL, and once another target is being tried
    Octets ack;                  ///< for a non-2xx final
    bool answered = false;       ///< any response has come
    bool finished = false;       ///< the user has a final response
};

/// One request of the user on its way through targets and client transactions.
struct Sending : Timed {
    explicit Sending(sipmsg::Message user_request) : Timed(Kind::sending), request(std::move(user_request)) {}

    ClientId id = ClientId::none;
    sipmsg::Message request;  ///< without our Via
    SendOptions options;
    bool stateless = false;
    std::string branch;  ///< stateless: given by the user

    Locator locator;
    std::vector<DnsQuestion> waiting;  ///< unanswered
    std::vector<Target> targets;
    std::size_t next_target = 0;
    bool was_refused = false;  ///< the last target took no connection
    Client* client = nullptr;
    std::error_code error;

    /// The one being tried; nullptr before the first, and on a flow of the user's.
    [[nodiscard]] const Target* target() const noexcept {
        return next_target == 0 ? nullptr : &targets[next_target - 1];
    }

    bool cancelled = false;
    bool cancel_sent = false;
    std::string reason;
};

/// The client side: location and failover (RFC 3263 §4), matching (RFC 3261 §17.1.3), CANCEL (§9.1).
class Clients {
public:
    Clients(Context& context, Flows& flows)
        : context_(context),
          flows_(flows),
          names_(context),
          bad_targets_(context.options.limits.bad_targets),
          by_key_(0, context.hash) {}

    ClientId send(sipmsg::Message request, const SendOptions& options, TimePoint now);
    void send_stateless(sipmsg::Message request, const SendOptions& options, std::string_view branch, TimePoint now);
    void cancel(ClientId id, std::string_view reason, TimePoint now);
    void abandon(ClientId id);

    void resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error, TimePoint now);
    void flow_ready(ClientId id, const Flow& flow, TimePoint now);
    void flow_refused(ClientId id, std::error_code error, TimePoint now);
    void flow_lost(const Flow& flow, std::error_code error, TimePoint now);
    /// False when it belongs to no transaction of ours.
    bool on_response(const sipmsg::MessageView& response, const sipmsg::Essentials& head, const Flow& flow,
                     TimePoint now);
    void expire(Sending& sending, TimePoint now);
    void expire(Client& client, TimePoint now);

    [[nodiscard]] std::size_t count() const noexcept;

private:
    // location.cpp: what happens before there is a flow.
    ClientId begin(std::unique_ptr<Sending> sending, TimePoint now);
    void locate(Sending& sending, TimePoint now);
    [[nodiscard]] LocatorOptions locator_options(const Sending& sending);
    void look_up(Sending& sending, TimePoint now);
    bool ask(Sending& sending, const DnsQuestion& question, TimePoint now);
    void withdraw(Sending& sending);
    void located(Sending& sending, TimePoint now);
    void try_next(Sending& sending, TimePoint now);
    [[nodiscard]] bool can_fail_over(const Sending& sending) const;
    void target_works(const Sending& sending);
    void target_fails(const Sending& sending, std::error_code error, TimePoint now);
    void target_is_busy(const Sending& sending, const sipmsg::MessageView& response, TimePoint now);
    void fail(Sending& sending, std::error_code error);
    void end(Sending& sending);
    Sending* find(ClientId id);

    // clients.cpp: what happens on a flow.
    void depart(Sending& sending, const Flow& flow, TimePoint now);
    sipmsg::Message addressed(const Sending& sending, const Flow& flow, std::string_view via_host,
                              std::string_view branch) const;
    void start(Sending* sending, sipmsg::MessagePtr request, const Flow& flow, TimePoint now);
    void send_cancel(Sending& sending, TimePoint now);
    bool passes(const Client& client, const sipmsg::MessageView& response, const sipmsg::Via& via) const;
    void respond(Client& client, const sipmsg::MessageView& response, const Flow& flow, TimePoint now);
    void deliver(Client& client, const sipmsg::MessageView& response, const Flow& flow, TimePoint now);
    void acknowledge(Client& client, const sipmsg::MessageView& response, TimePoint now);
    void carry_out(Client& client, Effects effects, std::error_code error, TimePoint now);
    void attempt_failed(Client& client, std::error_code error, TimePoint now);
    void settle(Client& client, TimePoint now);
    void end(Client& client);
    Client* find(std::string_view key);

    Context& context_;
    Flows& flows_;
    std::uint64_t last_id_ = 0;
    Names names_;
    BadTargets bad_targets_;
    IpAddress::Family good_family_ = IpAddress::Family::v4;  ///< of the last host with both that answered
    std::unordered_map<ClientId, std::unique_ptr<Sending>> sendings_;
    std::unordered_map<std::string_view, std::unique_ptr<Client>, KeyedHash> by_key_;  ///< keys point into the clients
    PeerIndex peers_;
    std::string scratch_;
};

}  // namespace siptxn
