// SPDX-License-Identifier: MIT
#pragma once

#include "certificate.hpp"
#include "data_link.hpp"

#include <cstddef>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace sipmedia {

/// The m-line of an engine that carries its data channel: what was agreed, and the one channel that is used.
class DataLine {
public:
    DataLine(std::size_t mline, std::shared_ptr<DataPort> port) : mline_(mline), port_(std::move(port)) {}

    [[nodiscard]] std::size_t mline() const { return mline_; }
    [[nodiscard]] bool is_active() const { return active_; }
    void agree(bool active) { active_ = active; }
    [[nodiscard]] const std::vector<Fingerprint>& fingerprints() const { return fingerprints_; }
    void expect(std::vector<Fingerprint> fingerprints) { fingerprints_ = std::move(fingerprints); }

    [[nodiscard]] bool has_channel() const { return link_ != nullptr; }
    [[nodiscard]] bool carries(const GstWebRTCDataChannel* channel) const { return link_ && link_->is(channel); }
    /// Ours, or the first that the peer opened.
    void take(ChannelPtr channel) { link_ = std::make_shared<DataLink>(std::move(channel), port_->low_mark()); }

    // What happens to that one. A peer's is told of twice: with the channel, and as open.
    void opened() {
        if (!std::exchange(open_, true)) port_->opened(link_);
    }
    void received(DataMessage message) { port_->received(link_.get(), std::move(message)); }
    void drained() { port_->drained(link_.get()); }
    void closed() { port_->closed(link_.get()); }
    /// The peer hears that it is closed; we are told why.
    void give_up(std::error_code reason) {
        port_->lost(link_.get(), reason);
        link_->close();
    }
    /// Before its webrtcbin goes.
    void lose(std::error_code reason) {
        if (!link_) return;
        link_->release();
        port_->lost(link_.get(), reason);
    }

private:
    std::size_t mline_;
    bool active_ = false;
    std::shared_ptr<DataPort> port_;
    std::vector<Fingerprint> fingerprints_;
    std::shared_ptr<DataLink> link_;
    bool open_ = false;
};

}  // namespace sipmedia
