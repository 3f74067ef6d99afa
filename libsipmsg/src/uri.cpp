// SPDX-License-Identifier: MIT
#include <sipmsg/uri.hpp>

#include "chars.hpp"
#include "host.hpp"
#include "kernel.hpp"

namespace sipmsg {

Result<Uri> Uri::parse(std::string_view text, Padding behind) {
    Result<Uri> result;
    detail::Scan scan(text, behind);
    if (!detail::kernel().uri(scan, *result)) result = std::unexpected(scan.error());
    return result;
}

Printer print(Printer to, const Uri& uri) {
    if (!uri.is_sip()) {
        for (const char c : uri.scheme_text()) to = to << detail::lower(c);
        return to << ':' << uri.opaque();
    }
    to = to << (uri.is_secure() ? "sips:" : "sip:");
    const auto host = uri.host();
    const char* const behind_user = host.text.data() - (host.kind == HostKind::ipv6 ? 1 : 0);
    to = to << detail::between(uri.opaque().data(), behind_user);  // user, password and '@', as written
    to = detail::print_hostport(to, host, uri.port()) << uri.params().text();
    const auto headers = uri.headers();
    return headers.empty() ? to : to << '?' << headers.text();
}

}  // namespace sipmsg
