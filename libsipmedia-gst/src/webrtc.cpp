// SPDX-License-Identifier: MIT
#include <sipmedia/webrtc.hpp>

#include <sipmedia/gst_engine.hpp>

#include "codec.hpp"
#include "webrtc_handler.hpp"

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

}  // namespace

sipua::SessionDescriptionHandlerFactory webrtc(WebRtcOptions options) {
    if (auto missing = missing_elements(options); !missing.empty())
        throw std::system_error(Errc::missing_plugin, fmt::format("{}", fmt::join(missing, ", ")));
    check_codecs(options.codecs);
    warm_up();
    return webrtc([options = std::move(options)](const sipua::SessionContext& context, EngineEvents events) {
        return std::make_unique<GstEngine>(context.executor, for_session(options, context), std::move(events));
    });
}

sipua::SessionDescriptionHandlerFactory webrtc(EngineFactory factory) {
    return [factory = std::move(factory)](const sipua::SessionContext& context) {
        const auto session_id = std::to_string(context.random >> 1);  // RFC 3264 §5 wants it below 2^63
        return std::make_shared<WebRtcHandler>(context, factory, session_id);
    };
}

}  // namespace sipmedia
