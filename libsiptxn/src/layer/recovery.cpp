// SPDX-License-Identifier: MIT
#include "layer/recovery.hpp"

#include <sipmsg/header/via.hpp>
#include <sipmsg/params.hpp>

#include <algorithm>
#include <string>

namespace siptxn {
namespace {

using sipmsg::Header;

constexpr std::size_t most_octets = 65'536;

std::string_view trimmed(std::string_view text) {
    auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Up to LF, which is dropped with a CR before it.
std::string_view take_line(std::string_view& rest) {
    auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool is_printable(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; });
}

/// The method of "METHOD anything SIP/x.y"; empty for a response, another protocol, or noise.
std::string_view method_of_line(std::string_view line) {
    auto first = line.find(' ');
    auto last = line.rfind(' ');
    if (first == line.npos || first == 0 || first > 32) return {};
    auto version = line.substr(last + 1, 4);
    auto method = line.substr(0, first);
    bool token = std::ranges::all_of(
        method, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_'; });
    return token && sipmsg::iequals(version, "SIP/") ? method : std::string_view{};
}

bool wanted(Header id) {
    return id == Header::via || id == Header::from || id == Header::to || id == Header::call_id || id == Header::cseq;
}

}  // namespace

std::optional<sipmsg::Message> recover(std::string_view octets) {
    auto rest = octets.substr(0, most_octets);
    auto method = method_of_line(take_line(rest));
    if (method.empty()) return std::nullopt;
    std::string text(method);
    text += " sip:unreadable.invalid SIP/2.0\r\n";
    while (!rest.empty()) {
        auto line = take_line(rest);
        if (line.empty()) break;
        auto colon = line.find(':');
        auto id = colon == line.npos ? Header::none : sipmsg::header_of(trimmed(line.substr(0, colon)));
        std::string value(trimmed(line.substr(std::min(line.size(), colon == line.npos ? line.size() : colon + 1))));
        while (rest.starts_with(' ') || rest.starts_with('\t')) value.append(" ").append(trimmed(take_line(rest)));
        if (wanted(id) && is_printable(value))
            text.append(sipmsg::to_string(id)).append(": ").append(value).append("\r\n");
    }
    text += "Content-Length: 0\r\n\r\n";
    auto message = sipmsg::Message::parse(std::move(text));
    if (!message || !is_answerable(message->view())) return std::nullopt;
    return *std::move(message);
}

bool is_answerable(const sipmsg::MessageView& request) {
    if (!request.is_request() || request.method() == sipmsg::Method::ack || !request.top<sipmsg::Via>()) return false;
    for (auto id : {Header::from, Header::to, Header::call_id, Header::cseq}) {
        if (!request.has(id)) return false;
    }
    return true;
}

}  // namespace siptxn
