// SPDX-License-Identifier: MIT
#include <sipmedia/webrtc.hpp>

#include <sipmedia/events.hpp>
#include <sipmedia/gst_engine.hpp>
#include <sipmedia/sdp_adapter.hpp>
#include <sipmedia/video.hpp>

#include "codec.hpp"
#include "webrtc_handler.hpp"

#include <sipua/session.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <asio/ip/address.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace sipmedia {
namespace {

bool is_loopback(const std::string& address) {
    std::error_code error;
    auto parsed = asio::ip::make_address(address, error);
    return !error && parsed.is_loopback();
}

// ICE leaves loopback out unless told otherwise; a call on one machine has nothing else.
WebRtcOptions for_session(WebRtcOptions options, const sipua::SessionContext& context) {
    if (options.local_addresses.empty() && is_loopback(context.local_address))
        options.local_addresses.push_back(context.local_address);
    return options;
}

void check_data_channel(const DataChannelOptions& options) {
    constexpr std::size_t most = 65'535;  // RFC 8832 §5.1, as of the life in milliseconds
    const auto is_text = [](const std::string& text) {
        return text.size() <= most && text.find('\0') == std::string::npos;
    };
    if (!is_text(options.label) || !is_text(options.protocol))
        throw std::invalid_argument("a data channel's label or protocol is too long, or has a NUL");
    if (options.max_retransmits && options.max_lifetime)
        throw std::invalid_argument("a data channel has a limit of retransmissions or one of time, not both");
    if (options.max_lifetime && (options.max_lifetime->count() < 0 || options.max_lifetime->count() > int{most}))
        throw std::invalid_argument("the life of a data channel's messages is 0 to 65535 ms");
}

void check(const WebRtcOptions& options) {
    if (!options.audio && !options.video && !options.data_channel)
        throw std::invalid_argument("media with neither sound, video nor data");
    const auto pacing = options.ice_pacing;
    if (pacing.count() != 0 && (pacing < min_ice_pacing || pacing > max_ice_pacing))
        throw std::invalid_argument("the interval of ICE's checks is 0, or 5 to 1000 ms");
    if (options.audio) check_codecs(MediaKind::audio, options.codecs);
    if (options.video) check_codecs(MediaKind::video, options.video_codecs);
    if (options.vp8_payload == options.h264_payload)
        throw std::invalid_argument("VP8 and H.264 have the same payload type");
    if (options.audio) check_opus(options.opus_complexity);
    if (options.data_channel) check_data_channel(*options.data_channel);
}

VideoUse video_use(const WebRtcOptions& options) {
    if (!options.video) return VideoUse::never;
    return options.video_on_request ? VideoUse::on_request : VideoUse::from_start;
}

}  // namespace

sipua::SessionDescriptionHandlerFactory webrtc(WebRtcOptions options) {
    if (auto missing = missing_elements(options); !missing.empty())
        throw std::system_error(Errc::missing_plugin, fmt::format("{}", fmt::join(missing, ", ")));
    check(options);
    warm_up();
    const auto video = video_use(options);
    const auto data = options.data_channel;
    const bool audio = options.audio.has_value();
    auto engine = [options = std::move(options)](const sipua::SessionContext& context, EngineLines lines,
                                                 EngineEvents events) {
        auto chosen = for_session(options, context);
        if (!lines.video) chosen.video.reset();
        if (!lines.data) chosen.data_channel.reset();
        if (lines.bundled) chosen.bundle = Bundle::all;
        if (chosen.data_channel) chosen.data_channel->offer = lines.offers_data;
        return std::make_unique<GstEngine>(context.executor, std::move(chosen), std::move(events));
    };
    return webrtc(std::move(engine), video, data, audio);
}

sipua::SessionDescriptionHandlerFactory webrtc(EngineFactory factory, VideoUse video,
                                               std::optional<DataChannelOptions> data, bool audio) {
    return [factory = std::move(factory), audio, video, data = std::move(data)](const sipua::SessionContext& context) {
        const auto session_id = std::to_string(context.random >> 1);  // RFC 3264 §5 wants it below 2^63
        return std::make_shared<WebRtcHandler>(context, factory, audio, video, data, session_id);
    };
}

bool add_video(sipua::SessionDescriptionHandler* handler) {
    auto* ours = dynamic_cast<MediaHandler*>(handler);
    return ours && ours->add_video();
}

bool add_video(const sipua::Session& session) { return add_video(session.session_description_handler()); }

bool watch_media(sipua::SessionDescriptionHandler* handler, MediaDelegate delegate) {
    auto* ours = dynamic_cast<MediaHandler*>(handler);
    if (!ours || !ours->is_watchable()) return false;
    ours->watch()->delegate = std::make_shared<MediaDelegate>(std::move(delegate));
    return true;
}

bool watch_media(const sipua::Session& session, MediaDelegate delegate) {
    return watch_media(session.session_description_handler(), std::move(delegate));
}

bool stop_gathering(sipua::SessionDescriptionHandler* handler) {
    auto* ours = dynamic_cast<MediaHandler*>(handler);
    return ours && ours->stop_gathering();
}

bool stop_gathering(const sipua::Session& session) { return stop_gathering(session.session_description_handler()); }

}  // namespace sipmedia
