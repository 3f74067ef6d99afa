// SPDX-License-Identifier: MIT
#include <sipmsg/header/auth.hpp>

#include "auth_parser.hpp"
#include "read.hpp"
#include "text_parser.hpp"

namespace sipmsg {

Result<AuthValue> AuthValue::parse(std::string_view text) {
    return detail::read_parts<AuthValue>(text, detail::scan_auth, Header::none);
}

Result<AuthValue> AuthValue::parse_item(std::string_view& rest) {
    Result<AuthValue> value;
    detail::Scan scan(rest, {});
    if (!detail::scan_auth(scan, *value) || !detail::step(rest, scan)) value = std::unexpected(scan.error());
    return value;
}

bool AuthValue::has_qop(std::string_view value) const noexcept {
    auto list = params.get("qop").value_or("");
    if (list.size() >= 2 && list.front() == '"') list = list.substr(1, list.size() - 2);
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (iequals(detail::trim_lws(list.substr(0, comma)), value)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

Printer print(Printer to, const AuthValue& value) {
    return to << value.scheme << ' ' << (value.params.empty() ? value.token68 : value.params.text());
}

detail::Fault AuthInfoValue::read(std::string_view whole, Padding) {
    const auto take = [this](std::string_view text, std::string_view) -> detail::Fault {
        params = Params(text, ',');
        return std::nullopt;
    };
    return detail::read_one<std::string_view>(whole, {}, detail::scan_auth_info, take);
}

Printer print(Printer to, const AuthInfoValue& value) { return to << value.params.text(); }

}  // namespace sipmsg
