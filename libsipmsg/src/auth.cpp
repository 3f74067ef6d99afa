// SPDX-License-Identifier: MIT
#include <sipmsg/header/auth.hpp>

#include "kernel.hpp"
#include "read.hpp"
#include "text_parser.hpp"

namespace sipmsg {

Result<AuthValue> AuthValue::parse(std::string_view text, Padding behind) {
    Result<AuthValue> value;
    if (const auto fault = value->read(text, behind)) value = std::unexpected(*fault);
    return value;
}

Result<AuthValue> AuthValue::parse_item(std::string_view& rest, Padding behind) {
    Result<AuthValue> value;
    if (const auto fault = value->read_item(rest, behind)) value = std::unexpected(*fault);
    return value;
}

detail::Fault AuthValue::read(std::string_view whole, Padding behind) {
    detail::Scan scan(whole, behind);
    return detail::kernel().auth(scan, *this) && is_whole(scan) ? detail::Fault() : scan.error();
}

detail::Fault AuthValue::read_item(std::string_view& rest, Padding behind) {
    detail::Scan scan(rest, behind);
    return detail::kernel().auth(scan, *this) && step(rest, scan) ? detail::Fault() : scan.error();
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
