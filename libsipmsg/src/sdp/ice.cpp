// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/ice.hpp>

#include "sdp/words.hpp"

namespace sipmsg::sdp {
namespace {

using detail::Words;

bool is_ice_text(std::string_view text, std::size_t least, std::size_t most) noexcept {
    return text.size() >= least && text.size() <= most && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
                      c == '/';
           });
}

/// What stands behind the type: raddr and rport where they belong, then pairs.
bool read_extensions(Words& words, Candidate& candidate) {
    while (!words.done()) {
        const auto name = words.next();
        const auto value = words.next();
        if (!name || !value) return false;
        const bool early = candidate.extensions.empty() && !candidate.related_port;
        if (early && *name == "raddr" && !candidate.related_address) {
            candidate.related_address = *value;
        } else if (early && *name == "rport") {
            candidate.related_port = detail::whole_number<std::uint16_t>(*value);
            if (!candidate.related_port) return false;
        } else {
            candidate.extensions.emplace_back(*name, *value);
        }
    }
    return true;
}

}  // namespace

std::optional<std::string_view> Candidate::extension(std::string_view extension_name) const noexcept {
    for (const auto& [key, value] : extensions)
        if (key == extension_name) return value;
    return std::nullopt;
}

std::optional<Candidate> Candidate::parse(std::string_view value) {
    Words words(value);
    const auto foundation = words.next();
    const auto component = words.next_number<std::uint16_t>();
    const auto transport = words.next_token();
    const auto priority = words.next_number<std::uint32_t>();
    const auto address = words.next();
    const auto port = words.next_number<std::uint16_t>();
    const auto typ = words.next();
    const auto type = words.next_token();
    if (!foundation || !is_ice_text(*foundation, 1, 32) || !component || !transport || !priority || !address || !port)
        return std::nullopt;
    if (typ != "typ" || !type) return std::nullopt;
    Candidate candidate{.foundation = *foundation,
                        .component = *component,
                        .transport = *transport,
                        .priority = *priority,
                        .address = *address,
                        .port = *port,
                        .type = *type,
                        .related_address = std::nullopt,
                        .related_port = std::nullopt};
    if (!read_extensions(words, candidate)) return std::nullopt;
    return candidate;
}

std::string to_string(const Candidate& c) {
    std::string text(c.foundation);
    text.append(" ").append(std::to_string(c.component)).append(" ").append(c.transport);
    text.append(" ").append(std::to_string(c.priority)).append(" ").append(c.address);
    text.append(" ").append(std::to_string(c.port)).append(" typ ").append(c.type);
    if (c.related_address) text.append(" raddr ").append(*c.related_address);
    if (c.related_port) text.append(" rport ").append(std::to_string(*c.related_port));
    for (const auto& [key, value] : c.extensions) text.append(" ").append(key).append(" ").append(value);
    return text;
}

std::optional<RemoteCandidates> RemoteCandidates::parse(std::string_view value) {
    RemoteCandidates list;
    Words words(value);
    while (!words.done()) {
        const auto component = words.next_number<std::uint16_t>();
        const auto address = words.next();
        const auto port = words.next_number<std::uint16_t>();
        if (!component || !address || !port) return std::nullopt;
        list.entries.push_back({*component, *address, *port});
    }
    return list.entries.empty() ? std::nullopt : std::optional(std::move(list));
}

std::string to_string(const RemoteCandidates& candidates) {
    std::string text;
    for (const auto& entry : candidates.entries) {
        if (!text.empty()) text += ' ';
        text.append(std::to_string(entry.component)).append(" ").append(entry.address);
        text.append(" ").append(std::to_string(entry.port));
    }
    return text;
}

std::optional<IceCredentials> ice_credentials(const SessionDescription& description,
                                              const MediaDescription& media) noexcept {
    const auto ufrag = inherited(description, media, "ice-ufrag");
    const auto password = inherited(description, media, "ice-pwd");
    if (!ufrag || !password || !is_ice_text(*ufrag, 4, 256) || !is_ice_text(*password, 22, 256)) return std::nullopt;
    return IceCredentials{*ufrag, *password};
}

std::vector<std::string_view> ice_options(const SessionDescription& description, const MediaDescription& media) {
    const auto value = inherited(description, media, "ice-options");
    if (!value) return {};
    return Words(*value).remaining().value_or(std::vector<std::string_view>{});
}

}  // namespace sipmsg::sdp
