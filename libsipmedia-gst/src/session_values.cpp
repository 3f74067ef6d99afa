// SPDX-License-Identifier: MIT
#include "session_values.hpp"

#include <sipmsg/header/content.hpp>
#include <sipua/error.hpp>

#include <asio/error.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace sipmedia {
namespace {

double milliseconds(std::optional<std::chrono::nanoseconds> time) {
    return time ? std::chrono::duration<double, std::milli>(*time).count() : 0;
}

sipua::StreamStatistics to_stream(const LineStatistics& line) {
    sipua::StreamStatistics stream;
    stream.kind = line.kind == MediaKind::audio ? "audio" : "video";
    stream.codec = line.codec;
    stream.packets_sent = line.packets_sent;
    stream.packets_received = line.packets_received;
    stream.bytes_sent = line.bytes_sent;
    stream.bytes_received = line.bytes_received;
    stream.frames_decoded = line.frames_decoded;
    stream.round_trip_ms = milliseconds(line.round_trip);
    stream.jitter_ms = milliseconds(line.jitter);
    return stream;
}

}  // namespace

std::error_code aborted() { return asio::error::operation_aborted; }

std::error_code to_session(const EngineError& error) {
    if (error.code == Errc::not_acceptable) return sipua::Errc::not_acceptable;
    if (error.code == Errc::overloaded) return sipua::sip_error(503);
    if (error.code == std::errc::operation_canceled) return aborted();
    return error.code;
}

sipua::MediaStatistics to_session(const MediaStatistics& figures) {
    sipua::MediaStatistics result;
    for (const auto& line : figures.lines)
        if (line.active) result.streams.push_back(to_stream(line));
    return result;
}

sipua::Body body_of(const sipmsg::sdp::SessionDescription& description) {
    return {"application/sdp", sipmsg::sdp::to_string(description)};
}

bool is_sdp(std::string_view content_type) {
    auto type = sipmsg::ContentType::parse(content_type);
    return type && type->is("application", "sdp");
}

}  // namespace sipmedia
