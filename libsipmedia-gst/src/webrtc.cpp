// SPDX-License-Identifier: MIT
#include <sipmedia/webrtc.hpp>

#include <sipmedia/events.hpp>
#include <sipmedia/gst_engine.hpp>
#include <sipmedia/video.hpp>

#include "codec.hpp"
#include "webrtc_handler.hpp"

#include <sipua/session.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <asio/ip/address.hpp>

#include <memory>
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

VideoUse video_use(const WebRtcOptions& options) {
    if (!options.video) return VideoUse::never;
    return options.video_on_request ? VideoUse::on_request : VideoUse::from_start;
}

}  // namespace

sipua::SessionDescriptionHandlerFactory webrtc(WebRtcOptions options) {
    if (auto missing = missing_elements(options); !missing.empty())
        throw std::system_error(Errc::missing_plugin, fmt::format("{}", fmt::join(missing, ", ")));
    check_codecs(options.codecs);
    warm_up();
    const auto video = video_use(options);
    auto engine = [options = std::move(options)](const sipua::SessionContext& context, EngineLines lines,
                                                 EngineEvents events) {
        auto chosen = for_session(options, context);
        if (!lines.video) chosen.video.reset();
        return std::make_unique<GstEngine>(context.executor, std::move(chosen), std::move(events));
    };
    return webrtc(std::move(engine), video);
}

sipua::SessionDescriptionHandlerFactory webrtc(EngineFactory factory, VideoUse video) {
    return [factory = std::move(factory), video](const sipua::SessionContext& context) {
        const auto session_id = std::to_string(context.random >> 1);  // RFC 3264 §5 wants it below 2^63
        return std::make_shared<WebRtcHandler>(context, factory, video, session_id);
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

}  // namespace sipmedia
