// SPDX-License-Identifier: MIT
#include <sipua/dtmf.hpp>

#include <sipmsg/params.hpp>

#include <algorithm>
#include <charconv>

namespace sipua {
namespace {

constexpr std::string_view tones = "0123456789*#ABCDabcd";
constexpr siptxn::Duration unspecified = std::chrono::milliseconds(250);
constexpr unsigned longest = 99'999;  // milliseconds

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The line that begins with this name and '='; lines end with CRLF or LF.
std::optional<std::string_view> field(std::string_view body, std::string_view name) {
    while (!body.empty()) {
        auto line = body.substr(0, body.find('\n'));
        body.remove_prefix(std::min(body.size(), line.size() + 1));
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto equals = line.find('=');
        if (equals != line.npos && sipmsg::iequals(trimmed(line.substr(0, equals)), name))
            return trimmed(line.substr(equals + 1));
    }
    return std::nullopt;
}

}  // namespace

bool is_dtmf(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c == ',' || tones.find(c) != tones.npos; });
}

std::optional<Dtmf> parse_dtmf_relay(std::string_view body) {
    const auto signal = field(body, "Signal");
    if (!signal || signal->size() != 1 || tones.find(signal->front()) == tones.npos) return std::nullopt;
    const char tone = signal->front();
    Dtmf dtmf{.tone = tone >= 'a' ? static_cast<char>(tone - 32) : tone, .duration = unspecified};
    if (const auto text = field(body, "Duration")) {
        unsigned milliseconds = 0;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), milliseconds);
        if (error != std::errc() || end != text->data() + text->size() || milliseconds > longest) return std::nullopt;
        dtmf.duration = std::chrono::milliseconds(milliseconds);
    }
    return dtmf;
}

std::string dtmf_relay(const Dtmf& dtmf) {
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(dtmf.duration).count();
    return std::string("Signal=") + dtmf.tone + "\r\nDuration=" + std::to_string(milliseconds) + "\r\n";
}

}  // namespace sipua
