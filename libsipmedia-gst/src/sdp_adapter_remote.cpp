// SPDX-License-Identifier: MIT
// What stands before set-remote-description: the peer's description in the one form that webrtcbin 1.22 takes.
#include <sipmedia/sdp_adapter.hpp>

#include "sdp_adapter_ice.hpp"

#include <sipmsg/params.hpp>
#include <sipmsg/sdp/rtp.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sipmedia {
namespace {

using detail::MediaDescription;
using detail::transport_names;
using sipmsg::iequals;
using sipmsg::sdp::Attribute;

constexpr std::size_t max_candidates = 64;  // of one m-line

/// May stand at the session or in each m-line; webrtcbin looks only into the m-line.
constexpr auto inherited_names = std::to_array<std::string_view>({"ice-ufrag", "ice-pwd", "setup"});
constexpr auto dropped_names = std::to_array<std::string_view>(
    {"ice-options", "end-of-candidates", "crypto", "rtcp", "ice-mismatch", "remote-candidates"});

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool is_usable_candidate(const Attribute& attribute) {
    const auto candidate = detail::parse_candidate(attribute.text());
    return candidate && detail::is_usable(*candidate);
}

void clean_candidates(MediaDescription& media) {
    std::size_t kept = 0;
    std::erase_if(media.attributes, [&](const Attribute& attribute) {
        return attribute.name == "candidate" && (!is_usable_candidate(attribute) || ++kept > max_candidates);
    });
}

void copy_attribute(const MediaDescription& from, MediaDescription& to, std::string_view name) {
    const Attribute* found = find(from.attributes, name);
    if (found != nullptr && !has(to.attributes, name)) add(to.attributes, name, found->value);
}

/// Session level down to the m-line, then what webrtcbin must not see away.
void gather_attributes(const SessionDescription& session, MediaDescription& media) {
    for (const std::string_view name : inherited_names)
        if (const auto value = inherited(session, media, name)) set(media.attributes, name, std::string(*value));
    if (auto fingerprint = detail::fingerprint_of(session, media); !fingerprint.empty())
        set(media.attributes, "fingerprint", std::move(fingerprint));
    std::erase_if(media.attributes,
                  [](const Attribute& attribute) { return is_one_of(dropped_names, attribute.name); });
    clean_candidates(media);
}

/// A session whose own attributes went down to its m-lines. The interval of checks is for the engine.
void clean_session(SessionDescription& description) {
    std::erase_if(description.attributes, [](const Attribute& attribute) {
        return is_one_of(inherited_names, attribute.name) || is_one_of(dropped_names, attribute.name) ||
               attribute.name == "fingerprint" || sipmsg::sdp::direction_from(attribute.name).has_value();
    });
    set_ice_pacing(description, ice_pacing(description));
}

/// What a line has of those. RTCP is no matter of data channels.
bool has_use_for(const MediaDescription& media, std::string_view name) {
    return name != "rtcp-mux" || !is_data_channel(media);
}

/// Lines of a BUNDLE group may leave to its first line what they share with it.
void share_transport(SessionDescription& description) {
    const auto mids = detail::bundle(description);
    const MediaDescription* tagged = nullptr;
    for (MediaDescription& media : description.media) {
        if (media.is_refused() || !detail::is_bundled(mids, media)) continue;
        if (tagged == nullptr) tagged = &media;
        for (const std::string_view name : transport_names)
            if (has_use_for(media, name)) copy_attribute(*tagged, media, name);
    }
}

bool formats_are_payloads(const MediaDescription& media) {
    return std::ranges::all_of(media.formats,
                               [](const std::string& f) { return sipmsg::sdp::payload_number(f).has_value(); });
}

bool has_text(const MediaDescription& media, std::string_view name) {
    return !value_of(media.attributes, name).value_or("").empty();
}

std::string transport_fault(const MediaDescription& media) {
    if (!has_text(media, "ice-ufrag") || !has_text(media, "ice-pwd")) return "no ICE credentials";
    if (!has_text(media, "fingerprint")) return "no fingerprint";
    return {};
}

/// RFC 8841 §5.1, §6.1.
std::string data_fault(const MediaDescription& media) {
    if (!sipmsg::sdp::sctp_port(media)) return "a data channel without a=sctp-port";
    if (has(media.attributes, "max-message-size") && !sipmsg::sdp::max_message_size(media))
        return "a=max-message-size is no number";
    return transport_fault(media);
}

/// Why webrtcbin cannot have this line, or nothing.
std::string fault_of(const MediaDescription& media) {
    if (is_data_channel(media)) return data_fault(media);
    if (media.kind != "audio" && media.kind != "video") return "only audio, video and data channels are supported";
    if (!iequals(media.protocol, "UDP/TLS/RTP/SAVPF") && !iequals(media.protocol, "UDP/TLS/RTP/SAVP"))
        return "only DTLS-SRTP is supported, not " + media.protocol;
    if (!formats_are_payloads(media)) return "a format is no payload number";
    if (auto fault = transport_fault(media); !fault.empty()) return fault;
    if (!has(media.attributes, "rtcp-mux")) return "no rtcp-mux";
    return {};
}

std::string setup_fault(const MediaDescription& media, bool is_answer) {
    const auto setup = value_of(media.attributes, "setup");
    if (!setup || *setup == "active" || *setup == "passive") return {};
    if (*setup == "actpass") return is_answer ? "actpass in an answer" : "";
    return "a=setup:" + std::string(*setup) + " is not supported";
}

const MediaDescription* first_usable(const Normalized& normalized) {
    for (std::size_t i = 0; i < normalized.lines.size(); ++i)
        if (normalized.lines[i].usable) return &normalized.description.media[i];
    return nullptr;
}

/// webrtcbin refuses a whole description whose fingerprints differ.
void refuse_other_certificates(Normalized& normalized) {
    const MediaDescription* first = first_usable(normalized);
    for (std::size_t i = 0; i < normalized.lines.size(); ++i) {
        if (!normalized.lines[i].usable) continue;
        const auto& media = normalized.description.media[i];
        if (value_of(media.attributes, "fingerprint") == value_of(first->attributes, "fingerprint")) continue;
        normalized.lines[i].usable = false;
        normalized.lines[i].reason = "another certificate than the first line's";
    }
}

/// A refused line must look like the others all the same, or webrtcbin refuses the whole.
void pad_refused_line(MediaDescription& media, const MediaDescription& model) {
    media.port = 0;
    sipmsg::sdp::remove(media.attributes, "bundle-only");
    sipmsg::sdp::remove(media.attributes, "candidate");
    for (const std::string_view name : transport_names) {
        const Attribute* found = find(model.attributes, name);
        if (found != nullptr && has_use_for(media, name)) set(media.attributes, name, found->value);
    }
    if (!is_data_channel(media)) set(media.attributes, "rtcp-mux");
    set_direction(media, Direction::inactive);
}

bool has_twin_mids(const SessionDescription& description) {
    for (std::size_t i = 0; i < description.media.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (const auto mid = detail::mid_of(description.media[i]);
                mid && mid == detail::mid_of(description.media[j]))
                return true;
    return false;
}

/// A mid that no line has.
std::string fresh_mid(const SessionDescription& description, std::size_t index) {
    std::string mid = description.media[index].kind + std::to_string(index);
    while (std::ranges::any_of(description.media, [&](const MediaDescription& m) { return detail::mid_of(m) == mid; }))
        mid += 'x';
    return mid;
}

void add_missing_mids(SessionDescription& description) {
    for (std::size_t i = 0; i < description.media.size(); ++i)
        if (!has_text(description.media[i], "mid"))
            set(description.media[i].attributes, "mid", fresh_mid(description, i));
}

void judge_lines(Normalized& normalized, const SessionDescription& original, bool is_answer) {
    for (std::size_t i = 0; i < original.media.size(); ++i) {
        MediaDescription& media = normalized.description.media[i];
        Normalized::Line line{.direction = direction(original, original.media[i])};
        if (!media.is_refused()) {
            line.reason = fault_of(media);
            if (line.reason.empty()) line.reason = setup_fault(media, is_answer);
            line.usable = line.reason.empty();
        }
        normalized.lines.push_back(std::move(line));
    }
    refuse_other_certificates(normalized);
}

void finish_lines(Normalized& normalized, bool is_answer) {
    const MediaDescription* first = first_usable(normalized);
    const std::string setup(value_of(first->attributes, "setup").value_or(is_answer ? "active" : "actpass"));
    for (std::size_t i = 0; i < normalized.lines.size(); ++i) {
        MediaDescription& media = normalized.description.media[i];
        if (!has(media.attributes, "setup")) set(media.attributes, "setup", setup);
        if (!normalized.lines[i].usable)
            pad_refused_line(media, *first);
        else if (is_data_channel(media))
            detail::remove_direction(media);
        else
            set_direction(media, Direction::sendrecv);
    }
    detail::prune_bundle(normalized.description);
}

/// The peer begins DTLS where it leaves that to us and knows no BUNDLE, as phones and unlike browsers: GStreamer sends
/// the ClientHello in fragments, at which mbedTLS, that is linphone, gives up (RFC 5763 §5 allows either).
void leave_handshake_to_phones(Normalized& normalized) {
    if (!detail::bundle(normalized.description).empty()) return;
    for (MediaDescription& media : normalized.description.media)
        if (value_of(media.attributes, "setup") == "actpass") set(media.attributes, "setup", "active");
}

std::unexpected<Refusal> refuse(std::string reason, int warning = 399) {
    return std::unexpected(Refusal{.warning = warning, .reason = std::move(reason)});
}

std::string first_reason(const Normalized& normalized) {
    const auto line = std::ranges::find_if(normalized.lines, [](const auto& each) { return !each.reason.empty(); });
    return line == normalized.lines.end() ? "no m-line with media" : line->reason;
}

Normalized prepare(const SessionDescription& original, bool is_answer) {
    Normalized normalized{.description = original, .lines = {}};
    for (MediaDescription& media : normalized.description.media) gather_attributes(original, media);
    clean_session(normalized.description);
    share_transport(normalized.description);
    judge_lines(normalized, original, is_answer);
    return normalized;
}

/// The answer's mids are the offer's: added when missing, never another (webrtcbin aborts on swapped ones).
bool adopt_mids(SessionDescription& answer, const SessionDescription& offer) {
    for (std::size_t i = 0; i < answer.media.size(); ++i) {
        const auto ours = detail::mid_of(offer.media[i]);
        const auto theirs = detail::mid_of(answer.media[i]);
        if (theirs && !theirs->empty() && theirs != ours) return false;
        if (ours) set(answer.media[i].attributes, "mid", std::string(*ours));
    }
    return true;
}

std::optional<std::string> answer_fault(const Normalized& normalized, const SessionDescription& our_offer) {
    for (std::size_t i = 0; i < normalized.lines.size(); ++i) {
        if (!iequals(normalized.description.media[i].kind, our_offer.media[i].kind))
            return "an m-line changed its media type";
        if (!normalized.lines[i].reason.empty()) return normalized.lines[i].reason;
        if (normalized.lines[i].usable && our_offer.media[i].is_refused()) return "a refused m-line was accepted";
    }
    return std::nullopt;
}

}  // namespace

bool is_data_channel(const MediaDescription& media) noexcept {
    return media.kind == "application" && iequals(media.protocol, "UDP/DTLS/SCTP") && media.formats.size() == 1 &&
           media.formats.front() == "webrtc-datachannel";
}

bool has_data_channel(const SessionDescription& local, const SessionDescription& remote) noexcept {
    for (std::size_t i = 0; i < std::min(local.media.size(), remote.media.size()); ++i) {
        const MediaDescription &ours = local.media[i], &theirs = remote.media[i];
        if (!ours.is_refused() && !theirs.is_refused() && is_data_channel(ours) && is_data_channel(theirs)) return true;
    }
    return false;
}

std::expected<Normalized, Refusal> normalize_offer(const SessionDescription& offer) {
    if (has_twin_mids(offer)) return refuse("two m-lines with one mid");
    Normalized normalized = prepare(offer, false);
    if (first_usable(normalized) == nullptr) return refuse(first_reason(normalized), 302);
    add_missing_mids(normalized.description);
    finish_lines(normalized, false);
    leave_handshake_to_phones(normalized);
    return normalized;
}

std::expected<Normalized, Refusal> normalize_answer(const SessionDescription& answer,
                                                    const SessionDescription& our_offer) {
    if (answer.media.size() != our_offer.media.size()) return refuse("the answer has not the m-lines of the offer");
    if (has_twin_mids(answer)) return refuse("two m-lines with one mid");
    SessionDescription with_mids = answer;
    if (!adopt_mids(with_mids, our_offer)) return refuse("an m-line of the answer has another mid than its offer");
    Normalized normalized = prepare(with_mids, true);
    if (auto fault = answer_fault(normalized, our_offer)) return refuse(*std::move(fault));
    if (first_usable(normalized) == nullptr) return refuse("the answer refuses every m-line", 305);
    finish_lines(normalized, true);
    return normalized;
}

}  // namespace sipmedia
