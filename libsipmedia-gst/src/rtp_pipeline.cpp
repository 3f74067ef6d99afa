// SPDX-License-Identifier: MIT
#include "rtp_pipeline.hpp"

#include "srtp.hpp"
#include "stream_limits.hpp"

#include <fmt/format.h>
#include <gst/net/gstnetaddressmeta.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace sipmedia {
namespace {

using MailboxPtr = std::shared_ptr<Mailbox<RtpPipeline::Listener>>;
using Formats = std::vector<RtpStream::Format>;

// A jitter buffer's streaming thread. The tap goes on here, before the first packet; the rest is done elsewhere.
void on_pad_added(GstElement*, GstPad* pad, gpointer data) {
    if (!std::string_view(GST_PAD_NAME(pad)).starts_with("recv_rtp_src")) return;
    auto& mailbox = *static_cast<MailboxPtr*>(data);
    auto tap = add_tap(pad, Tap::Flow::holding, [mailbox](const std::shared_ptr<Tap>& seen) {
        mailbox->post([seen](RtpPipeline::Listener& listener) { listener.media_seen(seen); });
    });
    mailbox->post([received = ReceivedPad{add_reference(pad), tap}](RtpPipeline::Listener& listener) mutable {
        listener.pad_added(std::move(received));
    });
}

// A streaming thread. Numbers that were not agreed have no caps, and their packets end there.
GstCaps* on_payload_wanted(GstElement*, guint, guint payload, gpointer data) {
    const auto& formats = *static_cast<Formats*>(data);
    const auto found = std::ranges::find(formats, payload, &RtpStream::Format::payload);
    if (found == formats.end()) return nullptr;
    return gst_caps_new_simple("application/x-rtp", "media", G_TYPE_STRING, "audio", "encoding-name", G_TYPE_STRING,
                               found->encoding.c_str(), "clock-rate", G_TYPE_INT, static_cast<int>(found->clock_rate),
                               "payload", G_TYPE_INT, static_cast<int>(payload), nullptr);
}

// RFC 5761 §4: by the second octet of a packet.
Component component_of(GstBuffer* packet) {
    std::array<std::uint8_t, 2> head{};
    if (gst_buffer_extract(packet, 0, head.data(), head.size()) != head.size()) return Component::rtp;
    return head[1] >= 192 && head[1] <= 223 ? Component::rtcp : Component::rtp;
}

void let_through(GstPad* pad, Component component) {
    watch_buffers(pad, [component](GstPadProbeInfo* info) {
        if (!(info->type & GST_PAD_PROBE_TYPE_BUFFER)) return GST_PAD_PROBE_OK;
        return component_of(gst_pad_probe_info_get_buffer(info)) == component ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
    });
}

std::expected<void, EngineError> link(GstElement* from, const char* source, GstElement* to, const char* sink) {
    if (!gst_element_link_pads(from, source, to, sink))
        return engine_failure(fmt::format("{} does not link to {}", source, sink));
    return {};
}

Pipeline::OnError error_poster(MailboxPtr mailbox) {
    return [mailbox = std::move(mailbox)](const std::string& text) {
        mailbox->post([text](RtpPipeline::Listener& listener) { listener.pipeline_failed(text); });
    };
}

}  // namespace

std::expected<std::unique_ptr<RtpPipeline>, EngineError> RtpPipeline::make(const RtpSockets& sockets,
                                                                           const RtpStream& stream,
                                                                           std::uint32_t own_ssrc,
                                                                           const RtpOptions& options,
                                                                           MailboxPtr mailbox) {
    std::unique_ptr<RtpPipeline> made(new RtpPipeline(std::move(mailbox)));
    if (auto built = made->build(sockets, stream, own_ssrc, options); !built) return std::unexpected(built.error());
    return made;
}

RtpPipeline::RtpPipeline(MailboxPtr mailbox) : mailbox_(std::move(mailbox)), pipeline_(error_poster(mailbox_)) {}

RtpPipeline::~RtpPipeline() { mailbox_->close(); }

RtpPipeline::Step RtpPipeline::build(const RtpSockets& sockets, const RtpStream& stream, std::uint32_t own_ssrc,
                                     const RtpOptions& options) {
    const bool secure = stream.send_key && stream.receive_key;
    auto bin = pipeline_.add("rtpbin");
    if (!bin) return std::unexpected(bin.error());
    bin_ = *bin;
    g_object_set(bin_, "latency", static_cast<guint>(options.latency.count()), nullptr);
    limit_streams(bin_);
    pipeline_.connect(bin_, "pad-added", G_CALLBACK(on_pad_added), mailbox_);
    pipeline_.connect(bin_, "request-pt-map", G_CALLBACK(on_payload_wanted), stream.receivable);
    auto* rtcp = stream.rtcp_mux ? sockets.rtp.get() : sockets.rtcp.get();
    const char* both = stream.rtcp_mux ? nullptr : "application/x-rtp";
    auto added = add_receiver(rtp_, sockets.rtp.get(), secure ? "application/x-srtp" : both);
    if (added && !stream.rtcp_mux)
        added = add_receiver(rtcp_, rtcp, secure ? "application/x-srtcp" : "application/x-rtcp");
    if (added) added = add_sender(rtp_, sockets.rtp.get(), sockets.is_v6);
    if (added) added = add_sender(rtcp_, rtcp, sockets.is_v6);
    if (!added) return added;
    sink_.reset(gst_element_request_pad_simple(bin_, "send_rtp_sink_0"));
    if (!sink_) return engine_failure("rtpbin takes no stream");
    const auto interval = static_cast<guint64>(std::chrono::nanoseconds(options.rtcp_interval).count());
    if (auto session = this->session()) g_object_set(session.get(), "rtcp-min-interval", interval, nullptr);
    auto connected = secure ? connect_secure(*stream.send_key, *stream.receive_key) : connect_plain();
    if (connected) accept_echo(bin_, "recv_rtp_sink_0", own_ssrc);
    return connected;
}

// Both directions of a component share one socket, which outlives the pipeline (RFC 4961).
RtpPipeline::Step RtpPipeline::add_receiver(Leg& leg, GSocket* socket, const char* media_type) {
    auto receiver = pipeline_.add("udpsrc");
    if (!receiver) return std::unexpected(receiver.error());
    CapsPtr caps(media_type ? gst_caps_new_empty_simple(media_type) : nullptr);
    g_object_set(*receiver, "socket", socket, "close-socket", FALSE, "caps", caps.get(), nullptr);
    leg.receiver = *receiver;
    return {};
}

RtpPipeline::Step RtpPipeline::add_sender(Leg& leg, GSocket* socket, bool is_v6) {
    auto sender = pipeline_.add("udpsink");
    if (!sender) return std::unexpected(sender.error());
    g_object_set(*sender, is_v6 ? "socket-v6" : "socket", socket, "close-socket", FALSE, "sync", FALSE, "async", FALSE,
                 nullptr);
    leg.sender = *sender;
    return {};
}

// rtpbin takes both kinds, but not at one pad.
RtpPipeline::Step RtpPipeline::part_receiver() {
    auto tee = pipeline_.add("tee");
    if (!tee) return std::unexpected(tee.error());
    auto linked = link(rtp_.receiver, "src", *tee, "sink");
    if (linked) linked = link(*tee, "src_0", bin_, "recv_rtp_sink_0");
    if (linked) linked = link(*tee, "src_1", bin_, "recv_rtcp_sink_0");
    if (!linked) return linked;
    ObjectPtr<GstPad> rtp(gst_element_get_static_pad(*tee, "src_0")), rtcp(gst_element_get_static_pad(*tee, "src_1"));
    let_through(rtp.get(), Component::rtp);
    let_through(rtcp.get(), Component::rtcp);
    return {};
}

RtpPipeline::Step RtpPipeline::connect_plain() {
    watch_source(Component::rtp, rtp_.receiver, "src");
    if (rtcp_.receiver) watch_source(Component::rtcp, rtcp_.receiver, "src");
    auto linked = rtcp_.receiver ? link(rtp_.receiver, "src", bin_, "recv_rtp_sink_0") : part_receiver();
    if (linked && rtcp_.receiver) linked = link(rtcp_.receiver, "src", bin_, "recv_rtcp_sink_0");
    if (linked) linked = link(bin_, "send_rtp_src_0", rtp_.sender, "sink");
    if (linked) linked = link(bin_, "send_rtcp_src_0", rtcp_.sender, "sink");
    return linked;
}

// What comes is looked at behind the decoder, which lets through only what the key authenticates, and parts the two
// kinds by itself when they come at one pad.
RtpPipeline::Step RtpPipeline::connect_secure(const SrtpKey& send, const SrtpKey& receive) {
    auto decoder = pipeline_.add("srtpdec");
    if (!decoder) return std::unexpected(decoder.error());
    auto encoder = pipeline_.add("srtpenc");
    if (!encoder) return std::unexpected(encoder.error());
    set_send_key(*encoder, send);
    set_receive_key(pipeline_, *decoder, receive);
    watch_source(Component::rtp, *decoder, "rtp_src");
    watch_source(Component::rtcp, *decoder, "rtcp_src");
    auto linked = link(rtp_.receiver, "src", *decoder, "rtp_sink");
    if (linked) linked = link(*decoder, "rtp_src", bin_, "recv_rtp_sink_0");
    if (linked && rtcp_.receiver) linked = link(rtcp_.receiver, "src", *decoder, "rtcp_sink");
    if (linked) linked = link(*decoder, "rtcp_src", bin_, "recv_rtcp_sink_0");
    if (linked) linked = link(bin_, "send_rtp_src_0", *encoder, "rtp_sink_0");
    if (linked) linked = link(*encoder, "rtp_src_0", rtp_.sender, "sink");
    if (linked) linked = link(bin_, "send_rtcp_src_0", *encoder, "rtcp_sink_0");
    if (linked) linked = link(*encoder, "rtcp_src_0", rtcp_.sender, "sink");
    return linked;
}

void RtpPipeline::watch_source(Component component, GstElement* element, const char* name) {
    ObjectPtr<GstPad> pad(gst_element_get_static_pad(element, name));
    if (!pad) return;
    watch_buffers(
        pad.get(), [known = leg(component).source_known, mailbox = mailbox_, component](GstPadProbeInfo* info) {
            if (known->load(std::memory_order_relaxed) || !(info->type & GST_PAD_PROBE_TYPE_BUFFER))
                return GST_PAD_PROBE_OK;
            auto* meta = gst_buffer_get_net_address_meta(gst_pad_probe_info_get_buffer(info));
            if (!meta || !G_IS_INET_SOCKET_ADDRESS(meta->addr)) return GST_PAD_PROBE_OK;
            known->store(true, std::memory_order_relaxed);
            auto* source = G_INET_SOCKET_ADDRESS(meta->addr);
            StringPtr text(g_inet_address_to_string(g_inet_socket_address_get_address(source)));
            mailbox->post([component, address = text_of(text.get()), port = g_inet_socket_address_get_port(source)](
                              Listener& listener) { listener.source_seen(component, address, port); });
            return GST_PAD_PROBE_OK;
        });
}

void RtpPipeline::send_to(Component component, const std::string& address, std::uint16_t port) {
    g_object_set(leg(component).sender, "host", address.c_str(), "port", static_cast<int>(port), nullptr);
}

void RtpPipeline::look_at_source_again() {
    for (auto* each : {&rtp_, &rtcp_}) each->source_known->store(false, std::memory_order_relaxed);
}

// Simple echo services send our packets back as they are. rtpbin takes those for a loop (RFC 3550 §8.2), which between
// two parties there cannot be: such a packet gets another SSRC.
void RtpPipeline::accept_echo(GstElement* element, const char* name, std::uint32_t own_ssrc) {
    ObjectPtr<GstPad> pad(gst_element_get_static_pad(element, name));
    if (!pad) return;
    watch_buffers(pad.get(), [own_ssrc](GstPadProbeInfo* info) {
        if (!(info->type & GST_PAD_PROBE_TYPE_BUFFER)) return GST_PAD_PROBE_OK;
        std::array<std::uint8_t, 4> field{};
        constexpr std::size_t place = 8;  // RFC 3550 §5.1
        auto* packet = gst_pad_probe_info_get_buffer(info);
        if (gst_buffer_extract(packet, place, field.data(), field.size()) != field.size()) return GST_PAD_PROBE_OK;
        if (GST_READ_UINT32_BE(field.data()) != own_ssrc) return GST_PAD_PROBE_OK;
        field.back() ^= 1;
        packet = gst_buffer_make_writable(packet);
        gst_buffer_fill(packet, place, field.data(), field.size());
        info->data = packet;
        return GST_PAD_PROBE_OK;
    });
}

ObjectPtr<GObject> RtpPipeline::session() const {
    GObject* found = nullptr;
    g_signal_emit_by_name(bin_, "get-internal-session", 0, &found);
    return ObjectPtr<GObject>(found);
}

StructurePtr RtpPipeline::report() const {
    GstStructure* figures = nullptr;
    if (auto session = this->session()) g_object_get(session.get(), "stats", &figures, nullptr);
    return StructurePtr(figures);
}

}  // namespace sipmedia
