// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/error.hpp>
#include <siptxn/net/wire.hpp>
#include <siptxn/wire.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace siptxn::net {

class Acceptor;
class Connection;
class IncomingBatch;
class Resolver;
class TlsContext;
class UdpSocket;

/// What the sockets of one wire share, and their way to its events. It outlives the wire while a handler of a socket
/// runs; sockets hold it weakly.
class Core : public std::enable_shared_from_this<Core> {
public:
    Core(asio::any_io_executor executor, WireOptions options);
    ~Core();

    std::optional<SetupError> listen();
    void stop();

    // Wire's functions.
    void attach(WireEvents* events) { events_ = events; }
    const std::vector<Listener>& listeners() const { return listeners_; }
    FlowId new_flow_id() { return FlowId{++last_flow_}; }
    void open(FlowId id, Transport transport, const SocketAddress& remote, std::string_view server_name);
    void send(const Flow& flow, Octets octets);
    void close(FlowId id);
    void hold(FlowId id, bool held);
    void resolve(QueryId query, std::string_view name, RecordType type);
    std::expected<void, SetupError> reload_tls(const TlsOptions& options);
    std::optional<CertificateNames> peer_names(FlowId id) const;

    // For the sockets. Each may end in a callback that destroys the wire: the caller holds this core by a shared
    // pointer.
    void report_opened(const Flow& flow, bool accepted);
    void report_octets(const Flow& flow, std::string_view octets);
    void report_failed(const Flow& flow, std::error_code error);
    void report_resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error);
    void note_tls_failure(TlsFailure failure);
    /// As report_failed(), but from the executor's loop.
    void fail_later(const Flow& flow, std::error_code error);

    const asio::any_io_executor& executor() const { return executor_; }
    const WireOptions& options() const { return options_; }
    /// What TLS connections begin with; it changes when it is reloaded.
    TlsContext& tls();
    /// Whether one more connection may begin. Those of every state count; when there are too many, the oldest that is
    /// closing is given up, else the oldest that has not finished its handshakes.
    bool has_room();
    void add(FlowId id, std::shared_ptr<Connection> connection) { connections_.emplace(id, std::move(connection)); }
    void note_handshake(FlowId id) { unproved_.insert(id); }  ///< a peer's
    void note_open(FlowId id) { unproved_.erase(id); }
    void note_closing(FlowId id);
    void remove(FlowId id);
    /// One buffer for whoever is reading; its last 64 octets are never filled, so that readers of wide words stay
    /// inside.
    std::span<char> receive_buffer() { return {buffer_.data(), buffer_.size() - 64}; }
    IncomingBatch& incoming();  ///< one for whichever UDP socket is reading
    /// The address that connections to `remote` should leave from, when a listener settles it.
    std::optional<IpAddress> source_for(const IpAddress& remote) const;

    /// Calls `work(*this)` from the executor's loop, if the core is still there.
    template <class Work>
    void post(Work work) {
        asio::post(executor_, [weak = weak_from_this(), work = std::move(work)]() mutable {
            if (auto self = weak.lock()) work(*self);
        });
    }

private:
    std::optional<SetupError> listen(const Listener& listener);
    SocketAddress bind(const Listener& wanted, std::error_code& error);
    void open_datagram(FlowId id, const SocketAddress& remote);
    std::shared_ptr<UdpSocket> datagram_socket_for(const IpAddress& own, const IpAddress& remote,
                                                   std::error_code& error);
    std::shared_ptr<UdpSocket> datagram_socket_at(const Flow& flow) const;

    asio::any_io_executor executor_;
    WireOptions options_;
    WireEvents* events_ = nullptr;
    std::uint64_t last_flow_ = 0;
    std::vector<Listener> listeners_;
    std::vector<std::shared_ptr<UdpSocket>> datagram_sockets_;
    std::vector<std::shared_ptr<Acceptor>> acceptors_;
    std::map<FlowId, std::shared_ptr<Connection>> connections_;
    std::set<FlowId> unproved_, closing_;  ///< of these, the oldest first: what has_room() may give up
    std::shared_ptr<Resolver> resolver_;
    std::shared_ptr<TlsContext> tls_;
    std::vector<char> buffer_;
    std::unique_ptr<IncomingBatch> incoming_;
};

}  // namespace siptxn::net
