// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace sipua {

/// Option tags that IANA lists (RFC 3261 §27.1). SIP.js: UserAgentRegisteredOptionTags.
inline constexpr auto registered_option_tags = std::to_array<std::string_view>({
    "100rel",
    "199",
    "answermode",
    "dialog",
    "early-session",
    "eventlist",
    "explicitsub",
    "from-change",
    "geolocation-http",
    "geolocation-sip",
    "gin",
    "gruu",
    "histinfo",
    "ice",
    "join",
    "multiple-refer",
    "norefersub",
    "nosub",
    "outbound",
    "path",
    "policy",
    "precondition",
    "pref",
    "privacy",
    "recipient-list-invite",
    "recipient-list-message",
    "recipient-list-subscribe",
    "record-aware",
    "replaces",
    "resource-priority",
    "sdp-anat",
    "sec-agree",
    "siprec",
    "tdialog",
    "timer",
    "trickle-ice",
    "uui",
});

[[nodiscard]] constexpr bool is_registered_option_tag(std::string_view tag) noexcept {
    return std::ranges::find(registered_option_tags, tag) != registered_option_tags.end();
}

}  // namespace sipua
