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

}  // namespace

void add_rtp_statistics(LineStatistics& figures, const GstStructure& report, std::uint32_t sent,
                        const std::vector<std::uint32_t>& received) {
    if (auto stream = entry(report, "rtp-remote-inbound-stream-stats", sent)) add_reported(figures, *stream);
    for (auto ssrc : received)
        if (auto stream = entry(report, "rtp-inbound-stream-stats", ssrc)) add_received(figures, *stream);
}

}  // namespace sipmedia
