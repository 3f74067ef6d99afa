// SPDX-License-Identifier: MIT
// Offer and answer of an engine.
#include "gst_engine_core.hpp"

#include "gst_setup.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace sipmedia {
namespace {

EngineError wrong_state() { return {Errc::invalid_state, "one offer and one answer for each engine"}; }

// RFC 4733 §2.1: a tone has the clock of the sound it stands in for. Browsers use the same numbers.
struct EventPayload {
    unsigned clock_rate;
    unsigned payload;
};
constexpr auto event_payloads = std::to_array<EventPayload>({
    {48000, 110},
    {8000,  126},
});

// What SCTP delivers whole, and the most that is sent (RFC 8841 §6.1 has the same for peers that do not say).
constexpr unsigned max_message_size = 65'536;

SdpPtr description_in(const GstStructure* reply, const char* field) {
    GstWebRTCSessionDescription* found = nullptr;
    if (reply) gst_structure_get(reply, field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &found, nullptr);
    DescriptionPtr description(found);
    GstSDPMessage* copy = nullptr;
    if (description) gst_sdp_message_copy(description->sdp, &copy);
    return SdpPtr(copy);
}

}  // namespace

void GstEngine::Core::create_offer(DescriptionHandler handler) {
    if (phase_ != Phase::idle) return complete(handler, Description(std::unexpect, wrong_state()));
    phase_ = Phase::offering;
    description_handler_ = std::move(handler);
    if (auto begun = begin_offer(); !begun) fail(begun.error());
}

void GstEngine::Core::accept_offer(std::string_view offer, DescriptionHandler handler) {
    if (phase_ != Phase::idle) return complete(handler, Description(std::unexpect, wrong_state()));
    phase_ = Phase::answering;
    description_handler_ = std::move(handler);
    if (auto begun = begin_answer(offer); !begun) fail(begun.error());
}

void GstEngine::Core::accept_answer(std::string_view answer, Handler handler) {
    if (phase_ != Phase::offered) return complete(handler, Step(std::unexpect, wrong_state()));
    phase_ = Phase::applying;
    handler_ = std::move(handler);
    auto sdp = parse_description(answer);
    if (!sdp) return fail({Errc::not_acceptable, "the answer is not a session description"});
    if (auto agreed = agree(remote_lines(*sdp, options_.codecs)); !agreed) return fail(agreed.error());
    pace_checks(answer);
    bin_->set_remote(GST_WEBRTC_SDP_TYPE_ANSWER, std::move(sdp), then([this](auto) {
                         start_media();
                         complete(handler_, Step{});
                     }));
}

GstEngine::Core::Step GstEngine::Core::build(GstWebRTCBundlePolicy bundle) {
    if (auto ready = initialise_gstreamer(); !ready) return ready;
    if (auto missing = missing_elements(options_); !missing.empty())
        return failure(Errc::missing_plugin, fmt::format("not installed: {}", fmt::join(missing, ", ")));
    auto certificate = make_certificate();
    if (!certificate) return failure(Errc::engine_failure, "no certificate could be made");
    certificate_ = *std::move(certificate);
    mailbox_ = std::make_shared<Mailbox<WebRtcBin::Listener>>(executor_, weak_from_this());
    auto made = WebRtcBin::make(options_, bundle, certificate_, mailbox_);
    if (!made) return std::unexpected(made.error());
    bin_ = *std::move(made);
    return {};
}

GstEngine::Core::Step GstEngine::Core::begin_offer() {
    const bool bundled = options_.bundle == Bundle::all;
    auto built = build(bundled ? GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE : GST_WEBRTC_BUNDLE_POLICY_NONE);
    if (!built) return built;
    if (auto proposed = propose_lines(); !proposed) return proposed;
    bin_->create_offer(then([this](auto* reply) { set_local(GST_WEBRTC_SDP_TYPE_OFFER, reply); }));
    return {};
}

// "max-bundle" follows the offer, bundled or not; "none" fails against an offer that must be bundled.
GstEngine::Core::Step GstEngine::Core::begin_answer(std::string_view offer) {
    auto sdp = parse_description(offer);
    if (!sdp) return failure(Errc::not_acceptable, "the offer is not a session description");
    auto remote = remote_lines(*sdp, options_.codecs);
    if (std::ranges::none_of(remote, [&](const RemoteLine& line) { return is_wanted(line); }))
        return failure(Errc::not_acceptable, "no m-line with a codec of ours and a fingerprint");
    if (auto built = build(GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE); !built) return built;
    if (auto answered = answer_lines(remote); !answered) return answered;
    pace_checks(offer);
    bin_->set_remote(
        GST_WEBRTC_SDP_TYPE_OFFER, std::move(sdp), then([this](auto) {
            bin_->create_answer(then([this](auto* reply) { set_local(GST_WEBRTC_SDP_TYPE_ANSWER, reply); }));
        }));
    return {};
}

// Each structure of the caps is a codec of the offer.
GstEngine::Core::Step GstEngine::Core::propose_lines() {
    auto offered = [&](MediaKind kind, const std::vector<AgreedCodec>& proposals) {
        auto& line = lines_.emplace_back(lines_.size(), kind);
        line.propose(*proposals.front().codec, proposals.front().payload);
        std::vector<std::string> caps;
        for (auto each : proposals) caps.push_back(rtp_caps({each.codec, each.payload, line.agreed().ssrc}));
        for (auto [clock_rate, payload] : event_payloads)
            if (std::ranges::any_of(proposals, [&](auto& p) { return p.codec->clock_rate == clock_rate; }))
                caps.push_back(event_caps(clock_rate, payload, line.agreed().ssrc));
        return bin_->add_transceiver(fmt::format("{}", fmt::join(caps, ";")));
    };
    if (options_.audio) {
        auto audio = proposed_audio();
        if (audio.empty()) return failure(Errc::missing_plugin, "none of the audio codecs is installed");
        if (!offered(MediaKind::audio, audio)) return failure(Errc::engine_failure, "no transceiver");
    }
    const AgreedCodec video{&preferred_codec(MediaKind::video), options_.vp8_payload};
    if (options_.video && !offered(MediaKind::video, {video})) return failure(Errc::engine_failure, "no transceiver");
    return propose_data();
}

std::vector<AgreedCodec> GstEngine::Core::proposed_audio() const {
    std::vector<AgreedCodec> list;
    for (const auto& name : options_.codecs)
        if (const auto* codec = find_codec(MediaKind::audio, name))
            list.push_back({codec, codec->static_payload.value_or(options_.opus_payload)});
    return list;
}

// One line of each kind: webrtcbin matches transceivers to m-lines by kind, so a second would get the first one's.
bool GstEngine::Core::is_wanted(const RemoteLine& remote) const {
    if (!remote.is_usable()) return false;
    if (remote.is_data) return events_.data && options_.data_channel && !data_;
    if (remote.kind == MediaKind::video ? !options_.video : !options_.audio) return false;
    return std::ranges::none_of(lines_, [&](auto& l) { return l.kind() == *remote.kind && l.is_active(); });
}

GstEngine::Core::Step GstEngine::Core::answer_lines(const std::vector<RemoteLine>& remote) {
    for (std::size_t i = 0; i < remote.size(); ++i) {
        const bool wanted = is_wanted(remote[i]);
        refused_data_ = refused_data_ || (remote[i].is_data && !wanted);
        if (wanted && remote[i].is_data) {
            data_.emplace(i, events_.data).agree(true);
            data_->expect(remote[i].fingerprints);
        }
        if (!remote[i].kind) continue;
        auto& line = lines_.emplace_back(i, *remote[i].kind);
        if (!wanted) continue;
        line.propose(*remote[i].codec, remote[i].payload);
        line.agree(remote[i].codec, remote[i].payload, remote[i].events);
        line.expect(remote[i].fingerprints);
        if (!bin_->add_transceiver(rtp_caps(line.agreed()))) return failure(Errc::engine_failure, "no transceiver");
    }
    return {};
}

// RFC 3264 §6: an answer has as many m-lines as its offer, in the same order.
GstEngine::Core::Step GstEngine::Core::agree(const std::vector<RemoteLine>& remote) {
    if (remote.size() != lines_.size() + (data_ ? 1 : 0))
        return failure(Errc::not_acceptable, "the answer has other m-lines than the offer");
    for (auto& line : lines_) {
        const auto& answered = remote[line.mline()];
        if (answered.kind != line.kind()) return failure(Errc::not_acceptable, "an m-line changed its kind");
        const bool usable = answered.is_usable();
        if (answered.accepted && !usable)
            return failure(Errc::not_acceptable, "an answered m-line lacks codec or fingerprint");
        line.agree(usable ? answered.codec : nullptr, answered.payload, answered.events);
        line.expect(answered.fingerprints);
    }
    if (auto agreed = agree_on_data(remote); !agreed) return agreed;
    if (std::ranges::none_of(lines_, &MediaLine::is_active) && !(data_ && data_->is_active()))
        return failure(Errc::not_acceptable, "every m-line was refused");
    return {};
}

std::vector<std::size_t> GstEngine::Core::active_lines() const {
    std::vector<std::size_t> active;
    for (const auto& line : lines_)
        if (line.is_active()) active.push_back(line.mline());
    return active;
}

bool GstEngine::Core::is_active(std::size_t mline) const {
    if (data_ && data_->mline() == mline) return data_->is_active();
    return std::ranges::any_of(lines_, [&](auto& line) { return line.mline() == mline && line.is_active(); });
}

// webrtcbin answers "recvonly" where it has no transceiver, so refusing is done here.
void GstEngine::Core::set_local(GstWebRTCSDPType type, const GstStructure* reply) {
    const bool answer = type == GST_WEBRTC_SDP_TYPE_ANSWER;
    auto sdp = description_in(reply, answer ? "answer" : "offer");
    if (!sdp) return fail({Errc::engine_failure, "webrtcbin made no description"});
    set_fingerprints(*sdp, certificate_.fingerprint);
    set_max_message_size(*sdp, max_message_size);
    for (std::size_t i = 0; answer && i < gst_sdp_message_medias_len(sdp.get()); ++i) {
        const auto* ours = line(i);
        if (!is_active(i))
            refuse_line(*sdp, i);
        else if (ours && ours->agreed().events)
            add_events(*sdp, i, *ours->agreed().events);
    }
    bin_->set_local(type, std::move(sdp), then([this](auto) { gather(); }));
}

}  // namespace sipmedia
