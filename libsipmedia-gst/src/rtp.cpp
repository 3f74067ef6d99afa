// SPDX-License-Identifier: MIT
#include <sipmedia/rtp.hpp>

#include "gst_setup.hpp"
#include "rtp_handler.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sipmedia {
namespace {

const std::vector<std::string> rtp_needs = {
    "rtpbin",       "rtpjitterbuffer", "udpsrc", "udpsink",    "tee",      "audiotestsrc",
    "audioconvert", "audioresample",   "valve",  "capsfilter", "fakesink",
};
const std::vector<std::string> sdes_needs = {"srtpenc", "srtpdec"};

}  // namespace

std::vector<std::string> missing_elements(const RtpOptions& options) {
    if (!initialise_gstreamer()) return {"gstreamer"};
    auto missing = missing_of(rtp_needs);
    if (options.sdes) std::ranges::copy(missing_of(sdes_needs), std::back_inserter(missing));
    return missing;
}

sipua::SessionDescriptionHandlerFactory rtp(RtpOptions options) {
    if (auto missing = missing_elements(options); !missing.empty())
        throw std::system_error(Errc::missing_plugin, fmt::format("{}", fmt::join(missing, ", ")));
    check_codecs(MediaKind::audio, options.codecs);
    check_opus(options.opus_complexity);
    return [options = std::move(options)](const sipua::SessionContext& context) {
        return std::make_shared<RtpHandler>(context, options);
    };
}

}  // namespace sipmedia
