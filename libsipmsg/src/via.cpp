// SPDX-License-Identifier: MIT
#include <sipmsg/header/via.hpp>

#include "as_printed.hpp"
#include "host.hpp"
#include "kernel.hpp"
#include "number.hpp"
#include "param_notes.hpp"

namespace sipmsg {

static_assert(sizeof(void*) != 8 || sizeof(Via) == 72);

std::optional<std::uint16_t> Via::rport() const noexcept {
    const auto value = detail::decimal(noted(detail::rport_slot, "rport").value_or(""), detail::max_u16);
    return value ? std::optional(static_cast<std::uint16_t>(*value)) : std::nullopt;
}

std::optional<std::uint8_t> Via::ttl() const noexcept {
    const auto value = detail::decimal(noted(detail::ttl_slot, "ttl").value_or(""), 255);
    return value ? std::optional(static_cast<std::uint8_t>(*value)) : std::nullopt;
}

Result<Via> Via::parse(std::string_view text, Padding behind) {
    Result<Via> result;
    detail::Scan scan(text, behind);
    if (!detail::kernel().via(scan, *result) || !detail::is_whole(scan))
        result = std::unexpected(scan.error(Header::via));
    return result;
}

Result<Via> Via::parse_item(std::string_view& rest, Padding behind) {
    Result<Via> result;
    detail::Scan scan(rest, behind);
    if (!detail::kernel().via(scan, *result) || !detail::step(rest, scan))
        result = std::unexpected(scan.error(Header::via));
    return result;
}

Printer print(Printer to, const Via& via) {
    if (is_as_printed(detail::places(via))) return detail::print_but_for_host(to, via.text(), via.host());
    to = to << via.protocol() << '/' << via.version() << '/' << via.transport() << ' ';
    return detail::print_hostport(to, via.host(), via.port()) << via.params().text();
}

}  // namespace sipmsg
