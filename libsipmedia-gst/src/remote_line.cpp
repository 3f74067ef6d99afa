// SPDX-License-Identifier: MIT
#include "remote_line.hpp"

#include <utility>

namespace sipmedia {
namespace {

using sipmsg::sdp::MediaDescription;

std::optional<MediaKind> kind_of(std::string_view media) {
    if (media == "audio") return MediaKind::audio;
    if (media == "video") return MediaKind::video;
    return std::nullopt;
}

void choose(RemoteLine& line, const MediaDescription& media, const std::vector<std::string>& names, bool is_answer) {
    const auto codecs = installed_codecs(*line.kind, names);
    std::vector<sipdialog::Codec> ours;
    for (const auto* codec : codecs) ours.push_back(described(*codec));
    auto chosen = choose_codec(media, ours, is_answer);
    if (!chosen) return;
    line.codec = codecs[chosen->codec];
    line.chosen = *std::move(chosen);
}

std::vector<Fingerprint> fingerprints_in(const sipmsg::sdp::Attributes& attributes) {
    std::vector<Fingerprint> found;
    for (const auto& attribute : attributes)
        if (attribute.name == "fingerprint")
            if (auto fingerprint = parse_fingerprint(attribute.text())) found.push_back(*std::move(fingerprint));
    return found;
}

}  // namespace

std::vector<RemoteLine> remote_lines(const SessionDescription& remote, const WebRtcOptions& options, bool is_answer) {
    std::vector<RemoteLine> lines;
    for (const MediaDescription& media : remote.media) {
        RemoteLine line{
            .kind = kind_of(media.kind), .is_data = is_data_channel(media), .accepted = !media.is_refused()};
        line.fingerprints = fingerprints_in(media.attributes);
        if (line.fingerprints.empty()) line.fingerprints = fingerprints_in(remote.attributes);
        const bool is_audio = line.kind == MediaKind::audio;
        if (line.kind) choose(line, media, is_audio ? options.codecs : options.video_codecs, is_answer);
        if (!is_audio) line.chosen.events.reset();
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace sipmedia
