// SPDX-License-Identifier: MIT
#include <sipmsg/uri.hpp>

#include "as_printed.hpp"
#include "chars.hpp"
#include "host.hpp"
#include "kernel.hpp"

namespace sipmsg {

static_assert(sizeof(void*) != 8 || sizeof(Uri) == 48);

Result<Uri> Uri::parse(std::string_view text, Padding behind) {
    Result<Uri> result;
    detail::Scan scan(text, behind);
    if (!detail::kernel().uri(scan, *result)) result = std::unexpected(scan.error());
    return result;
}

Printer print(Printer to, const Uri& uri) {
    if (is_as_printed(detail::places(uri))) return detail::print_but_for_host(to, uri.text(), uri.host());
    if (!uri.is_sip()) {
        for (const char c : uri.scheme_text()) to = to << detail::lower(c);
        return to << ':' << uri.opaque();
    }
    to = to << (uri.is_secure() ? "sips:" : "sip:");
    to = detail::print_hostport(to << uri.userinfo(), uri.host(), uri.port()) << uri.params().text();
    const auto headers = uri.headers();
    return headers.empty() ? to : to << '?' << headers.text();
}

}  // namespace sipmsg
