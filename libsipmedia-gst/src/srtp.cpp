// SPDX-License-Identifier: MIT
#include "srtp.hpp"

namespace sipmedia {
namespace {

constexpr const char* cipher = "aes-128-icm";
constexpr const char* long_tag = "hmac-sha1-80";  // of RTCP always (RFC 4568 §6.2)

const char* tag_of(SrtpSuite suite) { return suite == SrtpSuite::aes_cm_128_hmac_sha1_32 ? "hmac-sha1-32" : long_tag; }

using BufferPtr = std::unique_ptr<GstBuffer, Release<gst_buffer_unref>>;

BufferPtr buffer_of(const SrtpKey& key) {
    BufferPtr buffer(gst_buffer_new_allocate(nullptr, key.octets.size(), nullptr));
    gst_buffer_fill(buffer.get(), 0, key.octets.data(), key.octets.size());
    return buffer;
}

// A streaming thread, once for each stream.
GstCaps* on_key_wanted(GstElement*, guint, gpointer data) {
    const auto& key = *static_cast<SrtpKey*>(data);
    auto buffer = buffer_of(key);
    return gst_caps_new_simple("application/x-srtp", "srtp-key", GST_TYPE_BUFFER, buffer.get(), "srtp-cipher",
                               G_TYPE_STRING, cipher, "srtp-auth", G_TYPE_STRING, tag_of(key.suite), "srtcp-cipher",
                               G_TYPE_STRING, cipher, "srtcp-auth", G_TYPE_STRING, long_tag, nullptr);
}

}  // namespace

void set_send_key(GstElement* srtpenc, const SrtpKey& key) {
    auto buffer = buffer_of(key);
    g_object_set(srtpenc, "key", buffer.get(), nullptr);
    gst_util_set_object_arg(G_OBJECT(srtpenc), "rtp-cipher", cipher);
    gst_util_set_object_arg(G_OBJECT(srtpenc), "rtp-auth", tag_of(key.suite));
    gst_util_set_object_arg(G_OBJECT(srtpenc), "rtcp-cipher", cipher);
    gst_util_set_object_arg(G_OBJECT(srtpenc), "rtcp-auth", long_tag);
}

void set_receive_key(Pipeline& pipeline, GstElement* srtpdec, const SrtpKey& key) {
    pipeline.connect(srtpdec, "request-key", G_CALLBACK(on_key_wanted), key);
}

}  // namespace sipmedia
