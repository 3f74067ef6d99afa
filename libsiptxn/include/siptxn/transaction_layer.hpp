// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/identifiers.hpp>
#include <siptxn/limits.hpp>
#include <siptxn/output.hpp>
#include <siptxn/share.hpp>
#include <siptxn/statistics.hpp>
#include <siptxn/time.hpp>

#include <sipmsg/message.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace siptxn {

/// A Contact that is filled in once the flow is known: `<sip:user@local:port;transport=tcp>params`. On a WebSocket flow
/// we opened the host is `token.invalid` (RFC 7118 §5.2). See local_contact().
struct LocalContact {
    std::string user;           ///< already escaped; may be empty
    std::string uri_params;     ///< ";ob"
    std::string header_params;  ///< ";expires=600;+sip.instance=..."
    std::string host;           ///< overrides the host and port when not empty
    bool secure = false;        ///< sips
    std::string uri;            ///< instead of all that but header_params, when not empty: a GRUU (RFC 5627 §4.4)

    friend bool operator==(const LocalContact&, const LocalContact&) = default;
};

/// The value of a Contact header on that flow.
[[nodiscard]] std::string local_contact(const LocalContact& contact, const Flow& flow);

/// How a request travels.
struct SendOptions {
    /// The next hop as a URI. Empty: the topmost Route when it is a loose router, else the Request-URI (RFC 3261
    /// §8.1.2).
    std::string next_hop;
    /// Over exactly this flow, without location or failover (RFC 5626 §5.3).
    std::optional<Flow> flow;
    /// Overrides the transport the URI and its scheme would choose.
    std::optional<Transport> transport;
    /// Put in as Contact when the flow is known; replaces any Contact the request has.
    std::optional<LocalContact> contact;
};

/// Pings on connections that we opened: a double CRLF, which the peer answers with one (RFC 5626 §4.4.1). They keep
/// what is in between from forgetting the connection, and find out that it is dead. UDP flows made by open() are pinged
/// by STUN binding requests (§4.4.2), with the retransmissions of RFC 8489 §6.2.1, until close(); one that gets no
/// answer, or whose address seen by the peer has changed, is reported by FlowClosed. Requests of that kind are always
/// answered.
struct KeepAlive {
    Duration interval{0};         ///< each after 80 to 100 % of this; zero: none
    Duration pong_timeout = 10s;  ///< of connections: a peer that sends nothing at all for so long after a ping is gone
};

struct LayerOptions {
    Timers timers;
    Limits limits;
    /// Transports tried, in order, when the URI names none and is numeric or has no SRV records: the first one that has
    /// a wire. With TLS among them a domain's NAPTR records may ask for it (SIPS+D2T) for its sip URIs, too (RFC 3263
    /// §4.1); nothing else makes a sip URI use it while another one is there.
    std::vector<Transport> transports{Transport::udp, Transport::tcp, Transport::tls};
    /// Written as sent-by in Via instead of the flow's local address when not empty: "host" or "host:port".
    std::string via_host;
    /// Written in Via instead of the flow's transport: for servers that do not know that one's name and answer over the
    /// connection anyway, as with TCP for WebSocket. RFC 3261 §18.1.1 wants the transport that is used.
    std::optional<Transport> via_transport;
    /// A request to a UDP place that is larger, the Via it gets counted as 120 octets, goes by TCP to the same address
    /// and port, whatever its URI says, and by UDP after all when that connection is refused or does not come to be
    /// (RFC 3261 §18.1.1). Not over SendOptions::flow, with SendOptions::transport, or without TCP in `transports`.
    /// More than 1300 is for those who know the path's MTU: 200 octets below it.
    std::size_t udp_request_octets = 1300;
    /// Answer 400 when the URI of From or To, or a Via below the topmost, is malformed, as a user agent should. A
    /// proxy, which needs none of them, sets false and lets them pass as they are (RFC 3261 §16.3 step 1).
    bool check_addresses = true;
    /// Ask over UDP to be answered at the address and port that a request is seen to come from (RFC 3581 §3). Without
    /// it answers go to the port in Via, and through no NAT.
    bool rport = true;
    /// How often an INVITE server transaction repeats the last 101-199; zero is never. A user agent that rings long
    /// sets one minute (RFC 3261 §13.3.1.1); a proxy does not repeat what its upstream said.
    Duration refresh_provisionals = Duration{0};
    /// Requests make no transactions: each one, repetitions and CANCEL included, is a RequestReceived (AckReceived)
    /// with ServerId::none, to be answered by respond_stateless(), the same for the same request (RFC 3261 §8.2.7,
    /// §16.11).
    bool stateless = false;
    /// For a response whose TCP connection is gone, make one to the address the request came from and the port of
    /// sent-by, nowhere else (RFC 3261 §18.2.2). Without it the response fails.
    bool reconnect_for_responses = true;
    /// Offer peers our TLS connections for their own requests to us, by `alias` in Via (RFC 5923). For those who show a
    /// certificate of the domain they are reached by.
    bool offer_alias = false;
    KeepAlive keep_alive;
    /// Which calls are this stack's, of several that share a port (siptxn/workers.hpp). Messages with the Call-ID of
    /// another are not looked at, but yielded as HandOver; identifiers() makes Call-IDs of this share, and whoever
    /// makes them otherwise must, too.
    Share share;
};

/// RFC 3261 §17 and §18 above the sockets: matching, the four machines, connection reuse, server location. A value that
/// one changes and then drains: every input takes `now`; afterwards call poll() until it yields nothing, carry out what
/// it says, and call expire() at next_expiry(). It never reads a clock, never calls back, never throws for what the
/// network sent. One thread at a time.
class TransactionLayer {
public:
    /// Throws std::invalid_argument for a T1 or T2 that is not positive, a via_host that is none, and a share of
    /// nothing.
    TransactionLayer(const LayerOptions& options, RandomSource random);
    ~TransactionLayer();
    TransactionLayer(const TransactionLayer&) = delete;
    TransactionLayer& operator=(const TransactionLayer&) = delete;

    // What the transaction user asks for.

    /// Sends a request that is not an ACK in client transactions of its own: resolves, gets a flow, pushes a Via with a
    /// fresh branch and starts the machine; the next target is tried after a timeout, a dead flow, or a 503 (RFC 3263
    /// §4.3). The last failure is what the user sees. The request needs no Via; a proxy's has those of its upstream.
    /// What comes of it: ResponseReceived, RequestFailed, ClientEnded; they stand in poll() at the earliest, also when
    /// it fails at once. Throws std::invalid_argument for a response or an ACK, and for CR, LF or NUL in a
    /// LocalContact.
    ClientId send(sipmsg::Message request, const SendOptions& options, TimePoint now);
    /// Sends an ACK to a 2xx, or a request a proxy forwards without a transaction (RFC 3261 §13.2.2.4, §16.11). A Via
    /// is pushed. Its branch is `branch` when given (stateless forwarders derive it from the request, by
    /// sipmsg::stateless_branch()). Failures are silent. Throws std::invalid_argument for a response, and for CR, LF or
    /// NUL in a LocalContact or `branch`.
    void send_stateless(sipmsg::Message request, const SendOptions& options, TimePoint now,
                        std::string_view branch = {});
    /// CANCEL for an INVITE of send(): goes out when the first provisional has come, or never (RFC 3261 §9.1); no other
    /// target is tried any more. What ends the INVITE is its own final response, mostly 487, but a 2xx may have been on
    /// its way; without any, 64*T1 after the CANCEL, RequestFailed with Errc::timeout; and when it had not been sent
    /// yet, RequestFailed with Errc::aborted at once. The response to the CANCEL is nobody's. `reason` is a Reason
    /// value or empty. Ignored for other requests, and for one that has ended.
    void cancel(ClientId invite, TimePoint now, std::string_view reason = {});
    /// Forgets the client transaction at once, with ClientEnded; nothing is sent. For programs that stop.
    void abandon(ClientId transaction);

    /// Answers a request. False when the transaction is gone or has had its final response (a 2xx to an INVITE may be
    /// repeated, RFC 6026 §8.7), and for what RFC 4320 §4.1 forbids: to other requests 101-199, and 100 over UDP in the
    /// first 3.5 s, after which the layer sends it by itself. A 408 to another request than INVITE ends the matter
    /// without being sent (§4.2).
    bool respond(ServerId transaction, sipmsg::Message response, TimePoint now);
    /// Sends a response by its own top Via, without a transaction: a proxy's upstream 2xx (RFC 3261 §16.7), strays.
    /// `request_flow`, when known and alive, is used; else UDP or TCP to the address in `received` or sent-by. Failures
    /// are silent, and so is a name in sent-by, which is not looked up.
    void respond_stateless(sipmsg::Message response, const std::optional<Flow>& request_flow, TimePoint now);

    /// Opens a flow ahead of need (outbound registration, keep-alive); the id stands in FlowOpened or FlowClosed.
    FlowId open(Transport transport, const SocketAddress& remote, std::string_view server_name, TimePoint now);
    void close(FlowId flow);

    // What the wire reports.

    void set_listeners(std::span<const Listener> listeners);
    void set_flow_ids(std::function<FlowId()> source);  ///< Wire::new_flow_id; before anything is sent
    /// `peer_domains` as Wire::peer_domains(): whom an accepted connection may be used to reach (RFC 5923).
    void opened(const Flow& flow, bool accepted, TimePoint now, std::vector<std::string> peer_domains = {});
    void received(const Flow& flow, std::string_view octets, TimePoint now);
    void failed(const Flow& flow, std::error_code error, TimePoint now);
    void resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error, TimePoint now);

    /// While on, each message received() takes in (a datagram, a WebSocket message, one message framed from a stream;
    /// well formed or not, but never a keep-alive; of one that is handed over, both stacks do) is also yielded as
    /// MessageSeen, a copy. Off at first: a trace that nobody reads costs nothing.
    void report_messages(bool on);
    /// From then on a request without To tag that has Call-ID, From tag and CSeq of another server transaction is
    /// marked as merged: a user agent answers it with 482 (RFC 3261 §8.2.2.2).
    void report_merged(bool on);

    // Time and results.

    void expire(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_expiry() const;
    [[nodiscard]] std::optional<Output> poll();
    /// The same without taking it out: nullptr when there is none. It stands there until the next poll() or next().
    [[nodiscard]] Output* next();

    // Questions.

    [[nodiscard]] const Statistics& statistics() const noexcept;
    [[nodiscard]] std::optional<Flow> find_flow(FlowId id) const;
    [[nodiscard]] std::size_t transactions() const noexcept;  ///< client and server, alive now
    [[nodiscard]] Identifiers& identifiers() noexcept;
    [[nodiscard]] const LayerOptions& options() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace siptxn
