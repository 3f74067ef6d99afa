// SPDX-License-Identifier: MIT
#include "webrtc_bin.hpp"

#include "short_path.hpp"
#include "stream_limits.hpp"

#include <algorithm>
#include <atomic>
#include <string_view>
#include <utility>

namespace sipmedia {
namespace {

using MailboxPtr = std::shared_ptr<Mailbox<WebRtcBin::Listener>>;
constexpr auto no_mline = static_cast<std::size_t>(-1);

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

// webrtcbin's own thread, once the candidate is in the local description.
void on_candidate(GstElement*, guint mline, const char* candidate, gpointer data) {
    constexpr std::string_view name = "candidate:";
    std::string value = text_of(candidate);
    if (!value.starts_with(name)) return;
    value.erase(0, name.size());
    mailbox_in(data)->post([found = LocalCandidate{mline, std::move(value)}](WebRtcBin::Listener& listener) {
        listener.candidate_found(found);
    });
}

// What the elements inside a webrtcbin need to know.
struct Inside {
    std::string pem;
    guint association;
    std::shared_ptr<std::atomic<bool>> peer_is_known;
};

// Both ends of an SCTP association find it by a number that webrtcbin draws, though it must be the only one in the
// process.
guint next_association() {
    static std::atomic<std::uint16_t> last = 0;
    return ++last;
}

// Any thread. The certificate must be there before the DTLS element first needs one. RTCP goes out more often than
// every 5 s, as RFC 4585 §3.5 allows: losses and round trips are known sooner.
void on_element_added(GstBin*, GstBin* parent, GstElement* element, gpointer data) {
    const auto& inside = *static_cast<Inside*>(data);
    auto* factory = gst_element_get_factory(element);
    const auto name = text_of(factory ? gst_plugin_feature_get_name(GST_PLUGIN_FEATURE(factory)) : nullptr);
    if (name == "dtlssrtpdec") g_object_set(element, "pem", inside.pem.c_str(), nullptr);
    if (name == "rtpsession") g_object_set(element, "rtcp-min-interval", guint64{GST_SECOND}, nullptr);
    if (name == "queue" && text_of(GST_OBJECT_NAME(parent)).starts_with("transportreceivebin"))
        pass_by(element, inside.peer_is_known);
    if (name == "sctpenc" || name == "sctpdec")
        g_object_set(element, "sctp-association-id", inside.association, nullptr);
}

// A jitter buffer's streaming thread. The tap goes on here, before the first packet; the rest is done elsewhere.
void on_pad_added(GstElement*, GstPad* pad, gpointer data) {
    if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
    auto& mailbox = mailbox_in(data);
    auto tap = add_tap(pad, Tap::Flow::holding, [mailbox](const std::shared_ptr<Tap>& seen) {
        mailbox->post([seen](WebRtcBin::Listener& listener) { listener.media_seen(seen); });
    });
    mailbox->post([received = ReceivedPad{add_reference(pad), tap}](WebRtcBin::Listener& listener) mutable {
        listener.pad_added(std::move(received));
    });
}

std::string certificate_on(GObject* transport) {
    char* pem = nullptr;
    g_object_get(transport, "remote-certificate", &pem, nullptr);
    return text_of(StringPtr(pem).get());
}

// ---- States of several transports ----

template <class State>
State state_of(GObject* object) {
    State state{};
    g_object_get(object, "state", &state, nullptr);
    return state;
}

// W3C WebRTC, RTCIceConnectionState: the first of these that one of the transports has.
IceState common_ice_state(const std::vector<ObjectPtr<GObject>>& transports) {
    std::vector<IceState> states;
    for (const auto& transport : transports) {
        auto ice = object_property<GObject>(transport.get(), "transport");
        states.push_back(ice ? static_cast<IceState>(state_of<GstWebRTCICEConnectionState>(ice.get()))
                             : IceState::fresh);
    }
    for (auto state : {IceState::failed, IceState::disconnected, IceState::checking})
        if (std::ranges::count(states, state) > 0) return state;
    const auto fresh = static_cast<std::size_t>(std::ranges::count(states, IceState::fresh));
    if (fresh > 0) return fresh == states.size() ? IceState::fresh : IceState::checking;
    return std::ranges::count(states, IceState::connected) > 0 ? IceState::connected : IceState::completed;
}

// The same of RTCPeerConnectionState, as far as the engine asks.
GstWebRTCPeerConnectionState common_connection_state(const std::vector<ObjectPtr<GObject>>& transports) {
    const auto is = [](GstWebRTCDTLSTransportState state) {
        return [state](const ObjectPtr<GObject>& each) {
            return state_of<GstWebRTCDTLSTransportState>(each.get()) == state;
        };
    };
    if (common_ice_state(transports) == IceState::failed ||
        std::ranges::any_of(transports, is(GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED)))
        return GST_WEBRTC_PEER_CONNECTION_STATE_FAILED;
    return std::ranges::all_of(transports, is(GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED))
               ? GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED
               : GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTING;
}

Pipeline::OnError error_poster(MailboxPtr mailbox) {
    return [mailbox = std::move(mailbox)](const std::string& text) {
        mailbox->post([text](WebRtcBin::Listener& listener) { listener.pipeline_failed(text); });
    };
}

}  // namespace

// ---- Construction ----

std::expected<std::unique_ptr<WebRtcBin>, EngineError> WebRtcBin::make(const WebRtcOptions& options,
                                                                       GstWebRTCBundlePolicy bundle,
                                                                       const Certificate& certificate,
                                                                       MailboxPtr mailbox) {
    std::unique_ptr<WebRtcBin> made(new WebRtcBin(std::move(mailbox)));
    auto webrtc = made->pipeline_.add("webrtcbin");
    if (!webrtc) return std::unexpected(webrtc.error());
    made->webrtc_ = *webrtc;
    g_object_set(*webrtc, "bundle-policy", bundle, "latency", static_cast<guint>(options.latency.count()), nullptr);
    leave_out_repairs(*webrtc);
    if (ObjectPtr<GstElement> rtpbin(gst_bin_get_by_name(GST_BIN(*webrtc), "rtpbin")); rtpbin)
        limit_streams(rtpbin.get());
    made->connect_signals(certificate);
    made->connect_channels();
    if (auto configured = made->configure_ice(options); !configured) return std::unexpected(configured.error());
    if (auto playing = made->pipeline_.play(); !playing) return std::unexpected(playing.error());
    return made;
}

WebRtcBin::WebRtcBin(MailboxPtr mailbox) : mailbox_(std::move(mailbox)), pipeline_(error_poster(mailbox_)) {}

// webrtcbin drops the tasks that it has not begun, and their promises with them.
WebRtcBin::~WebRtcBin() {
    mailbox_->close();
    pipeline_.at_end([promises = std::move(promises_)] {
        for (const auto& open : promises) gst_promise_expire(open.promise.get());
    });
}

void WebRtcBin::connect_signals(const Certificate& certificate) {
    pipeline_.connect(webrtc_, "notify::ice-gathering-state", G_CALLBACK(on_notify<&Listener::gathering_changed>),
                      mailbox_);
    pipeline_.connect(webrtc_, "notify::ice-connection-state", G_CALLBACK(on_notify<&Listener::ice_changed>), mailbox_);
    pipeline_.connect(webrtc_, "notify::connection-state", G_CALLBACK(on_notify<&Listener::connection_changed>),
                      mailbox_);
    pipeline_.connect(webrtc_, "on-ice-candidate", G_CALLBACK(on_candidate), mailbox_);
    pipeline_.connect(webrtc_, "pad-added", G_CALLBACK(on_pad_added), mailbox_);
    pipeline_.connect(pipeline_.element(), "deep-element-added", G_CALLBACK(on_element_added),
                      Inside{certificate.pem, next_association(), peer_is_known_});
}

void WebRtcBin::pace_checks(std::chrono::milliseconds interval) {
    auto ice = object_property<GObject>(webrtc_, "ice-agent");
    auto nice = ice ? object_property<GObject>(ice.get(), "agent") : nullptr;
    if (nice) g_object_set(nice.get(), "stun-pacing-timer", static_cast<guint>(interval.count()), nullptr);
}

std::expected<void, EngineError> WebRtcBin::configure_ice(const WebRtcOptions& options) {
    auto ice = object_property<GObject>(webrtc_, "ice-agent");
    if (!ice) return engine_failure("webrtcbin has no ICE agent");
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
        if (!taken) return engine_failure("not an IP address: " + address);
    }
    if (!options.stun_server.empty()) g_object_set(webrtc_, "stun-server", options.stun_server.c_str(), nullptr);
    for (const auto& server : options.turn_servers) {
        gboolean taken = FALSE;
        g_signal_emit_by_name(webrtc_, "add-turn-server", server.c_str(), &taken);
        if (!taken) return engine_failure("a TURN server's URI is malformed");  // it holds a password
    }
    return {};
}

// ---- Descriptions ----

template <class... Arguments>
void WebRtcBin::call(const char* signal, Reply reply, Arguments... arguments) {
    auto pending = std::make_shared<PendingCall>(mailbox_, nullptr);
    auto* promise = gst_promise_new_with_change_func(on_promise_changed, pending.get(), nullptr);
    pending->reply = [this, promise, reply = std::move(reply)](auto result) mutable {
        std::erase_if(promises_, [&](const OpenCall& open) { return open.promise.get() == promise; });
        reply(std::move(result));
    };
    promises_.push_back({PromisePtr(promise), std::move(pending)});
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

void WebRtcBin::add_candidate(std::size_t mline, const std::string& candidate) {
    const auto line = candidate.empty() ? std::string() : "candidate:" + candidate;
    g_signal_emit_by_name(webrtc_, "add-ice-candidate", static_cast<guint>(mline), line.c_str());
}

SdpPtr WebRtcBin::local_description() const {
    GstWebRTCSessionDescription* found = nullptr;
    g_object_get(webrtc_, "local-description", &found, nullptr);
    DescriptionPtr description(found);
    GstSDPMessage* copy = nullptr;
    if (description) gst_sdp_message_copy(description->sdp, &copy);
    return SdpPtr(copy);
}

// Ours have the order of GStreamer's, which is that of the W3C.
GatheringState WebRtcBin::gathering_state() const {
    static_assert(static_cast<int>(GatheringState::complete) == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE);
    GstWebRTCICEGatheringState state{};
    g_object_get(webrtc_, "ice-gathering-state", &state, nullptr);
    return static_cast<GatheringState>(state);
}

IceState WebRtcBin::ice_state() const {
    static_assert(static_cast<int>(IceState::completed) == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED);
    static_assert(static_cast<int>(IceState::closed) == GST_WEBRTC_ICE_CONNECTION_STATE_CLOSED);
    if (!followed_.empty()) return common_ice_state(followed_);
    GstWebRTCICEConnectionState state{};
    g_object_get(webrtc_, "ice-connection-state", &state, nullptr);
    return static_cast<IceState>(state);
}

GstWebRTCPeerConnectionState WebRtcBin::connection_state() const {
    if (!followed_.empty()) return common_connection_state(followed_);
    GstWebRTCPeerConnectionState state{};
    g_object_get(webrtc_, "connection-state", &state, nullptr);
    return state;
}

void WebRtcBin::follow(const std::vector<std::size_t>& mlines, bool data) {
    for (auto& [mline, transport] : transports())
        if (std::ranges::count(mlines, mline) > 0) follow(std::move(transport));
    if (data) follow(data_transport());
}

void WebRtcBin::follow(ObjectPtr<GObject> transport) {
    auto ice = transport ? object_property<GObject>(transport.get(), "transport") : nullptr;
    if (!ice) return;
    pipeline_.connect(transport.get(), "notify::state", G_CALLBACK(on_notify<&Listener::connection_changed>), mailbox_);
    pipeline_.connect(ice.get(), "notify::state", G_CALLBACK(on_notify<&Listener::ice_changed>), mailbox_);
    followed_.push_back(std::move(transport));
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

std::string WebRtcBin::data_certificate() const {
    auto transport = data_transport();
    return transport ? certificate_on(transport.get()) : std::string();
}

std::vector<std::pair<std::size_t, ObjectPtr<GObject>>> WebRtcBin::transports() const {
    std::vector<std::pair<std::size_t, ObjectPtr<GObject>>> found;
    GArray* transceivers = nullptr;
    g_signal_emit_by_name(webrtc_, "get-transceivers", &transceivers);
    for (guint i = 0; transceivers && i < transceivers->len; ++i) {
        auto* transceiver = g_array_index(transceivers, GstWebRTCRTPTransceiver*, i);
        guint mline = 0;
        g_object_get(transceiver, "mlineindex", &mline, nullptr);
        auto receiver = object_property<GObject>(transceiver, "receiver");
        found.emplace_back(mline, receiver ? object_property<GObject>(receiver.get(), "transport") : nullptr);
    }
    if (transceivers) g_array_unref(transceivers);
    return found;
}

std::vector<WebRtcBin::PeerCertificate> WebRtcBin::peer_certificates() const {
    std::vector<PeerCertificate> certificates;
    for (const auto& [mline, transport] : transports())
        certificates.push_back({mline, transport ? certificate_on(transport.get()) : std::string()});
    return certificates;
}

}  // namespace sipmedia
