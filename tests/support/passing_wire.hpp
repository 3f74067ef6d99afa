// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/wire.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// A wire that passes everything on to another.
class PassingWire : public siptxn::Wire {
public:
    explicit PassingWire(std::shared_ptr<siptxn::Wire> inner) : inner_(std::move(inner)) {}
    void attach(siptxn::WireEvents* events) override { inner_->attach(events); }
    [[nodiscard]] std::vector<siptxn::Listener> listeners() const override { return inner_->listeners(); }
    void open(siptxn::FlowId id, siptxn::Transport transport, const siptxn::SocketAddress& remote,
              std::string_view server_name) override {
        inner_->open(id, transport, remote, server_name);
    }
    [[nodiscard]] siptxn::FlowId new_flow_id() override { return inner_->new_flow_id(); }
    void send(const siptxn::Flow& flow, siptxn::Octets octets) override { inner_->send(flow, std::move(octets)); }
    void close(siptxn::FlowId id) override { inner_->close(id); }
    void resolve(siptxn::QueryId query, std::string_view name, siptxn::RecordType type) override {
        inner_->resolve(query, name, type);
    }

private:
    std::shared_ptr<siptxn::Wire> inner_;
};

/// Sends other octets than it is given: what no stack of ours would write.
class EditedWire final : public PassingWire {
public:
    using Edit = std::function<std::string(std::string)>;
    EditedWire(std::shared_ptr<siptxn::Wire> inner, Edit edit)
        : PassingWire(std::move(inner)), edit_(std::move(edit)) {}
    void send(const siptxn::Flow& flow, siptxn::Octets octets) override {
        PassingWire::send(flow, edit_ ? std::make_shared<const std::string>(edit_(*octets)) : std::move(octets));
    }

private:
    Edit edit_;
};

}  // namespace support
