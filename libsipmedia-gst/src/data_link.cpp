// SPDX-License-Identifier: MIT
#include "data_link.hpp"

#include <sipmedia/error.hpp>

#include <utility>

namespace sipmedia {
namespace {

using BytesPtr = std::unique_ptr<GBytes, Release<g_bytes_unref>>;

bool hand_over(GstWebRTCDataChannel* channel, const DataMessage& message, GError** error) {
    if (message.is_text) return gst_webrtc_data_channel_send_string_full(channel, message.content.c_str(), error);
    BytesPtr octets(g_bytes_new(message.content.data(), message.content.size()));
    return gst_webrtc_data_channel_send_data_full(channel, octets.get(), error);
}

// GST_WEBRTC_ERROR, whose function the header of 1.22 declares without C linkage.
bool is_of_webrtc(const GError* error) {
    return error && error->domain == g_quark_from_static_string("gst-webrtc-error-quark");
}

std::error_code code_of(const GError* error) {
    if (is_of_webrtc(error)) {
        if (error->code == GST_WEBRTC_ERROR_TYPE_ERROR) return std::make_error_code(std::errc::message_size);
        if (error->code == GST_WEBRTC_ERROR_INVALID_STATE) return Errc::invalid_state;
    }
    return Errc::engine_failure;
}

}  // namespace

DataLink::DataLink(ChannelPtr channel, std::size_t low_mark) : channel_(std::move(channel)) {
    g_object_set(channel_.get(), "buffered-amount-low-threshold", guint64{low_mark}, nullptr);
}

std::error_code DataLink::send(const DataMessage& message) {
    if (!channel_) return Errc::invalid_state;
    GError* error = nullptr;
    const bool taken = hand_over(channel_.get(), message, &error);
    ErrorPtr owned(error);
    return taken ? std::error_code() : code_of(owned.get());
}

std::size_t DataLink::queued() const {
    guint64 octets = 0;
    if (channel_) g_object_get(channel_.get(), "buffered-amount", &octets, nullptr);
    return octets;
}

void DataLink::close() {
    if (channel_) gst_webrtc_data_channel_close(channel_.get());
}

std::string DataLink::text_property(const char* name) const {
    char* text = nullptr;
    if (channel_) g_object_get(channel_.get(), name, &text, nullptr);
    return text_of(StringPtr(text).get());
}

}  // namespace sipmedia
