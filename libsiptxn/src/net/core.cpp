// SPDX-License-Identifier: MIT
#include "net/core.hpp"

#include "net/acceptor.hpp"
#include "net/datagram_io.hpp"
#include "net/resolver.hpp"
#include "net/system_error.hpp"
#include "net/tls_context.hpp"
#include "net/transports.hpp"
#include "net/udp.hpp"

#include <algorithm>

namespace siptxn::net {
namespace {

constexpr std::size_t receive_octets = 65'536 + 64;

bool listens_securely(const WireOptions& options) {
    return std::ranges::any_of(options.listen, [](const Listener& l) { return is_secure(l.transport); });
}

/// There is nothing to be found wrong with them.
bool reads_nothing(const TlsOptions& tls) {
    return tls.certificate.is_empty() && tls.private_key.is_empty() && tls.trusted.is_empty() &&
           tls.trusted_directory.empty() && tls.ciphers.empty() && tls.cipher_suites.empty();
}

}  // namespace

Core::Core(asio::any_io_executor executor, WireOptions options)
    : executor_(std::move(executor)), options_(std::move(options)), buffer_(receive_octets) {}

Core::~Core() = default;

std::optional<SetupError> Core::listen() {
    resolver_ = std::make_shared<Resolver>(*this);
    if (listens_securely(options_) || !reads_nothing(options_.tls)) {
        if (auto loaded = reload_tls(std::exchange(options_.tls, {})); !loaded) return loaded.error();
    }
    for (const auto& listener : options_.listen) {
        if (auto error = listen(listener)) return error;
    }
    return std::nullopt;
}

std::optional<SetupError> Core::listen(const Listener& wanted) {
    std::error_code error;
    auto local = bind(wanted, error);
    if (error) {
        auto where = std::string(to_string(wanted.transport)) + ' ' + to_string(wanted.local);
        return SetupError{to_standard(error), "cannot listen on " + where + ": " + error.message()};
    }
    listeners_.push_back({wanted.transport, local});
    return std::nullopt;
}

/// The address with the port that was taken.
SocketAddress Core::bind(const Listener& wanted, std::error_code& error) {
    SocketAddress local;
    if (wanted.transport == Transport::udp) {
        auto socket = std::make_shared<UdpSocket>(*this, new_flow_id());
        local = socket->bind(wanted.local, options_.share_port, error);
        if (error) return local;
        socket->receive();
        datagram_sockets_.push_back(std::move(socket));
    } else {
        auto acceptor = std::make_shared<Acceptor>(*this, wanted.transport);
        local = acceptor->listen(wanted.local, options_.share_port, error);
        if (error) return local;
        acceptor->accept();
        acceptors_.push_back(std::move(acceptor));
    }
    return local;
}

// OpenSSL costs three megabytes and some milliseconds: programs without TLS do not pay them.
TlsContext& Core::tls() {
    if (!tls_) tls_ = TlsContext::make(std::exchange(options_.tls, {})).value();
    return *tls_;
}

IncomingBatch& Core::incoming() {
    if (!incoming_) incoming_ = std::make_unique<IncomingBatch>();
    return *incoming_;
}

std::expected<void, SetupError> Core::reload_tls(const TlsOptions& options) {
    auto fresh = TlsContext::make(options);
    if (!fresh) return std::unexpected(fresh.error());
    if (listens_securely(options_) && !(*fresh)->has_certificate()) {
        return std::unexpected(SetupError{std::make_error_code(std::errc::invalid_argument),
                                          "a TLS listener needs a certificate and its private key"});
    }
    tls_ = *std::move(fresh);
    return {};
}

std::optional<CertificateNames> Core::peer_names(FlowId id) const {
    auto entry = connections_.find(id);
    return entry == connections_.end() ? std::nullopt : entry->second->peer_names();
}

void Core::stop() {
    events_ = nullptr;
    for (auto& acceptor : acceptors_) acceptor->stop();
    for (auto& socket : datagram_sockets_) socket->stop();
    for (auto& [id, connection] : std::exchange(connections_, {})) connection->abort();
    resolver_->stop();
}

void Core::open(FlowId id, Transport transport, const SocketAddress& remote, std::string_view server_name) {
    if (transport == Transport::udp) return open_datagram(id, remote);
    Flow flow{id, transport, {}, remote};
    if (!has_room()) return fail_later(flow, Errc::overloaded);
    auto connection = make_connection(*this, {flow, false, std::string(server_name), asio::ip::tcp::socket(executor_)});
    add(id, connection);
    connection->connect();
}

// An eighth more than the layer above allows of open ones, so that it is asked who of those goes.
bool Core::has_room() {
    const auto most = options_.limits.flows + options_.limits.flows / 8;
    if (connections_.size() < most) return true;
    const auto& dispensable = closing_.empty() ? unproved_ : closing_;
    if (dispensable.empty()) return false;
    auto entry = connections_.find(*dispensable.begin());
    if (entry == connections_.end()) return false;
    auto oldest = entry->second;
    oldest->give_up();
    return true;
}

void Core::note_closing(FlowId id) {
    unproved_.erase(id);
    closing_.insert(id);
}

void Core::remove(FlowId id) {
    connections_.erase(id);
    unproved_.erase(id);
    closing_.erase(id);
}

void Core::open_datagram(FlowId id, const SocketAddress& remote) {
    Flow flow{id, Transport::udp, {}, remote};
    std::error_code error;
    auto own = local_address_towards(remote, error);
    auto socket = error ? nullptr : datagram_socket_for(own, remote.ip, error);
    if (error) return fail_later(flow, Errc::connect_failed);
    flow.local = {socket->local().ip.is_unspecified() ? own : socket->local().ip, socket->local().port};
    post([flow](Core& core) { core.report_opened(flow, false); });
}

// A listening socket of the right family, best the one the system itself would send from; else one bound for the
// purpose, which stays.
std::shared_ptr<UdpSocket> Core::datagram_socket_for(const IpAddress& own, const IpAddress& remote,
                                                     std::error_code& error) {
    std::shared_ptr<UdpSocket> best;
    for (auto& socket : datagram_sockets_) {
        const auto& ip = socket->local().ip;
        if (ip.family != remote.family) continue;
        if (ip == own) return socket;
        if (ip.is_unspecified() || (!best && ip.is_loopback() == remote.is_loopback())) best = socket;
    }
    if (best) return best;
    auto socket = std::make_shared<UdpSocket>(*this, new_flow_id());
    socket->bind(
        {
            IpAddress{remote.family, {}},
            0
    },
        false, error);
    if (error) return nullptr;
    socket->receive();
    datagram_sockets_.push_back(socket);
    return socket;
}

std::shared_ptr<UdpSocket> Core::datagram_socket_at(const Flow& flow) const {
    auto at_home = [&](const auto& socket) {
        const auto& local = socket->local();
        return local.port == flow.local.port && local.ip.family == flow.local.ip.family &&
               (local.ip == flow.local.ip || local.ip.is_unspecified());
    };
    auto found = std::ranges::find_if(datagram_sockets_, at_home);
    return found == datagram_sockets_.end() ? nullptr : *found;
}

void Core::send(const Flow& flow, Octets octets) {
    if (flow.transport == Transport::udp) {
        auto socket = datagram_socket_at(flow);
        return socket ? socket->send(flow, std::move(octets)) : fail_later(flow, Errc::transport);
    }
    auto connection = connections_.find(flow.id);
    bool sent = connection != connections_.end() && connection->second->send(std::move(octets));
    if (!sent) fail_later(flow, Errc::closed);
}

void Core::close(FlowId id) {
    auto entry = connections_.find(id);
    if (entry == connections_.end()) return;
    auto connection = entry->second;
    connection->close();
}

void Core::hold(FlowId id, bool held) {
    auto entry = connections_.find(id);
    if (entry != connections_.end()) entry->second->hold(held);
}

void Core::resolve(QueryId query, std::string_view name, RecordType type) { resolver_->resolve(query, name, type); }

void Core::report_opened(const Flow& flow, bool accepted) {
    if (events_) events_->on_opened(flow, accepted);
}

void Core::report_octets(const Flow& flow, std::string_view octets) {
    if (events_) events_->on_octets(flow, octets);
}

void Core::report_failed(const Flow& flow, std::error_code error) {
    if (events_) events_->on_failed(flow, error);
}

void Core::report_resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error) {
    if (events_) events_->on_resolved(query, records, error);
}

void Core::note_tls_failure(TlsFailure failure) {
    if (failure.reason.empty()) failure.reason = failure.error.message();
    auto tls = tls_;  // who is told may reload it
    tls->note_failure(failure);
}

void Core::fail_later(const Flow& flow, std::error_code error) {
    post([flow, error](Core& core) { core.report_failed(flow, error); });
}

// Programs that listen on one address of several want to be seen with it.
std::optional<IpAddress> Core::source_for(const IpAddress& remote) const {
    std::optional<IpAddress> source;
    for (const auto& [transport, local] : listeners_) {
        if (local.ip.family != remote.family) continue;
        if (local.ip.is_unspecified() || (source && *source != local.ip)) return std::nullopt;
        source = local.ip;
    }
    if (source && source->is_loopback() != remote.is_loopback()) return std::nullopt;
    return source;
}

}  // namespace siptxn::net
