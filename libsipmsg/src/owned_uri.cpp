// SPDX-License-Identifier: MIT
#include <sipmsg/owned_uri.hpp>

#include "chars.hpp"
#include "host.hpp"
#include "scan.hpp"
#include "uri_text.hpp"

#include <stdexcept>

namespace sipmsg {

namespace {

[[noreturn]] void refuse(std::string_view what) { throw std::invalid_argument(std::string("not ").append(what)); }

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
    if (!view.is_sip()) refuse("a SIP URI");
    return view;
}

/// The host with the brackets it has in the text.
std::string_view host_part(const Uri& uri) {
    auto host = uri.host().text;
    if (uri.host().kind == HostKind::ipv6) host = {host.data() - 1, host.size() + 2};
    return host;
}

const char* end_of(const Uri& uri) { return uri.text().data() + uri.text().size(); }

/// The params as a part of the text, also when there are none.
std::string_view params_part(const Uri& uri) {
    if (!uri.params().empty()) return uri.params().text();
    return {uri.headers().empty() ? end_of(uri) : uri.headers().text().data() - 1, 0};
}

/// The headers with their '?', also when there are none.
std::string_view headers_part(const Uri& uri) {
    if (uri.headers().empty()) return {end_of(uri), 0};
    return detail::between(uri.headers().text().data() - 1, end_of(uri));
}

void append_param(std::string& out, const Param& param) {
    out.append(";").append(param.name);
    if (param.value) out.append("=").append(*param.value);
}

std::string without_param(const Uri& uri, std::string_view name, bool& found) {
    std::string kept;
    for (const auto& param : uri.params()) {
        if (iequals(param.name, name)) {
            found = true;
        } else {
            append_param(kept, param);
        }
    }
    return kept;
}

std::string userinfo_of(std::string_view user, std::optional<std::string_view> password) {
    if (user.empty()) return {};
    std::string userinfo = escape_user(user);
    if (password) userinfo.append(":").append(escape_password(*password));
    return userinfo + "@";
}

std::string host_text(std::string_view host) {
    const auto known = Host::parse(host);
    if (!known) refuse("a host");
    std::string text;
    if (known->kind == HostKind::ipv6) return text.append("[").append(known->text).append("]");
    return text.append(known->text);
}

std::string port_text(std::optional<std::uint16_t> port) { return port ? ":" + std::to_string(*port) : std::string(); }

bool fits(std::string_view text, detail::CharClass bare) noexcept {
    while (!text.empty()) {
        const bool escape = detail::escaped_octet(text) >= 0;
        if (!escape && !detail::is(text.front(), bare)) return false;
        text.remove_prefix(escape ? 3 : 1);
    }
    return true;
}

void check_param(std::string_view name, std::optional<std::string_view> value) {
    const bool sound = !name.empty() && fits(name, detail::is_uri_param) &&
                       (!value || (!value->empty() && fits(*value, detail::is_uri_param)));
    if (!sound) refuse("a URI parameter");
}

void append_header(std::string& list, std::string_view name, std::string_view value) {
    if (name.empty()) refuse("a URI header");
    list.append(list.empty() ? "?" : "&").append(escape_header(name)).append("=").append(escape_header(value));
}

bool is_named(const Param& header, std::string_view name) { return iequals(unescape(header.name), name); }

/// One pass over the headers: each is kept, dropped or, the first of that name, replaced.
struct HeaderEdit {
    std::string list;
    std::size_t matches = 0;
};

HeaderEdit replace_header(const Uri& uri, std::string_view name, std::optional<std::string_view> value) {
    HeaderEdit edit;
    for (const auto& header : uri.headers()) {
        if (is_named(header, name)) {
            if (edit.matches++ == 0 && value) append_header(edit.list, name, *value);
            continue;
        }
        edit.list.append(edit.list.empty() ? "?" : "&").append(header.name);
        edit.list.append("=").append(header.value.value_or(std::string_view{}));
    }
    return edit;
}

}  // namespace

OwnedUri::OwnedUri(const UriParts& parts) {
    const bool secure = iequals(parts.scheme, "sips");
    if (!secure && !iequals(parts.scheme, "sip")) refuse("sip or sips");
    if (parts.user.empty() && parts.password) refuse("a user, but a password");
    std::string text = secure ? "sips:" : "sip:";
    text += userinfo_of(parts.user, parts.password);
    text += host_text(parts.host);
    text += port_text(parts.port);
    for (const auto& param : parts.params) {
        check_param(param.name, param.value);
        append_param(text, param);
    }
    std::string headers;
    for (const auto& header : parts.headers) append_header(headers, header.name, header.value.value_or(""));
    adopt(text_, text + headers);
}

Result<OwnedUri> OwnedUri::parse(std::string_view text) {
    const auto uri = Uri::parse(text);
    if (!uri) return std::unexpected(uri.error());
    return OwnedUri(*uri);
}

Uri OwnedUri::view() const {
    const auto uri = Uri::parse(text_);
    return uri ? *uri : Uri{};
}

std::string OwnedUri::canonical() const { return empty() ? std::string() : to_string(view()); }

void OwnedUri::set_scheme(std::string_view scheme) {
    const auto uri = sip_view(*this);
    if (!iequals(scheme, "sip") && !iequals(scheme, "sips")) refuse("sip or sips");
    adopt(text_, with(text_, uri.scheme_text(), scheme));
}

std::string OwnedUri::user() const { return unescape(view().user()); }

void OwnedUri::set_user(std::string_view unescaped) {
    const auto uri = sip_view(*this);
    std::string userinfo = escape_user(unescaped);
    if (!userinfo.empty() && uri.password()) userinfo.append(":").append(*uri.password());
    if (!userinfo.empty()) userinfo += '@';
    adopt(text_, with(text_, uri.userinfo(), userinfo));
}

std::optional<std::string> OwnedUri::password() const {
    const auto escaped = view().password();
    return escaped ? std::optional(unescape(*escaped)) : std::nullopt;
}

void OwnedUri::set_password(std::optional<std::string_view> unescaped) {
    const auto uri = sip_view(*this);
    if (uri.user().empty() && unescaped) refuse("a user, but a password");
    std::string userinfo(uri.user());
    if (unescaped) userinfo.append(":").append(escape_password(*unescaped));
    if (!userinfo.empty()) userinfo += '@';
    adopt(text_, with(text_, uri.userinfo(), userinfo));
}

void OwnedUri::set_host(std::string_view host) {
    const auto uri = sip_view(*this);
    adopt(text_, with(text_, host_part(uri), host_text(host)));
}

void OwnedUri::set_port(std::optional<std::uint16_t> port) {
    const auto uri = sip_view(*this);
    const auto host = host_part(uri);
    adopt(text_, with(text_, detail::between(host.data() + host.size(), params_part(uri).data()), port_text(port)));
}

std::optional<std::string> OwnedUri::param(std::string_view name) const {
    const auto value = view().params().get(name);
    return value ? std::optional(std::string(*value)) : std::nullopt;
}

bool OwnedUri::has_param(std::string_view name) const { return view().params().has(name); }

void OwnedUri::set_param(std::string_view name, std::optional<std::string_view> value) {
    check_param(name, value);
    if (empty()) refuse("a URI");
    const auto uri = view();
    bool found = false;
    auto params = without_param(uri, name, found);
    append_param(params, {name, value});
    auto edited = with(text_, params_part(uri), params);
    const auto check = Uri::parse(edited);
    // A scheme without parameters would take it as a part of something else.
    if (!check || check->params().get(name) != value.value_or(std::string_view{})) refuse("a URI parameter");
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
    if (!uri.params().empty()) adopt(text_, with(text_, params_part(uri), {}));
}

std::optional<std::string> OwnedUri::header(std::string_view name) const {
    const auto uri = view();
    for (const auto& header : uri.headers())
        if (is_named(header, name)) return unescape(header.value.value_or(std::string_view{}));
    return std::nullopt;
}

bool OwnedUri::has_header(std::string_view name) const { return header(name).has_value(); }

void OwnedUri::set_header(std::string_view name, std::string_view value) {
    const auto uri = sip_view(*this);
    auto edit = replace_header(uri, name, value);
    if (edit.matches == 0) append_header(edit.list, name, value);
    adopt(text_, with(text_, headers_part(uri), edit.list));
}

void OwnedUri::add_header(std::string_view name, std::string_view value) {
    const auto uri = sip_view(*this);
    std::string list(headers_part(uri));
    append_header(list, name, value);
    adopt(text_, with(text_, headers_part(uri), list));
}

std::size_t OwnedUri::remove_header(std::string_view name) {
    const auto uri = view();
    const auto edit = replace_header(uri, name, std::nullopt);
    if (edit.matches > 0) adopt(text_, with(text_, headers_part(uri), edit.list));
    return edit.matches;
}

void OwnedUri::clear_headers() {
    const auto uri = view();
    if (!uri.headers().empty()) adopt(text_, with(text_, headers_part(uri), {}));
}

}  // namespace sipmsg
