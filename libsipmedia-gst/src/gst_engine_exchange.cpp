// SPDX-License-Identifier: MIT
// Offer and answer of an engine.
#include "gst_engine_core.hpp"

#include "gst_setup.hpp"
#include "sdp_adapter_ice.hpp"

#include <sipmsg/sdp/rtp.hpp>

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

// The transport of a group stays with its first line when that is refused, for webrtcbin, which aborts or never
// connects where RFC 9143 §7.3.3 gives it to the next one. So it does not hear of that refusal. Nothing of the line is
// sent, and no gate of it opens.
void keep_first_line(sipmsg::sdp::SessionDescription& answer, const AgreedCodec& codec) {
    auto mids = detail::bundle(answer);
    auto& first = answer.media.front();
    const auto mid = detail::mid_of(first);
    const auto carrier = std::ranges::find_if(
        answer.media, [&](const auto& media) { return !media.is_refused() && detail::is_bundled(mids, media); });
    if (carrier == answer.media.end() || !mid) return;
    std::erase(mids, *mid);
    mids.insert(mids.begin(), std::string(*mid));
    first.port = carrier->port;
    first.connection = carrier->connection;
    first.formats = {std::to_string(codec.payload)};
    set(first.attributes, "rtpmap",
        to_string(sipmsg::sdp::RtpMap{static_cast<std::uint8_t>(codec.payload), std::string(codec.codec->sdp_name),
                                      codec.codec->clock_rate, static_cast<std::uint8_t>(codec.codec->sdp_channels)}));
    set_direction(first, sipmsg::sdp::Direction::sendrecv);
    for (const auto name : detail::transport_names)
        if (const auto* found = find(carrier->attributes, name)) set(first.attributes, name, found->value);
    set(first.attributes, "rtcp-mux");
    detail::set_bundle(answer, mids);
}

// Else webrtcbin aborts. The order of the group counts, and that of the lines.
bool has_transport_first(const sipmsg::sdp::SessionDescription& offer) {
    const auto mids = detail::bundle(offer);
    std::vector<std::string> in_order;
    const sipmsg::sdp::MediaDescription* first = nullptr;
    for (const auto& media : offer.media) {
        if (media.is_refused() || !detail::is_bundled(mids, media)) continue;
        if (!first) first = &media;
        in_order.emplace_back(*detail::mid_of(media));
    }
    return in_order.size() < 2 || (!is_data_channel(*first) && in_order.front() == mids.front());
}

// Something to name in a line that carries nothing, under a number that no other line has (RFC 3551 §6).
AgreedCodec any_codec(MediaKind kind) {
    constexpr unsigned pcmu = 0, jpeg = 26;
    const bool sound = kind == MediaKind::audio;
    const auto row = std::ranges::find(codecs(), sound ? "PCMU" : "VP8", &Codec::name);
    return {.codec = &*row, .payload = sound ? pcmu : jpeg};
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
    auto remote = sipmsg::sdp::parse(answer);
    if (!remote) return fail({Errc::not_acceptable, "the answer is not a session description"});
    if (auto agreed = agree(remote_lines(*remote, options_, true)); !agreed) return fail(agreed.error());
    if (!lines_.empty() && !lines_.front().is_active()) keep_first_line(*remote, lines_.front().agreed());
    auto sdp = parse_description(sipmsg::sdp::to_string(as_webrtcbin_reads(*remote)));
    if (!sdp) return fail({Errc::not_acceptable, "the answer is not a session description"});
    pace_checks(*remote);
    bin_->set_remote(GST_WEBRTC_SDP_TYPE_ANSWER, std::move(sdp), then([this](auto) {
                         start_media();
                         complete(handler_, Step{});
                     }));
}

GstEngine::Core::Step GstEngine::Core::build(GstWebRTCBundlePolicy bundle) {
    if (auto ready = initialise_gstreamer(); !ready) return ready;
    if (auto missing = missing_elements(options_); !missing.empty())
        return failure(Errc::missing_plugin, fmt::format("not installed: {}", fmt::join(missing, ", ")));
    auto claim = claim_descriptors();
    if (!claim) return std::unexpected(claim.error());
    descriptors_ = *std::move(claim);
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
    auto description = sipmsg::sdp::parse(offer);
    if (!description) return failure(Errc::not_acceptable, "the offer is not a session description");
    if (!has_transport_first(*description))
        return failure(Errc::not_acceptable, "the first line of a BUNDLE group is that for data");
    auto remote = remote_lines(*description, options_, false);
    if (const auto kind = remote.empty() ? std::nullopt : remote.front().kind; kind && !remote.front().accepted)
        keep_first_line(*description, any_codec(*kind));
    auto sdp = parse_description(sipmsg::sdp::to_string(as_webrtcbin_reads(*description)));
    if (!sdp) return failure(Errc::not_acceptable, "the offer is not a session description");
    if (std::ranges::none_of(remote, [&](const RemoteLine& line) { return is_wanted(line); }))
        return failure(Errc::not_acceptable, "no m-line with a codec of ours and a fingerprint");
    if (auto built = build(GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE); !built) return built;
    if (auto answered = answer_lines(remote); !answered) return answered;
    pace_checks(*description);
    bin_->set_remote(
        GST_WEBRTC_SDP_TYPE_OFFER, std::move(sdp), then([this](auto) {
            bin_->create_answer(then([this](auto* reply) { set_local(GST_WEBRTC_SDP_TYPE_ANSWER, reply); }));
        }));
    return {};
}

GstEngine::Core::Step GstEngine::Core::propose_lines() {
    Step proposed;
    if (options_.audio) proposed = propose_line(MediaKind::audio, options_.codecs);
    if (proposed && options_.video) proposed = propose_line(MediaKind::video, options_.video_codecs);
    return proposed ? propose_data() : proposed;
}

// Each structure of the caps is a codec of the offer.
GstEngine::Core::Step GstEngine::Core::propose_line(MediaKind kind, const std::vector<std::string>& names) {
    std::vector<AgreedCodec> codecs;
    for (const auto* codec : installed_codecs(kind, names)) {
        const auto payload = codec->static_payload.value_or(codec->payload ? options_.*codec->payload : 0);
        codecs.push_back({.codec = codec, .payload = payload, .fmtp = std::string(codec->sdp_fmtp)});
    }
    if (codecs.empty()) return failure(Errc::missing_plugin, "none of the codecs is installed");
    auto& line = lines_.emplace_back(lines_.size(), kind);
    line.propose(std::move(codecs));
    std::vector<std::string> caps;
    for (const auto& each : line.proposed()) caps.push_back(rtp_caps(each));
    for (auto [clock_rate, payload] : event_payloads)
        if (std::ranges::any_of(line.proposed(), [&](auto& each) { return each.codec->clock_rate == clock_rate; }))
            caps.push_back(event_caps(clock_rate, payload, line.agreed().ssrc));
    if (!bin_->add_transceiver(fmt::format("{}", fmt::join(caps, ";"))))
        return failure(Errc::engine_failure, "no transceiver");
    return {};
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
        const auto& chosen = remote[i].chosen;
        line.propose({
            {.codec = remote[i].codec,
             .payload = chosen.payload,
             .fmtp = answered_fmtp(*remote[i].codec, chosen.fmtp)}
        });
        line.agree(remote[i].codec, chosen.payload, chosen.events);
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
        line.agree(usable ? answered.codec : nullptr, answered.chosen.payload, answered.chosen.events);
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
        if (!is_active(i) && i == 0 && shares_transport(*sdp))
            keeps_first_line_ = true;
        else if (!is_active(i))
            refuse_line(*sdp, i);
        else if (ours && ours->agreed().events)
            add_events(*sdp, i, *ours->agreed().events);
    }
    for (const auto& line : lines_)
        for (const auto& each : line.proposed()) set_fmtp(*sdp, line.mline(), each.payload, each.fmtp);
    bin_->set_local(type, std::move(sdp), then([this](auto) { gather(); }));
}

}  // namespace sipmedia
