// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace siptxn {

/// Octets on their way out, shared and immutable; often a message's own (aliasing a sipmsg::MessagePtr).
using Octets = std::shared_ptr<const std::string>;

/// What is asked of a name server. `soa` is never asked for: one such record may stand in an answer that has no others,
/// and its ttl says for how long there are none (RFC 2308).
enum class RecordType : std::uint8_t { a, aaaa, srv, naptr, soa };
enum class QueryId : std::uint64_t { none = 0 };

/// One answer of the name server. Which fields hold something depends on the type asked for.
struct DnsRecord {
    RecordType type = RecordType::a;
    std::uint32_t ttl = 0;       ///< seconds
    IpAddress ip;                ///< a, aaaa
    std::uint16_t priority = 0;  ///< srv; naptr: order
    std::uint16_t weight = 0;    ///< srv; naptr: preference
    std::uint16_t port = 0;      ///< srv
    std::string target;          ///< srv; naptr: replacement; "." is the root
    std::string service;         ///< naptr
    std::string flags;           ///< naptr
};

/// A place where others can reach us.
struct Listener {
    Transport transport = Transport::udp;
    SocketAddress local;  ///< as bound: the port is the real one; the address may be unspecified
};

/// What a wire reports; always from its own loop, never from inside a call to it.
class WireEvents {
public:
    virtual ~WireEvents() = default;
    /// The flow of open() stands, or a peer has connected to us (`accepted`).
    virtual void on_opened(const Flow& flow, bool accepted) = 0;
    /// A datagram, a WebSocket message, or a piece of a byte stream. `octets` is readable only during the call;
    /// 64 further octets behind it may be read, their contents meaning nothing.
    virtual void on_octets(const Flow& flow, std::string_view octets) = 0;
    /// The flow is gone, or could not be opened: no further event for it. For UDP: an ICMP error for `remote` (match by
    /// that, the id is the socket's), the socket lives on.
    virtual void on_failed(const Flow& flow, std::error_code error) = 0;
    /// The answer to resolve(). A name that does not exist, or has no such records, is no error: there are none, but
    /// for a `soa` record that may say how long that holds. Errc::resolve_failed: no name server gave an answer.
    virtual void on_resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error) = 0;
};

/// The seam between the pure layers and the world: siptxn/net has sockets behind it, siptxn/sim a simulated network.
/// Every function returns at once; what comes of it is an event. One thread (or strand) at a time.
class Wire {
public:
    virtual ~Wire() = default;
    /// Must be called once before anything else; nullptr detaches, and no event comes after that.
    virtual void attach(WireEvents* events) = 0;
    [[nodiscard]] virtual std::vector<Listener> listeners() const = 0;
    /// Opens a flow; `id` is the caller's, from new_flow_id(). UDP completes as well, with the local address that
    /// the system would use towards `remote`: nothing is kept for it, its id names the flow in on_opened() only, and
    /// what comes back carries the id of the socket it came in on. `server_name` is the domain before resolution (TLS,
    /// WebSocket Host).
    virtual void open(FlowId id, Transport transport, const SocketAddress& remote, std::string_view server_name) = 0;
    [[nodiscard]] virtual FlowId new_flow_id() = 0;
    /// Sends one message, whole and in order. A flow that is gone reports on_failed. A datagram leaves from the socket
    /// bound to `flow.local`.
    virtual void send(const Flow& flow, Octets octets) = 0;
    /// Sends what is queued, then closes. No event follows. Does nothing to UDP, whose sockets live as long as the
    /// wire.
    virtual void close(FlowId id) = 0;
    virtual void resolve(QueryId query, std::string_view name, RecordType type) = 0;
    /// Reads no more of a connection until `held` is false again; what has been read is still an event. For whoever
    /// cannot take more just now. A wire that cannot do it goes on.
    virtual void hold(FlowId, bool /*held*/) {}
    /// Brings a whole message that came on `flow` to the stack that owns its Call-ID (siptxn/workers.hpp). A wire of
    /// one stack has none, and drops it.
    virtual void hand_over(std::uint32_t /*worker*/, const Flow&, Octets) {}
    /// The SIP domains that the peer of an open connection has proved by its certificate, in lower case; most prove
    /// none.
    [[nodiscard]] virtual std::vector<std::string> peer_domains(FlowId) const { return {}; }
};

}  // namespace siptxn
