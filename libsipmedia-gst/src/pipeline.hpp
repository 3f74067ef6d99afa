// SPDX-License-Identifier: MIT
#pragma once

#include "gst_ptr.hpp"

#include <sipmedia/error.hpp>

#include <expected>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace sipmedia {

/// A GStreamer pipeline that reports its errors, and dies on the reaper's thread. Held by one executor.
class Pipeline {
public:
    /// Called by whatever thread met the error, with its text.
    using OnError = std::function<void(std::string)>;
    /// Runs on the reaper's thread, after the pipeline stopped.
    using Afterwards = std::move_only_function<void()>;

    explicit Pipeline(OnError on_error);
    ~Pipeline();
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    [[nodiscard]] GstElement* element() const { return pipeline_.get(); }
    /// Adds an element by its factory's name; the pipeline owns it.
    [[nodiscard]] std::expected<GstElement*, EngineError> add(const char* factory);
    /// Whether a bin has the pads that its launch line leaves open.
    enum class Ends : bool { closed, open };
    /// Parses a launch line to a bin and adds it; starting it is left to `start`. A line that lacks nothing is closed:
    /// in an open one GStreamer takes the pads inside decodebin for ends, too.
    [[nodiscard]] std::expected<GstBin*, EngineError> add_bin(const std::string& launch, Ends ends = Ends::open);
    static void start(GstBin* bin) { gst_element_sync_state_with_parent(GST_ELEMENT(bin)); }
    /// Ends such a bin, where nothing flows into it any more, on the reaper's thread.
    void remove(GstBin* bin);
    [[nodiscard]] std::expected<void, EngineError> play();

    /// Connects a signal until the pipeline ends; `data` is copied and the callback gets a pointer to the copy.
    template <class Data>
    void connect(gpointer object, const char* signal, GCallback callback, Data data) {
        auto id = g_signal_connect_data(object, signal, callback, new Data(std::move(data)), delete_closure<Data>,
                                        static_cast<GConnectFlags>(0));
        connections_.emplace_back(object, id);
    }
    /// What is to be done before the pipeline stops, on the same thread.
    void before_end(std::function<void(GstBin*)> before) { before_ = std::move(before); }
    /// What else is to be done once the pipeline has stopped.
    void at_end(Afterwards afterwards) { afterwards_ = std::move(afterwards); }

private:
    template <class Data>
    static void delete_closure(gpointer data, GClosure*) {
        delete static_cast<Data*>(data);
    }

    ObjectPtr<GstElement> pipeline_;
    std::vector<std::pair<gpointer, gulong>> connections_;
    std::function<void(GstBin*)> before_;
    Afterwards afterwards_;
};

/// What a failed call of GStreamer becomes.
[[nodiscard]] std::unexpected<EngineError> failure(Errc code, std::string detail);
[[nodiscard]] std::unexpected<EngineError> engine_failure(std::string detail);
[[nodiscard]] std::expected<void, EngineError> link_pads(GstPad* from, GstPad* to);

/// Calls `function` for every buffer or buffer list at a pad. The function belongs to the pad.
using BufferProbe = std::move_only_function<GstPadProbeReturn(GstPadProbeInfo*)>;
void watch_buffers(GstPad* pad, BufferProbe function);

}  // namespace sipmedia
