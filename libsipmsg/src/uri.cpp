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
    if (!uri.user().empty()) {
        to = to << uri.user();
        if (const auto password = uri.password()) to = to << ':' << *password;
        to = to << '@';
    }
    to = detail::print_hostport(to, uri.host(), uri.port()) << uri.params().text();
    return uri.headers().empty() ? to : to << '?' << uri.headers().text();
}

}  // namespace sipmsg
