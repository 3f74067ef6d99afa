// SPDX-License-Identifier: MIT
#include <sipmsg/uri.hpp>

#include "chars.hpp"
#include "host.hpp"

#include <stdexcept>

namespace sipmsg {

namespace {

/// Takes the new text only when it parses: an edit never leaves a broken URI.
void adopt(std::string& text, std::string edited) {
    const auto uri = Uri::parse(edited);
    if (!uri) throw std::invalid_argument("not a URI: " + to_string(uri.error()));
    text = std::move(edited);
}

/// The text with one part replaced; `part` is a view into `text`.
std::string with(const std::string& text, std::string_view part, std::string_view replacement) {
    const auto offset = static_cast<std::size_t>(part.data() - text.data());
    std::string edited = text;
    edited.replace(offset, part.size(), replacement);
    return edited;
}

Uri sip_view(const OwnedUri& uri) {
    auto view = uri.view();
    if (!view.is_sip()) throw std::invalid_argument("not a SIP URI");
    return view;
}

/// userinfo, from behind the scheme to the host.
std::string_view host_part(const Uri& uri) {
    auto host = uri.host.text;
    if (uri.host.kind == HostKind::ipv6) host = {host.data() - 1, host.size() + 2};
    return host;
}

std::string without_param(const Uri& uri, std::string_view name, bool& found) {
    std::string kept;
    for (const auto& param : uri.params) {
        if (iequals(param.name, name)) {
            found = true;
            continue;
        }
        kept.append(";").append(param.name);
        if (param.value) kept.append("=").append(*param.value);
    }
    return kept;
}

/// The params as a part of the text, also when there are none.
std::string_view params_part(const Uri& uri) {
    if (!uri.params.empty()) return uri.params.text();
    const char* end = uri.headers.empty() ? uri.text.data() + uri.text.size() : uri.headers.text().data() - 1;
    return {end, 0};
}

}  // namespace

Result<OwnedUri> OwnedUri::parse(std::string_view text) {
    const auto uri = Uri::parse(text);
    if (!uri) return std::unexpected(uri.error());
    return OwnedUri(*uri);
}

Uri OwnedUri::view() const {
    const auto uri = Uri::parse(text_);
    return uri ? *uri : Uri{};
}

void OwnedUri::set_user(std::string_view unescaped) {
    const auto uri = sip_view(*this);
    const auto host = host_part(uri);
    const char* behind_scheme = uri.opaque.data();
    std::string userinfo = escape_user(unescaped);
    if (!userinfo.empty() && uri.password) userinfo.append(":").append(*uri.password);
    if (!userinfo.empty()) userinfo += '@';
    adopt(text_, with(text_, {behind_scheme, static_cast<std::size_t>(host.data() - behind_scheme)}, userinfo));
}

void OwnedUri::set_host(std::string_view host) {
    const auto uri = sip_view(*this);
    const bool bare_ipv6 = detail::ipv6_octets(host).has_value();
    const auto text = bare_ipv6 ? "[" + std::string(host) + "]" : std::string(host);
    if (!detail::classify_host(text)) throw std::invalid_argument("not a host");
    adopt(text_, with(text_, host_part(uri), text));
}

void OwnedUri::set_port(std::optional<std::uint16_t> port) {
    const auto uri = sip_view(*this);
    const auto host = host_part(uri);
    const char* from = host.data() + host.size();
    const char* to = params_part(uri).data();
    adopt(text_,
          with(text_, {from, static_cast<std::size_t>(to - from)}, port ? ":" + std::to_string(*port) : std::string()));
}

void OwnedUri::set_param(std::string_view name, std::optional<std::string_view> value) {
    const auto uri = view();
    bool found = false;
    auto params = without_param(uri, name, found);
    params.append(";").append(name);
    if (value) params.append("=").append(*value);
    auto edited = with(text_, params_part(uri), params);
    const auto check = Uri::parse(edited);
    if (!check || check->params.get(name) != value.value_or(std::string_view{}))
        throw std::invalid_argument("not a URI parameter");
    adopt(text_, std::move(edited));
}

bool OwnedUri::remove_param(std::string_view name) {
    const auto uri = view();
    bool found = false;
    const auto params = without_param(uri, name, found);
    if (found) adopt(text_, with(text_, params_part(uri), params));
    return found;
}

void OwnedUri::clear_params() {
    const auto uri = view();
    adopt(text_, with(text_, params_part(uri), {}));
}

void OwnedUri::clear_headers() {
    const auto uri = view();
    if (uri.headers.empty()) return;
    const auto headers = uri.headers.text();
    adopt(text_, with(text_, {headers.data() - 1, headers.size() + 1}, {}));
}

}  // namespace sipmsg
