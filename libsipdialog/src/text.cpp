// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <algorithm>
#include <stdexcept>

namespace sipdialog {
namespace {

bool breaks_lines(char c) { return c == '\r' || c == '\n' || c == '\0'; }

bool breaks_lines(std::string_view text) {
    return std::min({text.find('\r'), text.find('\n'), text.find('\0')}) != std::string_view::npos;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || breaks_lines(c); }

bool is_token_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-.!%*_+`'~").find(c) != std::string_view::npos;
}

/// Between commas and white space, and with its case, as methods are written.
bool names_token(std::string_view list, std::string_view token) {
    const auto is_separator = [&](std::size_t at) {
        return at >= list.size() || list[at] == ',' || is_blank(list[at]);
    };
    for (auto at = list.find(token); at != list.npos; at = list.find(token, at + 1))
        if ((at == 0 || is_separator(at - 1)) && is_separator(at + token.size())) return true;
    return false;
}

std::string realm_of(std::string_view credentials) {
    auto value = sipmsg::AuthValue::parse(credentials);
    return value ? value->get("realm").value_or("") : std::string();
}

std::vector<std::string> lines_of(const sipmsg::Message& message, std::string_view name) {
    std::vector<std::string> lines;
    const auto& view = message.view();
    auto id = sipmsg::header_of(name);
    for (const auto& field : view.fields())
        if (field.id == id && (id != sipmsg::Header::other || sipmsg::iequals(view.name(field), name)))
            lines.push_back(sipmsg::unfold(view.value(field)));
    return lines;
}

}  // namespace

std::string as_request_uri(std::string_view uri) {
    auto parsed = sipmsg::OwnedUri::parse(uri);
    if (!parsed || !parsed->view().is_sip()) return std::string(uri);
    parsed->clear_headers();
    parsed->remove_param("method");
    return parsed->text();
}

std::string as_name_addr(std::string_view address) {
    if (address.find('<') != std::string_view::npos) return std::string(address);
    return "<" + std::string(address) + ">";
}

bool has_description(const sipmsg::MessageView& message) {
    if (message.body().empty()) return false;
    auto type = message.top<sipmsg::ContentType>();
    if (!type) return false;
    auto disposition = message.top<sipmsg::ContentDisposition>();
    return disposition ? sipmsg::iequals(disposition->text, "session") : type->is("application", "sdp");
}

Body description_in(const sipmsg::MessageView& message) {
    if (!has_description(message)) return {};
    return {sipmsg::unfold(message.raw(sipmsg::Header::content_type).value_or("")), std::string(message.body())};
}

std::string_view to_tag(const sipmsg::MessageView& message) {
    const auto fields = message.dialog_fields();
    return fields ? fields->to_tag.value_or("") : "";
}

std::string_view from_tag(const sipmsg::MessageView& message) {
    const auto fields = message.dialog_fields();
    return fields ? fields->from_tag.value_or("") : "";
}

bool wants_notifies(const sipmsg::MessageView& success) {
    auto wish = success.top<sipmsg::ReferSub>();
    return (!wish || wish->value()) && !success.has(sipmsg::Header::refer_events_at);
}

std::optional<bool> allows(const sipmsg::MessageView& message, sipmsg::Method method) {
    const auto* line = message.find(sipmsg::Header::allow);
    if (!line) return std::nullopt;
    for (; line; line = message.next(*line))
        if (names_token(message.value(*line), sipmsg::to_string(method))) return true;
    return false;
}

bool is_description(const Body& body) {
    if (body.content_type.empty()) return false;
    auto type = sipmsg::ContentType::parse(body.content_type);
    return type && type->is("application", "sdp");
}

std::string reason_value(int status) {
    return "SIP;cause=" + std::to_string(status) + ";text=" + sipmsg::quote(sipmsg::reason_phrase(status));
}

void check_text(std::string_view text, const char* what) {
    if (breaks_lines(text)) throw std::invalid_argument(std::string(what) + " contains CR, LF or NUL");
}

void check_headers(const HeaderList& headers) {
    for (const auto& [name, value] : headers) {
        if (name.empty() || !std::ranges::all_of(name, is_token_char)) throw std::invalid_argument("not a header name");
        check_text(value, "a header value");
    }
}

void add_headers(sipmsg::Message& message, const HeaderList& headers) {
    if (!headers.empty()) message.append(headers);
}

void add_headers(sipmsg::Message& message, const sipmsg::HeaderLines& headers) {
    if (!headers.empty()) message.append(headers);
}

std::size_t room_for(const HeaderList& headers) {
    std::size_t room = 0;
    for (const auto& [name, value] : headers) room += name.size() + value.size() + std::string_view(": \r\n").size();
    return room;
}

void add_body(sipmsg::Message& message, const Body& body) {
    if (!body.empty()) message.set_body(body.content_type, body.content);
}

void add_credentials(sipmsg::Message& message, const HeaderList& credentials) {
    for (const auto& [name, value] : credentials) {
        auto kept = lines_of(message, name);
        std::erase_if(kept, [&](const auto& line) { return realm_of(line) == realm_of(value); });
        message.remove(name);
        for (const auto& line : kept) message.append(name, line);
        message.append(name, value);
    }
}

}  // namespace sipdialog
