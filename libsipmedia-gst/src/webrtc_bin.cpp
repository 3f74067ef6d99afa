// SPDX-License-Identifier: MIT
#include "webrtc_bin.hpp"

#include "reaper.hpp"

#include <utility>

namespace sipmedia {
namespace {

using MailboxPtr = std::shared_ptr<Mailbox<WebRtcBin::Listener>>;
constexpr auto no_mline = static_cast<std::size_t>(-1);

// Data for a C callback, with the deleter that GLib calls when the callback is gone.
template <class T>
void delete_closure_data(gpointer data, GClosure*) {
    delete static_cast<T*>(data);
}

template <class T>
void delete_data(gpointer data) {
    delete static_cast<T*>(data);
}

MailboxPtr& mailbox_in(gpointer data) { return *static_cast<MailboxPtr*>(data); }

// ---- Promises ----

struct PendingCall {
    MailboxPtr mailbox;
    WebRtcBin::Reply reply;
};

EngineError error_in(const GstStructure* reply) {
    GError* error = nullptr;
    gst_structure_get(reply, "error", G_TYPE_ERROR, &error, nullptr);
    ErrorPtr owned(error);  // webrtcbin sometimes says "error" and gives none
    return {Errc::engine_failure, owned ? owned->message : "webrtcbin refused without a reason"};
}

std::expected<StructurePtr, EngineError> result_of(GstPromise* promise) {
    if (gst_promise_wait(promise) != GST_PROMISE_RESULT_REPLIED)
        return std::unexpected(EngineError{Errc::engine_failure, "webrtcbin dropped the request"});
    const auto* reply = gst_promise_get_reply(promise);
    if (reply && gst_structure_has_field(reply, "error")) return std::unexpected(error_in(reply));
    return StructurePtr(reply ? gst_structure_copy(reply) : nullptr);
}

// On webrtcbin's own thread: copy, post, return. The promise is done, so waiting for it does not wait.
void on_promise_changed(GstPromise* promise, gpointer data) {
    auto* pending = static_cast<PendingCall*>(data);
    if (!pending->reply) return;
    pending->mailbox->post([reply = std::exchange(pending->reply, nullptr),
                            result = result_of(promise)](auto&) mutable { reply(std::move(result)); });
}

// ---- Signals ----

// GLib calls it with the object, the property and the data.
template <auto member>
void on_notify(GObject*, GParamSpec*, gpointer data) {
    mailbox_in(data)->post([](WebRtcBin::Listener& listener) { (listener.*member)(); });
}

// Any thread. The certificate must be there before the DTLS element first needs one. RTCP goes out more often than
// every 5 s, as RFC 4585 §3.5 allows: losses and round trips are known sooner.
void on_element_added(GstBin*, GstBin*, GstElement* element, gpointer data) {
    auto* factory = gst_element_get_factory(element);
    const auto name = text_of(factory ? gst_plugin_feature_get_name(GST_PLUGIN_FEATURE(factory)) : nullptr);
    if (name == "dtlssrtpdec") g_object_set(element, "pem", static_cast<std::string*>(data)->c_str(), nullptr);
    if (name == "rtpsession") g_object_set(element, "rtcp-min-interval", guint64{GST_SECOND}, nullptr);
}

struct TapProbe {
    std::shared_ptr<ReceiveTap> tap;
    MailboxPtr mailbox;
};

void count(GstPadProbeInfo* info, std::uint64_t& packets, std::uint64_t& bytes) {
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
        auto* list = gst_pad_probe_info_get_buffer_list(info);
        packets = gst_buffer_list_length(list);
        bytes = gst_buffer_list_calculate_size(list);
    } else {
        packets = 1;
        bytes = gst_buffer_get_size(gst_pad_probe_info_get_buffer(info));
    }
}

// A streaming thread, once per packet.
GstPadProbeReturn on_received(GstPad*, GstPadProbeInfo* info, gpointer data) {
    auto& probe = *static_cast<TapProbe*>(data);
    if (!probe.tap->open.load(std::memory_order_acquire)) return GST_PAD_PROBE_DROP;
    std::uint64_t packets = 0, bytes = 0;
    count(info, packets, bytes);
    probe.tap->packets.fetch_add(packets, std::memory_order_relaxed);
    probe.tap->bytes.fetch_add(bytes, std::memory_order_relaxed);
    if (!probe.tap->seen.exchange(true))
        probe.mailbox->post([tap = probe.tap](WebRtcBin::Listener& listener) { listener.media_seen(tap); });
    return GST_PAD_PROBE_OK;
}

// A jitter buffer's streaming thread. The probe goes on here, before the first packet; the rest is done elsewhere.
void on_pad_added(GstElement*, GstPad* pad, gpointer data) {
    if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
    auto& mailbox = mailbox_in(data);
    auto tap = std::make_shared<ReceiveTap>();
    constexpr auto what = static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);
    gst_pad_add_probe(pad, what, on_received, new TapProbe{tap, mailbox}, delete_data<TapProbe>);
    mailbox->post([received = ReceivedPad{add_reference(pad), tap}](WebRtcBin::Listener& listener) mutable {
        listener.pad_added(std::move(received));
    });
}

std::string error_text(GstMessage* message) {
    GError* error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    ErrorPtr owned(error);
    return text_of(GST_MESSAGE_SRC_NAME(message)) + ": " + (owned ? owned->message : "unknown error");
}

// The posting thread. Nobody else reads this bus, so the message ends here.
GstBusSyncReply on_message(GstBus*, GstMessage* message, gpointer data) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
        mailbox_in(data)->post(
            [text = error_text(message)](WebRtcBin::Listener& listener) { listener.pipeline_failed(text); });
    gst_message_unref(message);
    return GST_BUS_DROP;
}

// webrtcbin drops the tasks that it has not begun, and their promises with them.
void stop(ObjectPtr<GstElement> pipeline, std::vector<PromisePtr> promises) {
    Reaper::instance().add([pipeline = std::move(pipeline), promises = std::move(promises)] {
        gst_element_set_state(pipeline.get(), GST_STATE_NULL);
        for (const auto& promise : promises) gst_promise_expire(promise.get());
    });
}

EngineError failure(std::string detail) { return {Errc::engine_failure, std::move(detail)}; }

}  // namespace

// ---- Construction ----

std::expected<std::unique_ptr<WebRtcBin>, EngineError> WebRtcBin::make(const WebRtcOptions& options,
                                                                       GstWebRTCBundlePolicy bundle,
                                                                       const Certificate& certificate,
                                                                       MailboxPtr mailbox) {
    auto* webrtc = gst_element_factory_make("webrtcbin", nullptr);
    if (!webrtc) return std::unexpected(EngineError{Errc::missing_plugin, "webrtcbin"});
    ObjectPtr<GstElement> pipeline(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
    gst_bin_add(GST_BIN(pipeline.get()), webrtc);
    g_object_set(webrtc, "bundle-policy", bundle, "latency", static_cast<guint>(options.latency.count()), nullptr);

    std::unique_ptr<WebRtcBin> made(new WebRtcBin(std::move(pipeline), webrtc, std::move(mailbox)));
    made->connect_signals(certificate);
    if (auto configured = made->configure_ice(options); !configured) return std::unexpected(configured.error());
    if (gst_element_set_state(made->pipeline_.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
        return std::unexpected(failure("the pipeline does not start"));
    return made;
}

WebRtcBin::WebRtcBin(ObjectPtr<GstElement> pipeline, GstElement* webrtc, MailboxPtr mailbox)
    : pipeline_(std::move(pipeline)), webrtc_(webrtc), mailbox_(std::move(mailbox)) {}

// Signals go first: what still runs may then finish, but reports to nobody.
WebRtcBin::~WebRtcBin() {
    mailbox_->close();
    for (auto [object, id] : connections_) g_signal_handler_disconnect(object, id);
    ObjectPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
    gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
    stop(std::move(pipeline_), std::move(promises_));
}

void WebRtcBin::connect_signals(const Certificate& certificate) {
    auto connect = [this]<class Data>(GstElement* object, const char* signal, GCallback callback, Data data) {
        auto id = g_signal_connect_data(object, signal, callback, new Data(std::move(data)), delete_closure_data<Data>,
                                        static_cast<GConnectFlags>(0));
        connections_.emplace_back(object, id);
    };
    connect(webrtc_, "notify::ice-gathering-state", G_CALLBACK(on_notify<&Listener::gathering_changed>), mailbox_);
    connect(webrtc_, "notify::connection-state", G_CALLBACK(on_notify<&Listener::connection_changed>), mailbox_);
    connect(webrtc_, "pad-added", G_CALLBACK(on_pad_added), mailbox_);
    connect(pipeline_.get(), "deep-element-added", G_CALLBACK(on_element_added), certificate.pem);

    ObjectPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
    gst_bus_set_sync_handler(bus.get(), on_message, new MailboxPtr(mailbox_), delete_data<MailboxPtr>);
}

std::expected<void, EngineError> WebRtcBin::configure_ice(const WebRtcOptions& options) {
    auto ice = object_property<GObject>(webrtc_, "ice-agent");
    if (!ice) return std::unexpected(failure("webrtcbin has no ICE agent"));
    auto nice = object_property<GObject>(ice.get(), "agent");
    if (!nice) return std::unexpected(EngineError{Errc::missing_plugin, "nice"});
    g_object_set(ice.get(), "ice-tcp", FALSE, nullptr);
    g_object_set(nice.get(), "upnp", FALSE, nullptr);  // else SSDP multicasts, and 200 ms lost
    if (options.ports.last != 0)
        g_object_set(ice.get(), "min-rtp-port", guint{options.ports.first}, "max-rtp-port", guint{options.ports.last},
                     nullptr);
    for (const auto& address : options.local_addresses) {
        gboolean taken = FALSE;
        g_signal_emit_by_name(ice.get(), "add-local-ip-address", address.c_str(), &taken);
        if (!taken) return std::unexpected(failure("not an IP address: " + address));
    }
    if (!options.stun_server.empty()) g_object_set(webrtc_, "stun-server", options.stun_server.c_str(), nullptr);
    for (const auto& server : options.turn_servers) {
        gboolean taken = FALSE;
        g_signal_emit_by_name(webrtc_, "add-turn-server", server.c_str(), &taken);
        if (!taken) return std::unexpected(failure("a TURN server's URI is malformed"));  // it holds a password
    }
    return {};
}

// ---- Descriptions ----

template <class... Arguments>
void WebRtcBin::call(const char* signal, Reply reply, Arguments... arguments) {
    auto* pending = new PendingCall{mailbox_, nullptr};
    auto* promise = gst_promise_new_with_change_func(on_promise_changed, pending, delete_data<PendingCall>);
    pending->reply = [this, promise, reply = std::move(reply)](auto result) mutable {
        std::erase_if(promises_, [&](const PromisePtr& open) { return open.get() == promise; });
        reply(std::move(result));
    };
    promises_.emplace_back(promise);
    g_signal_emit_by_name(webrtc_, signal, arguments..., promise);
}

bool WebRtcBin::add_transceiver(const std::string& text) {
    CapsPtr caps(gst_caps_from_string(text.c_str()));
    GstWebRTCRTPTransceiver* made = nullptr;
    if (caps)
        g_signal_emit_by_name(webrtc_, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV, caps.get(),
                              &made);
    return ObjectPtr<GstWebRTCRTPTransceiver>(made) != nullptr;
}

void WebRtcBin::create_offer(Reply reply) {
    call("create-offer", std::move(reply), static_cast<GstStructure*>(nullptr));
}

void WebRtcBin::create_answer(Reply reply) {
    call("create-answer", std::move(reply), static_cast<GstStructure*>(nullptr));
}

void WebRtcBin::set_local(GstWebRTCSDPType type, SdpPtr sdp, Reply reply) {
    DescriptionPtr description(gst_webrtc_session_description_new(type, sdp.release()));
    call("set-local-description", std::move(reply), description.get());
}

void WebRtcBin::set_remote(GstWebRTCSDPType type, SdpPtr sdp, Reply reply) {
    DescriptionPtr description(gst_webrtc_session_description_new(type, sdp.release()));
    call("set-remote-description", std::move(reply), description.get());
}

void WebRtcBin::statistics(Reply reply) { call("get-stats", std::move(reply), static_cast<GstPad*>(nullptr)); }

SdpPtr WebRtcBin::local_description() const {
    GstWebRTCSessionDescription* found = nullptr;
    g_object_get(webrtc_, "local-description", &found, nullptr);
    DescriptionPtr description(found);
    GstSDPMessage* copy = nullptr;
    if (description) gst_sdp_message_copy(description->sdp, &copy);
    return SdpPtr(copy);
}

bool WebRtcBin::is_gathered() const {
    GstWebRTCICEGatheringState state{};
    g_object_get(webrtc_, "ice-gathering-state", &state, nullptr);
    return state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
}

GstWebRTCPeerConnectionState WebRtcBin::connection_state() const {
    GstWebRTCPeerConnectionState state{};
    g_object_get(webrtc_, "connection-state", &state, nullptr);
    return state;
}

// ---- Pads, transceivers, bins ----

std::size_t WebRtcBin::mline_of(GstPad* pad) {
    auto transceiver = object_property<GstWebRTCRTPTransceiver>(pad, "transceiver");
    guint mline = 0;
    if (!transceiver) return no_mline;
    g_object_get(transceiver.get(), "mlineindex", &mline, nullptr);
    return mline;
}

// A pad's name does not tell its m-line on the offering side.
ObjectPtr<GstPad> WebRtcBin::sink_pad(std::size_t mline) const {
    struct Search {
        std::size_t mline;
        ObjectPtr<GstPad> found;
    } search{mline, nullptr};
    auto visit = [](GstElement*, GstPad* pad, gpointer data) -> gboolean {
        auto& wanted = *static_cast<Search*>(data);
        if (mline_of(pad) == wanted.mline) wanted.found = add_reference(pad);
        return !wanted.found;
    };
    gst_element_foreach_sink_pad(webrtc_, visit, &search);
    return std::move(search.found);
}

std::vector<WebRtcBin::PeerCertificate> WebRtcBin::peer_certificates() const {
    std::vector<PeerCertificate> certificates;
    GArray* transceivers = nullptr;
    g_signal_emit_by_name(webrtc_, "get-transceivers", &transceivers);
    for (guint i = 0; transceivers && i < transceivers->len; ++i) {
        auto* transceiver = g_array_index(transceivers, GstWebRTCRTPTransceiver*, i);
        guint mline = 0;
        g_object_get(transceiver, "mlineindex", &mline, nullptr);
        auto receiver = object_property<GObject>(transceiver, "receiver");
        auto transport = receiver ? object_property<GObject>(receiver.get(), "transport") : nullptr;
        char* pem = nullptr;
        if (transport) g_object_get(transport.get(), "remote-certificate", &pem, nullptr);
        certificates.push_back({mline, text_of(StringPtr(pem).get())});
    }
    if (transceivers) g_array_unref(transceivers);
    return certificates;
}

std::expected<GstBin*, EngineError> WebRtcBin::add_bin(const std::string& launch) {
    GError* error = nullptr;
    auto* bin = gst_parse_bin_from_description(launch.c_str(), TRUE, &error);
    ErrorPtr owned(error);
    if (!bin || owned) {
        if (bin) gst_object_unref(gst_object_ref_sink(bin));
        return std::unexpected(failure(owned ? owned->message : "a bin cannot be built"));
    }
    if (!gst_bin_add(GST_BIN(pipeline_.get()), bin)) return std::unexpected(failure("a bin cannot be added"));
    return GST_BIN(bin);
}

}  // namespace sipmedia
