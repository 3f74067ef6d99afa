// SPDX-License-Identifier: MIT
#pragma once

#ifndef GST_USE_UNSTABLE_API
#define GST_USE_UNSTABLE_API  // webrtc.h asks for it
#endif
#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>

#include <memory>
#include <string>

namespace sipmedia {

/// A unique_ptr deleter from a C function.
template <auto function>
struct Release {
    template <class T>
    void operator()(T* object) const noexcept {
        function(object);
    }
};

// Those of GStreamer have internal linkage, which a member's type must not.
inline void release_promise(GstPromise* promise) { gst_promise_unref(promise); }
inline void release_sample(GstSample* sample) { gst_sample_unref(sample); }

template <class T>
using ObjectPtr = std::unique_ptr<T, Release<g_object_unref>>;  // one reference to a GObject
using CapsPtr = std::unique_ptr<GstCaps, Release<gst_caps_unref>>;
using SdpPtr = std::unique_ptr<GstSDPMessage, Release<gst_sdp_message_free>>;
using DescriptionPtr = std::unique_ptr<GstWebRTCSessionDescription, Release<gst_webrtc_session_description_free>>;
using StructurePtr = std::unique_ptr<GstStructure, Release<gst_structure_free>>;
using SamplePtr = std::unique_ptr<GstSample, Release<release_sample>>;
using PromisePtr = std::unique_ptr<GstPromise, Release<release_promise>>;
using StringPtr = std::unique_ptr<char, Release<g_free>>;
using ErrorPtr = std::unique_ptr<GError, Release<g_error_free>>;

template <class T>
[[nodiscard]] ObjectPtr<T> add_reference(T* object) {
    return ObjectPtr<T>(static_cast<T*>(g_object_ref(object)));
}

/// An object property, with a reference of its own; null when it is unset.
template <class T>
[[nodiscard]] ObjectPtr<T> object_property(gpointer owner, const char* name) {
    T* value = nullptr;
    g_object_get(owner, name, &value, nullptr);
    return ObjectPtr<T>(value);
}

/// Calls that for each element in there, however deep, that the factory of that name made.
inline void visit_elements(GstBin* bin, const char* factory, void (*visit)(GstElement*)) {
    std::unique_ptr<GstIterator, Release<gst_iterator_free>> found(
        gst_bin_iterate_all_by_element_factory_name(bin, factory));
    const auto visit_value = [](const GValue* value, gpointer data) {
        (*static_cast<void (**)(GstElement*)>(data))(GST_ELEMENT(g_value_get_object(value)));
    };
    while (gst_iterator_foreach(found.get(), visit_value, &visit) == GST_ITERATOR_RESYNC)
        gst_iterator_resync(found.get());
}

[[nodiscard]] inline std::string text_of(const char* text) { return text ? text : ""; }

}  // namespace sipmedia
