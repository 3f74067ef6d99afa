// SPDX-License-Identifier: MIT
#include <sipmsg/header/via.hpp>

#include "fail.hpp"
#include "host.hpp"
#include "number.hpp"
#include "via_parser.hpp"

namespace sipmsg {

std::optional<std::uint16_t> Via::rport() const noexcept {
    const auto value = detail::decimal(params.get("rport").value_or(""), detail::max_u16);
    return value ? std::optional(static_cast<std::uint16_t>(*value)) : std::nullopt;
}

std::optional<std::uint8_t> Via::ttl() const noexcept {
    const auto value = detail::decimal(params.get("ttl").value_or(""), 255);
    return value ? std::optional(static_cast<std::uint8_t>(*value)) : std::nullopt;
}

Result<Via> Via::parse(std::string_view text) { return detail::scan_whole<Via>(text, detail::scan_via); }

Result<Via> Via::parse_item(std::string_view& rest) { return detail::scan_item<Via>(rest, detail::scan_via); }

void append_to(std::string& out, const Via& via) {
    out.append(via.protocol).append("/").append(via.version).append("/").append(via.transport).append(" ");
    detail::append_host(out, via.host);
    if (via.port) out.append(":").append(std::to_string(*via.port));
    out += via.params.text();
}

std::string to_string(const Via& via) {
    std::string text;
    append_to(text, via);
    return text;
}

}  // namespace sipmsg
