// SPDX-License-Identifier: MIT
#pragma once

#include "layer/bindings.hpp"
#include "layer/context.hpp"

#include <sipmsg/framer.hpp>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace siptxn {

/// Who waits for a flow: a request on its way, or a response whose connection is gone.
struct Waiter {
    ClientId request = ClientId::none;
    ServerId server = ServerId::none;  ///< `none` for a response without a transaction
    Octets response;
};

/// Who must know what becomes of flows. Called by Flows.
class FlowUsers {
public:
    virtual void flow_ready(const Waiter& waiter, const Flow& flow, TimePoint now) = 0;
    virtual void flow_refused(const Waiter& waiter, std::error_code error, TimePoint now) = 0;
    /// A connection is gone, or (UDP) its remote does not want our datagrams.
    virtual void flow_lost(const Flow& flow, std::error_code error, TimePoint now) = 0;

protected:
    ~FlowUsers() = default;
};

/// A connection, or the opening of one (of UDP too, which only asks for the local address).
struct Connection : Timed {
    Connection() : Timed(Kind::connection) {}

    Flow flow;  ///< `local` is not known while opening
    bool is_open = false;
    bool accepted = false;
    bool announced = false;  ///< the user asked for it by open()
    bool spoke = false;      ///< something whole has come; else, when accepted, it stands in Flows::silent_
    std::string server_name;
    std::vector<std::string> peer_domains;  ///< proved by the peer's certificate
    std::optional<SocketAddress> alias;     ///< where else its peer is reached by this connection (RFC 5923)
    std::unique_ptr<sipmsg::StreamFramer> framer;
    std::size_t held = 0;  ///< octets in the framer, as they stand in Flows::held_
    std::vector<Waiter> waiters;
    TimePoint connect_deadline{};
    TimePoint last_used{};
    std::optional<TimePoint> message_deadline;  ///< an unfinished message lies in the framer
    std::optional<TimePoint> next_ping;
    std::optional<TimePoint> pong_deadline;  ///< a ping went out, and nothing has come since
    bool owes_pong = false;                  ///< a ping went out, and no CRLF has come since
};

/// RFC 3261 §18: which connections there are, which of them a request may use, how long they live.
class Flows {
public:
    Flows(Context& context, FlowUsers& users);

    /// A flow to that address: at once when one stands, else the waiter is told later. One attempt serves all who wait.
    [[nodiscard]] std::optional<Flow> acquire(const Target& target, Waiter waiter, TimePoint now);
    /// For TransactionLayer::open().
    FlowId open(const Target& target, TimePoint now);
    /// Closes by our own will, and tells everyone. No error: the user's will, who is told of none.
    void close(FlowId id, std::error_code error, TimePoint now);
    /// False when the flow is a connection that is gone.
    bool send(const Flow& flow, Octets octets, TimePoint now);

    void opened(const Flow& flow, bool accepted, std::vector<std::string> peer_domains, TimePoint now);
    /// The peer wants to be reached over this connection when requests are for that port of its address (RFC 5923).
    void alias(FlowId id, std::uint16_t port);
    void failed(const Flow& flow, std::error_code error, TimePoint now);
    /// A datagram that is_stun().
    void on_stun(const Flow& flow, std::string_view datagram, TimePoint now);
    void expire(Connection& connection, TimePoint now);
    void expire(Binding& binding, TimePoint now);
    /// The connection has been used.
    void touch(Connection& connection, TimePoint now);
    /// Something came from the peer, who therefore lives.
    void heard(Connection& connection, TimePoint now);
    /// Something whole came: it is not closed to make room.
    void spoke(Connection& connection);
    /// Messages that are not complete take more than they may, all together.
    [[nodiscard]] bool is_overfull() const { return held_ > context_.options.limits.unfinished_octets; }

    [[nodiscard]] Connection* find(FlowId id);
    [[nodiscard]] bool is_alive(const Flow& flow) const;
    [[nodiscard]] std::optional<Flow> find_open(FlowId id) const;
    void set_ids(std::function<FlowId()> source) { next_id_ = std::move(source); }

private:
    Connection& begin(const Target& target, TimePoint now);
    Connection* reusable(const Target& target);
    void forget_remote(const SocketAddress& remote, FlowId id);
    void opened_udp(const Flow& flow, TimePoint now);
    [[nodiscard]] bool make_room(TimePoint now);
    void lost(FlowId id, std::error_code error, TimePoint now, bool wanted = false);
    void binding_lost(const std::optional<Flow>& flow, TimePoint now);
    void plan_ping(Connection& connection, TimePoint now);
    void ping(Connection& connection, TimePoint now);
    void schedule(Connection& connection);

    Context& context_;
    FlowUsers& users_;
    std::function<FlowId()> next_id_;
    std::unordered_map<FlowId, std::unique_ptr<Connection>> connections_;
    std::unordered_multimap<SocketAddress, FlowId> by_remote_;
    std::set<FlowId> silent_;  ///< accepted ones that have not said anything whole, in the order they came
    Bindings bindings_;
    std::size_t held_ = 0;
    std::unordered_map<SocketAddress, Flow> udp_;  ///< remotes whose local address is known
};

}  // namespace siptxn
