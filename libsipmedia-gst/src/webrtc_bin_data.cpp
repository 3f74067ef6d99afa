// SPDX-License-Identifier: MIT
// The data channels of a webrtcbin.
#include "webrtc_bin.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace sipmedia {
namespace {

using MailboxPtr = std::shared_ptr<Mailbox<WebRtcBin::Listener>>;

MailboxPtr& mailbox_in(gpointer data) { return *static_cast<MailboxPtr*>(data); }

// Octets of messages that wait on the executor. A peer that sends more before the executor takes any floods us.
constexpr std::size_t max_backlog = 16 * 1'048'576;

/// Where the messages of a channel go.
struct Inbox {
    MailboxPtr mailbox;
    std::atomic<std::size_t> backlog = 0;
    bool flooded = false;  ///< webrtcbin's thread alone
};

// ---- Events: all of this on webrtcbin's own thread. Copy, post, return ----

template <auto member>
void on_channel(GstWebRTCDataChannel* channel, gpointer data) {
    mailbox_in(data)->post([channel](WebRtcBin::Listener& listener) { (listener.*member)(channel); });
}

void post_message(GstWebRTCDataChannel* channel, DataMessage message, gpointer data) {
    const auto& inbox = *static_cast<std::shared_ptr<Inbox>*>(data);
    const auto size = message.content.size();
    if (inbox->flooded) return;
    if (inbox->backlog.fetch_add(size) + size > max_backlog) {
        inbox->flooded = true;
        return inbox->mailbox->post([channel](WebRtcBin::Listener& listener) { listener.channel_flooded(channel); });
    }
    inbox->mailbox->post([channel, size, inbox, message = std::move(message)](WebRtcBin::Listener& listener) mutable {
        inbox->backlog.fetch_sub(size);
        listener.message_received(channel, std::move(message));
    });
}

void on_text(GstWebRTCDataChannel* channel, const char* text, gpointer data) {
    post_message(channel, {text_of(text), true}, data);
}

void on_octets(GstWebRTCDataChannel* channel, GBytes* octets, gpointer data) {
    gsize size = 0;
    const auto* begin = octets ? static_cast<const char*>(g_bytes_get_data(octets, &size)) : nullptr;
    post_message(channel, {begin ? std::string(begin, size) : std::string(), false}, data);
}

template <class Data>
void connect(GstWebRTCDataChannel* channel, const char* signal, GCallback callback, const Data& data) {
    const auto drop = [](gpointer held, GClosure*) { delete static_cast<Data*>(held); };
    g_signal_connect_data(channel, signal, callback, new Data(data), drop, static_cast<GConnectFlags>(0));
}

void watch_channel(GstWebRTCDataChannel* channel, const MailboxPtr& mailbox) {
    connect(channel, "on-open", G_CALLBACK(on_channel<&WebRtcBin::Listener::channel_opened>), mailbox);
    connect(channel, "on-close", G_CALLBACK(on_channel<&WebRtcBin::Listener::channel_closed>), mailbox);
    connect(channel, "on-buffered-amount-low", G_CALLBACK(on_channel<&WebRtcBin::Listener::channel_drained>), mailbox);
    const auto inbox = std::make_shared<Inbox>(mailbox);
    connect(channel, "on-message-string", G_CALLBACK(on_text), inbox);
    connect(channel, "on-message-data", G_CALLBACK(on_octets), inbox);
}

// It is watched here, before its first message.
void on_channel_added(GstElement*, GstWebRTCDataChannel* channel, gpointer data) {
    auto& mailbox = mailbox_in(data);
    watch_channel(channel, mailbox);
    mailbox->post([added = add_reference(channel)](WebRtcBin::Listener& listener) mutable {
        listener.channel_added(std::move(added));
    });
}

// ---- The end ----

gboolean flush_pad(GstElement*, GstPad* pad, gpointer) {
    gst_pad_send_event(pad, gst_event_new_flush_start());
    return TRUE;
}

// An SCTP encoder that waits for a peer to take what is queued waits for ever, and whoever stops it does: 1.22 wakes
// it by a flush alone.
void flush_data(GstBin* pipeline) {
    visit_elements(pipeline, "sctpenc",
                   [](GstElement* encoder) { gst_element_foreach_sink_pad(encoder, flush_pad, nullptr); });
}

// Else it fails in the thread that receives, as nothing is linked there, and with it the media that comes beside it.
void drop_what_comes(GstElement* decoder) {
    const ObjectPtr<GstPad> data(gst_element_get_static_pad(decoder, "data_src"));
    if (data) watch_buffers(data.get(), [](GstPadProbeInfo*) { return GST_PAD_PROBE_DROP; });
}

}  // namespace

void WebRtcBin::ignore_data() { visit_elements(GST_BIN(webrtc_), "dtlssrtpdec", drop_what_comes); }

void WebRtcBin::connect_channels() {
    pipeline_.connect(webrtc_, "on-data-channel", G_CALLBACK(on_channel_added), mailbox_);
    pipeline_.before_end(flush_data);
}

ChannelPtr WebRtcBin::create_channel(const DataChannelOptions& options) {
    StructurePtr fields(gst_structure_new("data-channel", "ordered", G_TYPE_BOOLEAN, gboolean{options.ordered},
                                          "protocol", G_TYPE_STRING, options.protocol.c_str(), nullptr));
    if (options.max_retransmits)
        gst_structure_set(fields.get(), "max-retransmits", G_TYPE_INT, gint{*options.max_retransmits}, nullptr);
    if (options.max_lifetime)
        gst_structure_set(fields.get(), "max-packet-lifetime", G_TYPE_INT,
                          static_cast<gint>(options.max_lifetime->count()), nullptr);
    GstWebRTCDataChannel* made = nullptr;
    g_signal_emit_by_name(webrtc_, "create-data-channel", options.label.c_str(), fields.get(), &made);
    if (made) watch_channel(made, mailbox_);
    return ChannelPtr(made);
}

// A channel of which the peer is not told (RFC 8832 §4), with a number that it comes to last: each side counts from 0.
ChannelPtr WebRtcBin::create_placeholder() {
    constexpr gint last = 1'023;  // of SCTP's streams, as GStreamer has them
    StructurePtr fields(
        gst_structure_new("data-channel", "negotiated", G_TYPE_BOOLEAN, TRUE, "id", G_TYPE_INT, last, nullptr));
    GstWebRTCDataChannel* made = nullptr;
    g_signal_emit_by_name(webrtc_, "create-data-channel", "", fields.get(), &made);
    return ChannelPtr(made);
}

ObjectPtr<GObject> WebRtcBin::data_transport() const {
    auto association = object_property<GObject>(webrtc_, "sctp-transport");
    return association ? object_property<GObject>(association.get(), "transport") : nullptr;
}

}  // namespace sipmedia
