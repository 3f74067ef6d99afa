// SPDX-License-Identifier: MIT
#include "sdp_adapter_ice.hpp"

#include <sipmsg/params.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace sipmedia::detail {
namespace {

using sipmsg::iequals;
using sipmsg::sdp::Attribute;

std::string_view take_word(std::string_view& rest) noexcept {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    return word;
}

template <class Number>
bool read(std::string_view word, Number& value) noexcept {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    return error == std::errc() && end == word.data() + word.size();
}

bool is_address(std::string_view text) {
    unsigned char octets[sizeof(in6_addr)];
    const std::string copy(text);
    return inet_pton(AF_INET, copy.c_str(), octets) == 1 || inet_pton(AF_INET6, copy.c_str(), octets) == 1;
}

std::string lower_hash_name(std::string_view fingerprint) {
    std::string text(fingerprint);
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(text.find(' '), text.size()));
    std::transform(text.begin(), end, text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

void collect_fingerprints(const sipmsg::sdp::Attributes& list, std::string& chosen) {
    for (const Attribute& attribute : list) {
        if (attribute.name != "fingerprint") continue;
        std::string text = lower_hash_name(attribute.text());
        if (chosen.empty() || (text.starts_with("sha-256 ") && !chosen.starts_with("sha-256 ")))
            chosen = std::move(text);
    }
}

bool is_bundle_group(const Attribute& attribute) {
    std::string_view text = attribute.text();
    return attribute.name == "group" && iequals(take_word(text), "BUNDLE");
}

}  // namespace

std::optional<Candidate> parse_candidate(std::string_view value) noexcept {
    Candidate candidate;
    if (take_word(value).empty()) return std::nullopt;  // foundation
    if (!read(take_word(value), candidate.component)) return std::nullopt;
    candidate.transport = take_word(value);
    if (!read(take_word(value), candidate.priority)) return std::nullopt;
    candidate.address = take_word(value);
    if (!read(take_word(value), candidate.port)) return std::nullopt;
    if (take_word(value) != "typ" || take_word(value).empty()) return std::nullopt;
    return candidate;
}

bool is_usable(const Candidate& candidate) {
    return candidate.component == 1 && candidate.port != 0 && iequals(candidate.transport, "UDP") &&
           is_address(candidate.address);
}

std::optional<Candidate> best_candidate(const MediaDescription& media) {
    std::optional<Candidate> best;
    for (const Attribute& attribute : media.attributes) {
        if (attribute.name != "candidate") continue;
        const auto candidate = parse_candidate(attribute.text());
        if (candidate && is_usable(*candidate) && (!best || candidate->priority > best->priority)) best = candidate;
    }
    return best;
}

std::optional<std::string_view> mid_of(const MediaDescription& media) noexcept {
    return value_of(media.attributes, "mid");
}

std::vector<std::string> bundle(const SessionDescription& description) {
    std::vector<std::string> mids;
    const auto group = std::ranges::find_if(description.attributes, is_bundle_group);
    if (group == description.attributes.end()) return mids;
    std::string_view text = group->text();
    take_word(text);
    for (auto mid = take_word(text); !mid.empty(); mid = take_word(text)) mids.emplace_back(mid);
    return mids;
}

void set_bundle(SessionDescription& description, const std::vector<std::string>& mids) {
    std::string value = "BUNDLE";
    for (const std::string& mid : mids) value.append(" ").append(mid);
    const auto group = std::ranges::find_if(description.attributes, is_bundle_group);
    if (mids.empty())
        std::erase_if(description.attributes, is_bundle_group);
    else if (group != description.attributes.end())
        group->value = std::move(value);
    else
        add(description.attributes, "group", std::move(value));
}

void prune_bundle(SessionDescription& description) {
    auto mids = bundle(description);
    std::erase_if(mids, [&](const std::string& mid) {
        return std::ranges::none_of(description.media,
                                    [&](const MediaDescription& m) { return !m.is_refused() && mid_of(m) == mid; });
    });
    set_bundle(description, mids);
}

bool is_bundled(const std::vector<std::string>& mids, const MediaDescription& media) {
    const auto mid = mid_of(media);
    return mid && std::ranges::find(mids, *mid) != mids.end();
}

void remove_direction(MediaDescription& media) {
    std::erase_if(media.attributes,
                  [](const Attribute& attribute) { return sipmsg::sdp::direction_from(attribute.name).has_value(); });
}

MediaDescription refused_line(const MediaDescription& media) {
    MediaDescription line{.kind = media.kind, .port = 0, .protocol = media.protocol, .formats = media.formats};
    line.connection = sipmsg::sdp::Connection{};
    if (const auto mid = mid_of(media)) add(line.attributes, "mid", std::string(*mid));
    set_direction(line, sipmsg::sdp::Direction::inactive);
    return line;
}

std::string fingerprint_of(const SessionDescription& description, const MediaDescription& media) {
    std::string chosen;
    collect_fingerprints(media.attributes, chosen);
    if (chosen.empty()) collect_fingerprints(description.attributes, chosen);
    return chosen;
}

}  // namespace sipmedia::detail
