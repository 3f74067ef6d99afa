// SPDX-License-Identifier: MIT
#include "media.hpp"

#include "program.hpp"

#include <sipua/signaling_only.hpp>

#ifdef SIPSTRATA_WITH_MEDIA
#include <sipmedia/media.hpp>
#include <sipmedia/picture.hpp>
#include <sipmedia/player.hpp>
#include <sipmedia/recorder.hpp>
#include <sipmedia/video.hpp>
#endif

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace sipstrata {

#ifdef SIPSTRATA_WITH_MEDIA
namespace {

using sipmedia::Security;

Security security_named(const std::string& name) {
    return name == "none" ? Security::none : name == "sdes" ? Security::sdes : Security::dtls;
}

sipmedia::MediaOptions media_options(const MediaFlags& flags, std::vector<std::string> addresses) {
    sipmedia::MediaOptions options;
    if (!flags.srtp.empty()) {
        options.offer = security_named(flags.srtp);
        options.accept = {options.offer};
    }
    const auto audio =
        flags.play.empty() ? sipmedia::test_tone(flags.tone == 0 ? 440 : flags.tone) : sipmedia::silence();
    options.webrtc.audio = options.rtp.audio = audio;
    options.webrtc.video = sipmedia::test_pattern();
    options.webrtc.video_on_request = flags.media == "sound";
    if (flags.data) options.webrtc.data_channel = sipmedia::DataChannelOptions{};
    if (!flags.codecs.empty()) options.webrtc.codecs = options.rtp.codecs = flags.codecs;
    if (!flags.video_codecs.empty()) options.webrtc.video_codecs = flags.video_codecs;
    options.rtp.local_address = addresses.front();
    options.webrtc.local_addresses = std::move(addresses);
    return options;
}

std::filesystem::path next_name(std::filesystem::path file) {
    static int number = 0;
    if (++number > 1) file.replace_extension(fmt::format("{}{}", number, file.extension().string()));
    return file;
}

}  // namespace
#endif

bool MediaFlags::moves_media() const {
    if (!media.empty()) return media != "none";
    const bool has_list = !codecs.empty() || !video_codecs.empty();
    return !srtp.empty() || has_list || tone != 0 || !play.empty() || !record.empty() || data;
}

FinishTape record_call([[maybe_unused]] const sipua::Session& call, [[maybe_unused]] asio::any_io_executor executor,
                       [[maybe_unused]] const std::string& file) {
#ifdef SIPSTRATA_WITH_MEDIA
    auto sound = file.empty() ? nullptr : sipmedia::sound_of(call);
    if (sound) {
        auto tape = std::make_shared<sipmedia::Recorder>(std::move(executor), next_name(file));
        tape->record(std::move(sound), sipmedia::picture_of(call));
        return [tape = std::move(tape)] { return outcome([&] { return tape->finish(); }); };
    }
#endif
    return []() -> asio::awaitable<std::error_code> { co_return std::error_code(); };
}

void play_into_call([[maybe_unused]] const sipua::Session& call, [[maybe_unused]] asio::any_io_executor executor,
                    const std::string& file) {
    if (file.empty()) return;
#ifdef SIPSTRATA_WITH_MEDIA
    if (auto sound = sipmedia::sound_of(call))
        sound->set_source(sipmedia::Player::file(std::move(executor), file).source());
#endif
}

bool add_picture([[maybe_unused]] const sipua::Session& call) {
#ifdef SIPSTRATA_WITH_MEDIA
    return sipmedia::add_video(call);
#else
    return false;
#endif
}

sipua::SessionDescriptionHandlerFactory make_media(const MediaFlags& flags,
                                                   [[maybe_unused]] std::vector<std::string> addresses) {
    if (!flags.moves_media()) return sipua::signaling_only();
#ifdef SIPSTRATA_WITH_MEDIA
    try {
        return sipmedia::media(media_options(flags, std::move(addresses)));
    } catch (const std::system_error& error) {
        throw std::invalid_argument(std::string("media: ") + error.what());
    }
#else
    throw std::invalid_argument("media: this program was built without it");
#endif
}

std::string media_report(const sipua::MediaStatistics& statistics, const std::string& prefix) {
    std::string text;
    for (auto& stream : statistics.streams) {
        text += fmt::format(
            "{}{} {}: sent {} packets ({} octets), received {} packets ({} octets), decoded {} {}, round trip {:.1f} "
            "ms\n",
            prefix, stream.kind, stream.codec, stream.packets_sent, stream.bytes_sent, stream.packets_received,
            stream.bytes_received, stream.frames_decoded, stream.kind == "video" ? "frames" : "buffers",
            stream.round_trip_ms);
    }
    return text;
}

}  // namespace sipstrata
