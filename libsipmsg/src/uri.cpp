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

void append_to(std::string& out, const Uri& uri) {
    for (char c : uri.scheme_text()) out += detail::lower(c);
    out += ':';
    if (!uri.is_sip()) {
        out += uri.opaque();
        return;
    }
    if (!uri.user.empty()) {
        out += uri.user;
        if (uri.password) out.append(":").append(*uri.password);
        out += '@';
    }
    detail::append_host(out, uri.host);
    if (uri.port) out.append(":").append(std::to_string(*uri.port));
    out += uri.params.text();
    if (!uri.headers.empty()) out.append("?").append(uri.headers.text());
}

std::string to_string(const Uri& uri) {
    std::string text;
    append_to(text, uri);
    return text;
}

}  // namespace sipmsg
