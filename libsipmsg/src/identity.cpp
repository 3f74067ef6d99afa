// SPDX-License-Identifier: MIT
#include <sipmsg/header/identity.hpp>

#include "identity_parser.hpp"
#include "kernel.hpp"
#include "read.hpp"

namespace sipmsg {

using detail::fail;

Result<Privacy> Privacy::parse(std::string_view text) {
    const auto parts = detail::read_parts<detail::TokenParams>(text, detail::read_token_params, id);
    if (!parts) return std::unexpected(parts.error());
    if (!parts->subtype.empty())
        return fail(ParseErrc::syntax, detail::offset_in(text, parts->subtype), "a privacy value", id);
    for (const auto& param : parts->params)
        if (param.value)
            return fail(ParseErrc::syntax, detail::offset_in(text, param.name), "a privacy value alone", id);
    return Privacy{detail::trim_lws(text)};
}

Printer print(Printer to, const Privacy& value) { return to << value.text; }

Result<Identity> Identity::parse(std::string_view text) {
    auto identity = detail::read_parts<Identity>(text, detail::scan_identity, id);
    if (!identity) return identity;
    const bool is_quoted = identity->digest.data() != text.data() && identity->digest.data()[-1] == '"';
    if (identity->info.empty())
        return is_quoted ? identity : Result<Identity>(fail(ParseErrc::missing, text.size(), "info=<URI>", id));
    if (const auto uri = Uri::parse(identity->info); !uri)
        return fail(uri.error().code, detail::offset_in(text, identity->info) + uri.error().offset,
                    uri.error().expected, id);
    return identity;
}

Printer print(Printer to, const Identity& value) {
    // Without `info` it is the quoted signature of RFC 4474 §9.
    const std::string_view quote = value.info.empty() ? "\"" : "";
    to = to << quote << value.digest << quote << value.params;
    if (!value.params.empty()) return to;
    if (!value.info.empty()) to = to << ";info=<" << value.info << '>';
    if (!value.alg.empty()) to = to << ";alg=" << value.alg;
    return value.ppt.empty() ? to : to << ";ppt=" << value.ppt;
}

}  // namespace sipmsg
