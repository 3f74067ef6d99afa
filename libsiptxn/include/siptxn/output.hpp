// SPDX-License-Identifier: MIT
#pragma once

// What TransactionLayer::poll() yields: work for the wire, and events for the transaction user.

#include <siptxn/error.hpp>
#include <siptxn/flow.hpp>
#include <siptxn/wire.hpp>

#include <sipmsg/message.hpp>

#include <cstdint>
#include <string>
#include <system_error>
#include <variant>

namespace siptxn {

/// A client transaction, or the sending of a request that goes through several. Never used again.
enum class ClientId : std::uint64_t { none = 0 };
/// A server transaction. Never used again.
enum class ServerId : std::uint64_t { none = 0 };

// Work for the wire.

struct Transmit {
    Flow flow;
    Octets octets;
};
struct OpenFlow {
    FlowId id;
    Transport transport;
    SocketAddress remote;
    std::string server_name;
};
struct CloseFlow {
    FlowId id;
};
struct Resolve {
    QueryId query;
    std::string name;
    RecordType type;
};

/// One whole message that is another stack's (LayerOptions::share). Behind it 64 octets more may be read.
struct HandOver {
    std::uint32_t worker;
    Flow flow;
    Octets octets;
};

/// One whole message as it came off a flow, for a trace; only while TransactionLayer::report_messages() is on. Comes
/// before the events it causes.
struct MessageSeen {
    Flow flow;
    Octets octets;
};

// Events for the transaction user. Messages are shared and immutable; received requests carry `received` and a filled
// `rport` in their top Via already (RFC 3261 §18.2.1, RFC 3581 §4).

/// A new request: answer it with TransactionLayer::respond(), sooner or later, as nothing else ends its transaction.
/// Never an ACK, never a CANCEL that matches.
/// `transaction` is `none` with LayerOptions::stateless.
struct RequestReceived {
    ServerId transaction;
    sipmsg::MessagePtr request;
    Flow flow;
    bool merged = false;  ///< came over another path, too (TransactionLayer::report_merged())
};
/// An ACK that belongs to no non-2xx final: it ends a 2xx (RFC 3261 §13.3.1.4).
struct AckReceived {
    sipmsg::MessagePtr request;
    Flow flow;
};
/// A CANCEL that matches an INVITE which has no final response yet (of other requests it is answered 200, and changes
/// nothing: RFC 3261 §9.2). The CANCEL has been answered 200; answering the
/// INVITE with 487 (a user agent, RFC 3261 §9.2) or cancelling its branches (a proxy, §16.10) is the user's.
struct CancelReceived {
    ServerId invite;
    sipmsg::MessagePtr request;
};
/// A response to `transaction`: provisional, final, and each 2xx to an INVITE while it is Accepted (RFC 6026 §7.2).
struct ResponseReceived {
    ClientId transaction;
    sipmsg::MessagePtr response;
    Flow flow;
};
/// A response that matches nothing, though its top Via is ours: a stateless proxy forwards it, everyone else drops it
/// (RFC 6026 §7.3), but that a user agent may acknowledge a repeated 2xx of a dialog it has.
struct StrayResponse {
    sipmsg::MessagePtr response;
    Flow flow;
};
/// No response will come: all targets were tried, or cancel() came before anything was sent (Errc::aborted). Treat as
/// 408 (timeout), 487 (aborted) or 503 (else) (RFC 3261 §8.1.3.1).
struct RequestFailed {
    ClientId transaction;
    std::error_code error;
};
/// A response could not be delivered, or no ACK came to a non-2xx final (timer H).
struct ResponseFailed {
    ServerId transaction;
    std::error_code error;
};
/// The transaction is gone; no event names it again. Comes once for each id, last.
struct ClientEnded {
    ClientId transaction;
};
struct ServerEnded {
    ServerId transaction;
};
/// A connection came to be, or went: registrars and outbound clients want to know.
struct FlowOpened {
    Flow flow;
    bool accepted;
};
struct FlowClosed {
    Flow flow;
    std::error_code error;  ///< none when TransactionLayer::close() asked for it
};

using Event = std::variant<RequestReceived, AckReceived, CancelReceived, ResponseReceived, StrayResponse, RequestFailed,
                           ResponseFailed, ClientEnded, ServerEnded, FlowOpened, FlowClosed>;
using Output = std::variant<Transmit, OpenFlow, CloseFlow, Resolve, HandOver, MessageSeen, Event>;

}  // namespace siptxn
