// SPDX-License-Identifier: MIT
#include <sipmedia/sdp_fragment.hpp>

#include "sdp_adapter_ice.hpp"

#include <sipmsg/sdp/ice.hpp>
#include <sipmsg/sdp/streams.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace sipmedia {
namespace {

using detail::MediaDescription;
using sipmsg::ParseErrc;
using sipmsg::ParseError;
using sipmsg::sdp::Attribute;
using sipmsg::sdp::Attributes;
using sipmsg::sdp::SessionDescription;

// A fragment is what follows these lines in a description.
constexpr std::string_view head = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
constexpr std::size_t max_candidates = 64;  // of one m-line

std::unexpected<ParseError> fail(ParseErrc code, const char* expected) {
    return std::unexpected(ParseError{.code = code, .expected = expected});
}

std::string text_of(const Attributes& list, std::string_view name) {
    return std::string(value_of(list, name).value_or(""));
}

// RFC 8839 §5.4.
bool is_ice_text(std::string_view text, std::size_t least) {
    const auto is_ice_char = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    };
    return text.size() >= least && text.size() <= 256 && std::ranges::all_of(text, is_ice_char);
}

/// Both of them, or neither.
bool are_credentials(std::string_view ufrag, std::string_view password) {
    return (ufrag.empty() && password.empty()) || (is_ice_text(ufrag, 4) && is_ice_text(password, 22));
}

sipmsg::Result<FragmentLine> line_of(const MediaDescription& media) {
    FragmentLine line{.mid = text_of(media.attributes, "mid"),
                      .ufrag = text_of(media.attributes, "ice-ufrag"),
                      .password = text_of(media.attributes, "ice-pwd"),
                      .has_ended = has(media.attributes, "end-of-candidates"),
                      .kind = media.kind,
                      .protocol = media.protocol,
                      .formats = media.formats};
    if (line.mid.empty()) return fail(ParseErrc::missing, "a=mid for each m= line");
    if (!are_credentials(line.ufrag, line.password)) return fail(ParseErrc::syntax, "ICE credentials");
    for (const Attribute& attribute : media.attributes)
        if (attribute.name == "candidate" && sipmsg::sdp::Candidate::parse(attribute.text()))
            line.candidates.emplace_back(attribute.text());
    return line;
}

bool has_twins(const std::vector<FragmentLine>& lines) {
    return std::ranges::any_of(
        lines, [&](const FragmentLine& line) { return std::ranges::count(lines, line.mid, &FragmentLine::mid) > 1; });
}

MediaDescription media_of(const FragmentLine& line) {
    MediaDescription media{.kind = line.kind, .port = 9, .protocol = line.protocol, .formats = line.formats};
    add(media.attributes, "mid", line.mid);
    if (!line.ufrag.empty()) add(media.attributes, "ice-ufrag", line.ufrag);
    if (!line.password.empty()) add(media.attributes, "ice-pwd", line.password);
    for (const std::string& candidate : line.candidates) add(media.attributes, "candidate", candidate);
    if (line.has_ended) set(media.attributes, "end-of-candidates");
    return media;
}

/// Of the ICE session that a line of the description is in.
bool is_of_session(const SdpFragment& fragment, const FragmentLine& line, const SessionDescription& remote,
                   const MediaDescription& media) {
    const std::string& ufrag = line.ufrag.empty() ? fragment.ufrag : line.ufrag;
    const std::string& password = line.password.empty() ? fragment.password : line.password;
    return inherited(remote, media, "ice-ufrag").value_or("") == ufrag &&
           inherited(remote, media, "ice-pwd").value_or("") == password;
}

/// Two lines of one candidate name the same address (RFC 8839 §5.1: the foundation may differ).
bool is_known(const MediaDescription& media, const std::string& candidate) {
    return std::ranges::any_of(media.attributes, [&](const Attribute& attribute) {
        return attribute.name == "candidate" && attribute.text() == candidate;
    });
}

std::size_t candidates_of(const MediaDescription& media) {
    return static_cast<std::size_t>(std::ranges::count(media.attributes, "candidate", &Attribute::name));
}

void add_new(TrickledCandidates& added, const FragmentLine& line, const MediaDescription& media, std::size_t mline) {
    std::size_t room = max_candidates - std::min(max_candidates, candidates_of(media));
    for (const std::string& value : line.candidates) {
        const TrickledCandidates::Candidate candidate{mline, value};
        if (is_known(media, value) || std::ranges::count(added.candidates, candidate) > 0) continue;
        if (room-- == 0) return;
        added.candidates.push_back(candidate);
    }
}

}  // namespace

sipmsg::Result<SdpFragment> parse_fragment(std::string_view text) {
    const auto parsed = sipmsg::sdp::parse(std::string(head).append(text));
    if (!parsed) {
        ParseError error = parsed.error();
        error.offset -= std::min(error.offset, static_cast<std::uint32_t>(head.size()));
        return std::unexpected(error);
    }
    SdpFragment fragment{.ufrag = text_of(parsed->attributes, "ice-ufrag"),
                         .password = text_of(parsed->attributes, "ice-pwd"),
                         .bundle = detail::bundle(*parsed),
                         .has_ended = has(parsed->attributes, "end-of-candidates")};
    if (!are_credentials(fragment.ufrag, fragment.password)) return fail(ParseErrc::syntax, "ICE credentials");
    for (const MediaDescription& media : parsed->media) {
        auto line = line_of(media);
        if (!line) return std::unexpected(line.error());
        fragment.lines.push_back(*std::move(line));
    }
    if (has_twins(fragment.lines)) return fail(ParseErrc::duplicate, "one m= line for each mid");
    return fragment;
}

std::string to_string(const SdpFragment& fragment) {
    SessionDescription description;
    if (!fragment.bundle.empty()) detail::set_bundle(description, fragment.bundle);
    if (!fragment.password.empty()) add(description.attributes, "ice-pwd", fragment.password);
    if (!fragment.ufrag.empty()) add(description.attributes, "ice-ufrag", fragment.ufrag);
    if (fragment.has_ended) set(description.attributes, "end-of-candidates");
    for (const FragmentLine& line : fragment.lines) description.media.push_back(media_of(line));
    const std::string whole = sipmsg::sdp::to_string(description);
    return whole.substr(head.size());
}

bool offers_trickle(const SessionDescription& description) {
    return std::ranges::any_of(description.media, [&](const MediaDescription& media) {
        const auto options = sipmsg::sdp::ice_options(description, media);
        return !media.is_refused() && std::ranges::count(options, "trickle") > 0;
    });
}

SdpFragment fragment_of(const SessionDescription& description) {
    SdpFragment fragment{.ufrag = text_of(description.attributes, "ice-ufrag"),
                         .password = text_of(description.attributes, "ice-pwd"),
                         .bundle = detail::bundle(description),
                         .has_ended = has(description.attributes, "end-of-candidates")};
    for (const MediaDescription& media : description.media) {
        if (media.is_refused() || !detail::mid_of(media)) continue;
        if (auto line = line_of(media)) fragment.lines.push_back(*std::move(line));
    }
    return fragment;
}

TrickledCandidates candidates_in(const SdpFragment& fragment, const SessionDescription& remote) {
    TrickledCandidates added;
    added.ended.resize(remote.media.size());
    for (const FragmentLine& line : fragment.lines) {
        const auto media = std::ranges::find_if(
            remote.media, [&](const MediaDescription& each) { return detail::mid_of(each) == line.mid; });
        if (media == remote.media.end() || media->is_refused() || !is_of_session(fragment, line, remote, *media))
            continue;
        const auto mline = static_cast<std::size_t>(media - remote.media.begin());
        add_new(added, line, *media, mline);
        if (line.has_ended || fragment.has_ended) added.ended[mline] = true;
    }
    return added;
}

SessionDescription with_candidates(SessionDescription remote, const TrickledCandidates& added) {
    for (const auto& [mline, value] : added.candidates)
        if (mline < remote.media.size()) add(remote.media[mline].attributes, "candidate", value);
    for (std::size_t i = 0; i < std::min(added.ended.size(), remote.media.size()); ++i)
        if (added.ended[i]) set(remote.media[i].attributes, "end-of-candidates");
    return remote;
}

}  // namespace sipmedia
