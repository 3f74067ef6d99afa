// SPDX-License-Identifier: MIT
#pragma once

#include "data_port.hpp"
#include "gst_ptr.hpp"

#include <cstddef>
#include <string>
#include <system_error>

namespace sipmedia {

using ChannelPtr = ObjectPtr<GstWebRTCDataChannel>;

/// A data channel of a webrtcbin, which it must not outlive. On the engine's executor.
class DataLink final : public DataPort::Link {
public:
    /// `low_mark`: octets in its queue, falling below which is reported.
    DataLink(ChannelPtr channel, std::size_t low_mark);

    [[nodiscard]] bool is(const GstWebRTCDataChannel* channel) const { return channel_.get() == channel; }
    [[nodiscard]] std::string label() const override { return text_property("label"); }
    [[nodiscard]] std::string protocol() const override { return text_property("protocol"); }
    [[nodiscard]] std::error_code send(const DataMessage& message) override;
    [[nodiscard]] std::size_t queued() const override;
    void close() override;
    /// Its webrtcbin goes: what is called from now on has no effect.
    void release() { channel_.reset(); }

private:
    [[nodiscard]] std::string text_property(const char* name) const;

    ChannelPtr channel_;
};

}  // namespace sipmedia
