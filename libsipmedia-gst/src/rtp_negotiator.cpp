// SPDX-License-Identifier: MIT
#include <sipmedia/rtp_negotiator.hpp>

#include <sipmsg/sdp/rtcp.hpp>
#include <siptxn/address.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sipmedia {
namespace {

namespace sdp = sipmsg::sdp;
using sipdialog::Refusal;
using sipdialog::SessionDescription;

constexpr std::uint32_t preferred_packet_time = 20;  // milliseconds
constexpr auto suites = std::to_array({SrtpSuite::aes_cm_128_hmac_sha1_80, SrtpSuite::aes_cm_128_hmac_sha1_32});

sipdialog::MediaCapabilities capabilities(RtpCapability& ours) {
    using Protocols = std::vector<std::string>;
    return {
        .address = ours.address,
        .media = {{.kind = "audio",
                   .protocols = ours.sdes ? Protocols{"RTP/SAVP", "RTP/SAVPF"} : Protocols{"RTP/AVP", "RTP/AVPF"},
                   .codecs = std::move(ours.codecs),
                   .port = ours.port,
                   .ptime = preferred_packet_time}},
    };
}

std::unexpected<Refusal> refused(std::string reason, int warning = 399) {
    return std::unexpected(Refusal{.warning = warning, .reason = std::move(reason)});
}

// Names would have to be resolved by somebody who knows how long that may take; packets go to addresses.
bool is_usable_address(const std::string& text) {
    const auto ip = siptxn::IpAddress::parse(text);
    return ip && !ip->is_multicast() && text != "255.255.255.255";
}

// A socket of ours is of one family.
bool is_reachable(const std::string& text, const std::string& from) {
    const auto ours = siptxn::IpAddress::parse(from), theirs = siptxn::IpAddress::parse(text);
    return !ours || !theirs || ours->family == theirs->family;
}

bool is_muxed(const sdp::MediaDescription& media) { return sdp::has(media.attributes, "rtcp-mux"); }

// RFC 5761 §4: under these numbers, a packet with a marker bit looks like one of RTCP.
bool looks_like_rtcp(const sdp::MediaDescription& media) {
    const auto maps = sdp::rtpmaps(media);
    return std::ranges::any_of(maps, [](const auto& map) { return map.payload >= 64 && map.payload <= 95; });
}

void set_rtcp(RtpAgreement& agreement, const sdp::MediaDescription& ours, const sdp::MediaDescription& theirs) {
    agreement.rtcp_address = agreement.media.address;
    agreement.rtcp_mux = is_muxed(ours) && is_muxed(theirs);
    if (agreement.rtcp_mux) {
        agreement.rtcp_port = agreement.media.port;
        return;
    }
    agreement.rtcp_port = static_cast<std::uint16_t>(agreement.media.port + 1);
    const auto rtcp = sdp::first<sdp::Rtcp>(theirs.attributes);
    if (!rtcp) return;
    agreement.rtcp_port = rtcp->port;
    if (rtcp->connection && is_usable_address(rtcp->connection->address) &&
        is_reachable(rtcp->connection->address, agreement.media.address))
        agreement.rtcp_address = rtcp->connection->address;
}

std::optional<CryptoLine> crypto_of(const sdp::MediaDescription& media, std::uint32_t tag) {
    for (const auto& crypto : sdp::all<sdp::Crypto>(media.attributes))
        if (crypto.tag == tag)
            if (auto line = read_crypto(crypto)) return *line;
    return std::nullopt;
}

}  // namespace

RtpNegotiator::RtpNegotiator(RtpCapability ours, std::uint64_t session_id, KeySource make_key)
    : ours_(capabilities(ours)),
      sdes_(ours.sdes),
      rtcp_mux_(ours.rtcp_mux),
      origin_{.session_id = std::to_string(session_id & INT64_MAX), .version = 1},
      make_key_(std::move(make_key)) {}

// One key a suite for the whole session: a stream that goes on keeps its key (RFC 4568 §7.1.4).
const SrtpKey& RtpNegotiator::own_key(SrtpSuite suite) {
    auto found = std::ranges::find(own_keys_, suite, &SrtpKey::suite);
    return found != own_keys_.end() ? *found : own_keys_.emplace_back(make_key_(suite));
}

SessionDescription RtpNegotiator::offer(bool hold) {
    auto next = local_ ? sipdialog::make_reoffer(*local_, ours_, hold) : sipdialog::make_offer(ours_, origin_, hold);
    if (sdes_ && !local_)
        for (auto& media : next.media)
            for (std::uint32_t tag = 1; auto suite : suites)
                sdp::add(media.attributes, "crypto", crypto_value({tag++, own_key(suite)}));
    if (rtcp_mux_ && !local_)
        for (auto& media : next.media) sdp::set(media.attributes, "rtcp-mux");
    pending_ = versions_.stamped(std::move(next));
    return *pending_;
}

std::expected<SessionDescription, Refusal> RtpNegotiator::answer(const SessionDescription& offer, bool hold) {
    if (pending_) return std::unexpected(Refusal{.status = 491, .reason = "an offer of ours is out"});
    if (local_ && offer.media.size() < local_->media.size()) return refused("m-lines are missing from the offer");
    auto answer = sipdialog::make_answer(offer, ours_, origin_, hold);
    if (!answer) return answer;
    for (std::size_t i = 0; sdes_ && i < answer->media.size(); ++i) {
        if (answer->media[i].is_refused()) continue;
        auto chosen = choose_crypto(offer.media[i]);
        if (!chosen) return refused("no usable crypto attribute");
        sdp::add(answer->media[i].attributes, "crypto", crypto_value({chosen->tag, own_key(chosen->key.suite)}));
    }
    for (std::size_t i = 0; rtcp_mux_ && i < answer->media.size(); ++i) {
        auto& media = answer->media[i];
        if (!media.is_refused() && is_muxed(offer.media[i]) && !looks_like_rtcp(media))
            sdp::set(media.attributes, "rtcp-mux");
    }
    auto agreement = agree(*answer, offer);
    if (!agreement) return std::unexpected(std::move(agreement.error()));
    answer = versions_.stamped(*std::move(answer));
    settle(*answer, offer, *std::move(agreement));
    return answer;
}

std::expected<void, Refusal> RtpNegotiator::apply_answer(const SessionDescription& answer) {
    if (!pending_) return refused("an answer without an offer");
    if (auto checked = sipdialog::check_answer(*pending_, answer); !checked)
        return std::unexpected(std::move(checked.error()));
    auto agreement = agree(*pending_, answer);
    if (!agreement) return std::unexpected(std::move(agreement.error()));
    settle(*std::exchange(pending_, std::nullopt), answer, *std::move(agreement));
    return {};
}

// The same for both roles: of the two descriptions the answer has one crypto attribute, whose tag is in the offer too.
std::expected<RtpAgreement, Refusal> RtpNegotiator::agree(const SessionDescription& local,
                                                          const SessionDescription& remote) const {
    auto lines = sipdialog::agree(local, remote);
    auto line = std::ranges::find_if(lines, [](const auto& media) { return media.accepted && media.kind == "audio"; });
    if (line == lines.end()) return refused("no audio", 305);
    RtpAgreement agreement{.mline = static_cast<std::size_t>(line - lines.begin()), .media = std::move(*line)};
    if (!is_usable_address(agreement.media.address)) return refused("media has to go to an IP address");
    if (!is_reachable(agreement.media.address, ours_.address)) return refused("addresses of two families", 301);
    const auto& ours = local.media[agreement.mline];
    const auto& theirs = remote.media[agreement.mline];
    agreement.receivable = sdp::rtpmaps(ours);
    set_rtcp(agreement, ours, theirs);
    if (!sdes_) return agreement;
    // Ours may list all that we offered; theirs as well, when they offered.
    for (const auto& crypto : sdp::all<sdp::Crypto>(theirs.attributes)) {
        auto their_line = read_crypto(crypto);
        auto our_line = their_line ? crypto_of(ours, their_line->tag) : std::nullopt;
        if (!our_line || our_line->key.suite != their_line->key.suite) continue;
        agreement.send_key = our_line->key;
        agreement.receive_key = their_line->key;
        return agreement;
    }
    return refused("no usable crypto attribute");
}

void RtpNegotiator::settle(SessionDescription local, SessionDescription remote, RtpAgreement agreement) {
    local_ = std::move(local);
    remote_ = std::move(remote);
    agreement_ = std::move(agreement);
}

}  // namespace sipmedia
