// SPDX-License-Identifier: MIT
#include <siptxn/net/wire.hpp>

#include "net/core.hpp"

#include <utility>

namespace siptxn::net {
namespace {

/// The handle: its end is the sockets' end.
class AsioWire final : public SocketWire {
public:
    explicit AsioWire(std::shared_ptr<Core> core) : core_(std::move(core)) {}
    ~AsioWire() override { core_->stop(); }
    AsioWire(const AsioWire&) = delete;
    AsioWire& operator=(const AsioWire&) = delete;

    void attach(WireEvents* events) override { core_->attach(events); }
    std::vector<Listener> listeners() const override { return core_->listeners(); }
    void open(FlowId id, Transport transport, const SocketAddress& remote, std::string_view server_name) override {
        core_->open(id, transport, remote, server_name);
    }
    FlowId new_flow_id() override { return core_->new_flow_id(); }
    void send(const Flow& flow, Octets octets) override { core_->send(flow, std::move(octets)); }
    void close(FlowId id) override { core_->close(id); }
    void hold(FlowId id, bool held) override { core_->hold(id, held); }
    void resolve(QueryId query, std::string_view name, RecordType type) override { core_->resolve(query, name, type); }
    std::expected<void, SetupError> reload_tls(const TlsOptions& options) override {
        return core_->reload_tls(options);
    }
    std::optional<CertificateNames> peer_names(FlowId flow) const override { return core_->peer_names(flow); }
    std::vector<std::string> peer_domains(FlowId flow) const override {
        auto names = core_->peer_names(flow);
        return names ? sip_domains(*names) : std::vector<std::string>();
    }

private:
    std::shared_ptr<Core> core_;
};

}  // namespace

std::expected<std::shared_ptr<SocketWire>, SetupError> make_wire(asio::any_io_executor executor, WireOptions options) {
    auto core = std::make_shared<Core>(std::move(executor), std::move(options));
    auto wire = std::make_shared<AsioWire>(core);
    if (auto error = core->listen()) return std::unexpected(std::move(*error));
    return wire;
}

}  // namespace siptxn::net
