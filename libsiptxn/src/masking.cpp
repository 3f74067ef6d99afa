// SPDX-License-Identifier: MIT
#include <siptxn/masking.hpp>

#include <sipmsg/params.hpp>

#include <algorithm>
#include <array>

namespace siptxn {
namespace {

using Position = std::string::size_type;

constexpr std::string_view blanks = " \t\r\n";

constexpr std::array<std::string_view, 2> credentials_headers{"Authorization", "Proxy-Authorization"};
constexpr std::array<std::string_view, 2> info_headers{"Authentication-Info", "Proxy-Authentication-Info"};

// What is public of a Digest answer: without `response` and `cnonce` there is nothing to guess a password against.
constexpr std::array<std::string_view, 11> public_parameters{
    "username", "username*", "realm", "nonce", "nextnonce", "uri", "opaque", "algorithm", "userhash", "qop", "nc"};

bool one_of(std::string_view text, auto& names) {
    return std::ranges::any_of(names, [&](std::string_view name) { return sipmsg::iequals(name, text); });
}

void cover(std::string& text, Position begin, Position end) {
    for (Position i = begin; i < end; ++i) {
        if (text[i] != '\r' && text[i] != '\n') text[i] = '*';
    }
}

Position skip(const std::string& text, Position at, Position end, std::string_view characters) {
    while (at < end && characters.find(text[at]) != std::string_view::npos) ++at;
    return at;
}

// Behind the closing quote; `end` when there is none.
Position end_of_quoted(const std::string& text, Position at, Position end) {
    for (++at; at < end && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, end);
}

// One `name=value` of a credentials header; returns where the next one begins.
Position mask_parameter(std::string& text, Position at, Position end) {
    Position name_end = std::min(text.find_first_of("=,", at), end);
    std::string_view name(text.data() + at, name_end - at);
    while (!name.empty() && blanks.contains(name.back())) name.remove_suffix(1);
    if (name_end == end || text[name_end] == ',') {
        cover(text, at, name_end);  // No parameter at all: a token, or garbage that could be one.
        return name_end;
    }
    Position value = skip(text, name_end + 1, end, blanks);
    bool quoted = value < end && text[value] == '"';
    Position value_end = quoted ? end_of_quoted(text, value, end) : std::min(text.find(',', value), end);
    bool closed = quoted && value_end - value >= 2 && text[value_end - 1] == '"';
    if (!one_of(name, public_parameters)) cover(text, value + (quoted ? 1 : 0), value_end - (closed ? 1 : 0));
    return value_end;
}

void mask_header_value(std::string& text, Position begin, Position end, bool has_scheme) {
    Position at = skip(text, begin, end, blanks);
    if (has_scheme) {
        Position scheme_end = std::min(text.find_first_of(" \t\r\n,=", at), end);
        bool digest = sipmsg::iequals(std::string_view(text).substr(at, scheme_end - at), "Digest");
        if (!digest) return cover(text, skip(text, scheme_end, end, blanks), end);
        at = scheme_end;
    }
    while (at < end) {
        at = skip(text, at, end, " \t\r\n,");
        if (at < end) at = mask_parameter(text, at, end);
    }
}

// `sip:user:password@host`: the only place where a '@' may follow before the URI ends.
void mask_uri_passwords(std::string& text, Position begin, Position end) {
    const std::string_view line = std::string_view(text).substr(0, end);
    for (Position at = line.find('@', begin); at < end; at = line.find('@', at + 1)) {
        Position start = at;
        while (start > begin && !std::string_view(" \t<>\"@").contains(text[start - 1])) --start;
        std::string_view userinfo(text.data() + start, at - start);
        auto scheme = userinfo.rfind("sip:");
        if (auto secure = userinfo.rfind("sips:");
            secure != std::string_view::npos && (scheme == std::string_view::npos || secure > scheme))
            scheme = secure;
        if (scheme == std::string_view::npos) continue;
        auto user = userinfo.find(':', scheme) + 1;
        auto colon = userinfo.find(':', user);
        if (colon != std::string_view::npos) cover(text, start + colon + 1, at);
    }
}

void mask_description_line(std::string& text, Position begin, Position end) {
    std::string_view line(text.data() + begin, end - begin);
    if (line.starts_with("a=ice-pwd:")) cover(text, begin + 10, end);
    if (line.starts_with("k=")) {
        if (auto colon = line.find(':'); colon != std::string_view::npos) cover(text, begin + colon + 1, end);
    }
    if (!line.starts_with("a=crypto:")) return;
    for (auto at = line.find("inline:"); at != std::string_view::npos; at = line.find("inline:", at + 7)) {
        auto key_end = std::min(line.find_first_of("|; ", at), line.size());
        cover(text, begin + at + 7, begin + key_end);
    }
}

}  // namespace

std::string mask_credentials(std::string_view message) {
    std::string text(message);
    for (Position begin = 0; begin < text.size();) {
        // A line with its folds (RFC 3261 §7.3.1).
        Position end = std::min(text.find('\n', begin), text.size());
        while (end + 1 < text.size() && (text[end + 1] == ' ' || text[end + 1] == '\t'))
            end = std::min(text.find('\n', end + 1), text.size());
        Position content_end = end > begin && text[end - 1] == '\r' ? end - 1 : end;
        mask_uri_passwords(text, begin, content_end);
        mask_description_line(text, begin, content_end);
        Position colon = std::min(text.find(':', begin), content_end);
        std::string_view name(text.data() + begin, colon - begin);
        while (!name.empty() && blanks.contains(name.back())) name.remove_suffix(1);
        bool credentials = one_of(name, credentials_headers);
        if (colon < content_end && (credentials || one_of(name, info_headers)))
            mask_header_value(text, colon + 1, content_end, credentials);
        begin = end + 1;
    }
    return text;
}

}  // namespace siptxn
