// SPDX-License-Identifier: MIT
#include "pipeline.hpp"

#include "reaper.hpp"

namespace sipmedia {
namespace {

template <class T>
void delete_data(gpointer data) {
    delete static_cast<T*>(data);
}

std::string error_text(GstMessage* message) {
    GError* error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    ErrorPtr owned(error);
    return text_of(GST_MESSAGE_SRC_NAME(message)) + ": " + (owned ? owned->message : "unknown error");
}

// The posting thread. Nobody else reads this bus, so the message ends here.
GstBusSyncReply on_message(GstBus*, GstMessage* message, gpointer data) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) (*static_cast<Pipeline::OnError*>(data))(error_text(message));
    gst_message_unref(message);
    return GST_BUS_DROP;
}

GstPadProbeReturn on_buffers(GstPad*, GstPadProbeInfo* info, gpointer data) {
    return (*static_cast<BufferProbe*>(data))(info);
}

}  // namespace

Pipeline::Pipeline(OnError on_error) : pipeline_(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr)))) {
    ObjectPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
    gst_bus_set_sync_handler(bus.get(), on_message, new OnError(std::move(on_error)), delete_data<OnError>);
}

// Signals go first: what still runs may then finish, but reports to nobody.
Pipeline::~Pipeline() {
    for (auto [object, id] : connections_) g_signal_handler_disconnect(object, id);
    ObjectPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
    gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
    Reaper::instance().add(
        [pipeline = std::move(pipeline_), before = std::move(before_), afterwards = std::move(afterwards_)]() mutable {
            if (before) before(GST_BIN(pipeline.get()));
            // A webrtcbin whose own thread was about to start what it had just added does so meanwhile. That thread is
            // over then, so the second time reaches all there is.
            for (int i = 0; i < 2; ++i) gst_element_set_state(pipeline.get(), GST_STATE_NULL);
            if (afterwards) afterwards();
        });
}

std::expected<GstElement*, EngineError> Pipeline::add(const char* factory) {
    auto* made = gst_element_factory_make(factory, nullptr);
    if (!made) return std::unexpected(EngineError{Errc::missing_plugin, factory});
    gst_bin_add(GST_BIN(pipeline_.get()), made);
    return made;
}

std::expected<GstBin*, EngineError> Pipeline::add_bin(const std::string& launch, Ends ends) {
    GError* error = nullptr;
    auto* bin = gst_parse_bin_from_description(launch.c_str(), ends == Ends::open, &error);
    ErrorPtr owned(error);
    if (!bin || owned) {
        if (bin) gst_object_unref(gst_object_ref_sink(bin));
        return engine_failure(owned ? owned->message : "a bin cannot be built");
    }
    if (!gst_bin_add(GST_BIN(pipeline_.get()), bin)) return engine_failure("a bin cannot be added");
    return GST_BIN(bin);
}

// A streaming thread may still be inside.
void Pipeline::remove(GstBin* bin) {
    Reaper::instance().add([pipeline = add_reference(pipeline_.get()), bin = add_reference(GST_ELEMENT(bin))] {
        gst_bin_remove(GST_BIN(pipeline.get()), bin.get());
        gst_element_set_state(bin.get(), GST_STATE_NULL);
    });
}

std::expected<void, EngineError> Pipeline::play() {
    if (gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
        return engine_failure("the pipeline does not start");
    return {};
}

std::unexpected<EngineError> failure(Errc code, std::string detail) {
    return std::unexpected(EngineError{code, std::move(detail)});
}

std::unexpected<EngineError> engine_failure(std::string detail) {
    return failure(Errc::engine_failure, std::move(detail));
}

std::expected<void, EngineError> link_pads(GstPad* from, GstPad* to) {
    if (!from || !to || gst_pad_link(from, to) != GST_PAD_LINK_OK) return engine_failure("two pads do not link");
    return {};
}

void watch_buffers(GstPad* pad, BufferProbe function) {
    constexpr auto what = static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);
    gst_pad_add_probe(pad, what, on_buffers, new BufferProbe(std::move(function)), delete_data<BufferProbe>);
}

}  // namespace sipmedia
