// SPDX-License-Identifier: MIT
#include "rtp_statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sipmedia {
namespace {

using std::chrono::duration;
using std::chrono::nanoseconds;
using Seconds = duration<double>;

StructurePtr nested(const GstStructure& outer, const char* field) {
    GstStructure* found = nullptr;
    if (!gst_structure_get(&outer, field, GST_TYPE_STRUCTURE, &found, nullptr)) return nullptr;
    return StructurePtr(found);
}

StructurePtr entry(const GstStructure& report, const char* type, std::uint32_t ssrc) {
    return nested(report, fmt::format("{}_{}", type, ssrc).c_str());
}

nanoseconds from_seconds(double seconds) { return std::chrono::duration_cast<nanoseconds>(Seconds(seconds)); }

void add_received(LineStatistics& figures, const GstStructure& stream) {
    double jitter = 0;
    if (gst_structure_get_double(&stream, "jitter", &jitter) && std::isfinite(jitter) && jitter >= 0)
        figures.jitter = std::max(figures.jitter.value_or(nanoseconds{}), from_seconds(jitter));
    gint64 lost = -1;  // -1 means that nothing is known yet
    if (gst_structure_get_int64(&stream, "packets-lost", &lost) && lost >= 0)
        figures.packets_lost = figures.packets_lost.value_or(0) + lost;
}

// What the peer's receiver reports say of the stream that we send.
void add_reported(LineStatistics& figures, const GstStructure& stream) {
    double round_trip = 0;
    if (gst_structure_get_double(&stream, "round-trip-time", &round_trip) && std::isfinite(round_trip) &&
        round_trip > 0)
        figures.round_trip = from_seconds(round_trip);
}

// One source of a session: jitter in units of its clock, the round trip in 65536ths of a second.
void add_source(LineStatistics& figures, const GstStructure& source) {
    gboolean internal = TRUE;
    gst_structure_get_boolean(&source, "internal", &internal);
    if (internal) return;
    guint jitter = 0, round_trip = 0;
    gint clock_rate = 0, lost = 0;
    if (gst_structure_get_uint(&source, "jitter", &jitter) &&
        gst_structure_get_int(&source, "clock-rate", &clock_rate) && clock_rate > 0)
        figures.jitter = std::max(figures.jitter.value_or(nanoseconds{}), from_seconds(double(jitter) / clock_rate));
    if (gst_structure_get_int(&source, "packets-lost", &lost))
        figures.packets_lost = figures.packets_lost.value_or(0) + std::max(lost, 0);
    if (gst_structure_get_uint(&source, "rb-round-trip", &round_trip) && round_trip > 0)
        figures.round_trip = from_seconds(round_trip / 65536.0);
}

}  // namespace

void add_rtp_statistics(LineStatistics& figures, const GstStructure& report, std::uint32_t sent,
                        const std::vector<std::uint32_t>& received) {
    if (auto stream = entry(report, "rtp-remote-inbound-stream-stats", sent)) add_reported(figures, *stream);
    for (auto ssrc : received)
        if (auto stream = entry(report, "rtp-inbound-stream-stats", ssrc)) add_received(figures, *stream);
}

// GStreamer gives the list in a form that GLib calls obsolete, and in no other.
void add_session_statistics(LineStatistics& figures, const GstStructure& session) {
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    const GValue* field = gst_structure_get_value(&session, "source-stats");
    const auto* sources = field ? static_cast<const GValueArray*>(g_value_get_boxed(field)) : nullptr;
    for (guint i = 0; sources && i < sources->n_values; ++i)
        if (const auto* source = gst_value_get_structure(&sources->values[i])) add_source(figures, *source);
    G_GNUC_END_IGNORE_DEPRECATIONS
}

}  // namespace sipmedia
