// SPDX-License-Identifier: MIT
#include <sipmsg/build.hpp>

#include "chars.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/header/via.hpp>

#include <algorithm>
#include <optional>

namespace sipmsg {

namespace {

using Refusal = std::optional<BuildError>;

BuildError refusal(std::string_view part, ParseErrc code, std::size_t offset, const char* expected) {
    const ParseError fault{code, Header::none, static_cast<std::uint32_t>(offset), expected};
    return {std::string(part), fault};
}

BuildError refusal(std::string_view part, ParseError fault) {
    fault.header = Header::none;
    return {std::string(part), fault};
}

Refusal check_line(std::string_view part, std::string_view text) {
    const auto at = text.find_first_of(std::string_view("\r\n\0", 3));
    if (at == std::string_view::npos) return std::nullopt;
    return refusal(part, ParseErrc::syntax, at, "text without CR, LF and NUL");
}

/// A header line of its own: first that it stays one line, then its grammar.
Refusal check_part(Header id, std::string_view value) {
    const auto name = to_string(id);
    if (auto refused = check_line(name, value)) return refused;
    if (value.empty()) return refusal(name, ParseErrc::missing, 0, "a value");
    if (const auto fault = check_header(name, value)) return refusal(name, *fault);
    return std::nullopt;
}

Refusal check_optional(Header id, std::string_view value) {
    return value.empty() ? std::nullopt : check_part(id, value);
}

bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return detail::is(c, detail::is_token); });
}

Refusal check_method(std::string_view method) {
    return is_token(method) ? std::nullopt : Refusal(refusal("method", ParseErrc::syntax, 0, "a token"));
}

Refusal check_request_uri(std::string_view text) {
    const auto uri = Uri::parse(text);
    if (!uri) return refusal("Request-URI", uri.error());
    if (uri->headers().empty()) return std::nullopt;
    const auto at = uri->headers().text().data() - text.data();
    return refusal("Request-URI", ParseErrc::syntax, static_cast<std::size_t>(at), "a URI without headers");
}

Refusal check_from(std::string_view text) {
    if (auto refused = check_part(Header::from, text)) return refused;
    const auto from = From::parse(detail::trim_lws(text));
    if (from && !from->tag().value_or("").empty()) return std::nullopt;
    return refusal("From", ParseErrc::missing, text.size(), "a tag");
}

/// What the parts write themselves, and a caller must not write twice.
bool has_own_part(Header id) noexcept {
    switch (id) {
        case Header::route:
        case Header::via:
        case Header::to:
        case Header::from:
        case Header::cseq:
        case Header::call_id:
        case Header::max_forwards:
        case Header::content_type:
        case Header::content_length: return true;
        default: return false;
    }
}

Refusal check_extra(const HeaderLine& line) {
    if (!is_token(line.name)) return refusal("header name", ParseErrc::syntax, 0, "a token");
    const auto id = header_of(line.name);
    if (has_own_part(id)) return refusal(line.name, ParseErrc::duplicate, 0, "a header without a part of its own");
    if (auto refused = check_line(line.name, line.value)) return refused;
    if (const auto fault = check_header(line.name, line.value)) return refusal(line.name, *fault);
    return std::nullopt;
}

Refusal check_body(std::string_view content_type, std::string_view body) {
    constexpr std::size_t most = 0x7FFF'FFFF;  // positions in a message have 32 bits
    if (body.size() > most) return refusal("body", ParseErrc::too_large, most, "a body below 2 GiB");
    if (!body.empty() && content_type.empty()) return refusal("Content-Type", ParseErrc::missing, 0, "the header");
    return check_optional(Header::content_type, content_type);
}

Refusal check_extras(const std::vector<HeaderLine>& lines) {
    for (const auto& line : lines)
        if (auto refused = check_extra(line)) return refused;
    return std::nullopt;
}

Refusal check_each(Header id, const std::vector<std::string_view>& values) {
    for (const auto value : values)
        if (auto refused = check_part(id, value)) return refused;
    return std::nullopt;
}

Refusal check_number(std::uint32_t cseq) {
    if (cseq < 0x8000'0000) return std::nullopt;
    return refusal("CSeq", ParseErrc::out_of_range, 0, "a number below 2147483648");
}

Refusal check_request(const RequestParts& parts) {
    if (auto refused = check_method(parts.method)) return refused;
    if (auto refused = check_request_uri(parts.request_uri)) return refused;
    if (auto refused = check_each(Header::route, parts.routes)) return refused;
    if (auto refused = check_each(Header::via, parts.vias)) return refused;
    if (auto refused = check_part(Header::to, parts.to)) return refused;
    if (auto refused = check_from(parts.from)) return refused;
    if (auto refused = check_number(parts.cseq)) return refused;
    if (auto refused = check_part(Header::call_id, parts.call_id)) return refused;
    if (auto refused = check_extras(parts.headers)) return refused;
    if (auto refused = check_optional(Header::supported, parts.supported)) return refused;
    if (auto refused = check_optional(Header::user_agent, parts.user_agent)) return refused;
    return check_body(parts.content_type, parts.body);
}

Refusal check_response(const MessageView& request, const ResponseParts& parts) {
    if (parts.status < 100 || parts.status > 699)
        return refusal("status", ParseErrc::out_of_range, 0, "a status code of 100 to 699");
    if (auto refused = check_line("phrase", parts.phrase)) return refused;
    if (!parts.to_tag.empty() && !is_token(parts.to_tag)) return refusal("tag", ParseErrc::syntax, 0, "a token");
    const auto to = request.top<To>();
    if (parts.status > 100 && parts.to_tag.empty() && to && !to->tag())
        return refusal("tag", ParseErrc::missing, 0, "a tag for To");
    if (auto refused = check_extras(parts.headers)) return refused;
    if (auto refused = check_optional(Header::supported, parts.supported)) return refused;
    if (auto refused = check_optional(Header::server, parts.server)) return refused;
    return check_body(parts.content_type, parts.body);
}

void append_line(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(detail::trim_lws(value)).append("\r\n");
}

void append_line(std::string& text, Header id, std::string_view value) {
    if (!value.empty()) append_line(text, to_string(id), value);
}

/// What the parts cannot say one by one: headers that stand twice, CSeq's method, everything once more.
Refusal check_whole(const Message& message) {
    const auto faults = check_all(message.view());
    if (!faults.empty()) return refusal(to_string(faults.front().header), faults.front());
    if (message.is_response() || !message.has(Header::via)) return std::nullopt;
    const auto fault = check_mandatory(message.view());
    return fault ? Refusal(refusal(to_string(fault->header), *fault)) : std::nullopt;
}

std::expected<Message, BuildError> checked(Result<Message> message) {
    if (!message) return std::unexpected(refusal("message", message.error()));
    if (auto refused = check_whole(*message)) return std::unexpected(*std::move(refused));
    return *std::move(message);
}

ParseOptions unlimited() {
    ParseOptions options;
    options.limits = {.head_octets = 0x7FFF'FFFF, .body_octets = 0x7FFF'FFFF, .headers = 0xFFFF, .values = 0xFFFF};
    return options;
}

std::string written(const RequestParts& parts) {
    std::string text(parts.method);
    text.append(" ").append(parts.request_uri).append(" SIP/2.0\r\n");
    for (const auto route : parts.routes) append_line(text, Header::route, route);
    for (const auto via : parts.vias) append_line(text, Header::via, via);
    append_line(text, Header::to, parts.to);
    append_line(text, Header::from, parts.from);
    append_line(text, Header::cseq, std::to_string(parts.cseq).append(" ").append(parts.method));
    append_line(text, Header::call_id, parts.call_id);
    append_line(text, Header::max_forwards, std::to_string(parts.max_forwards));
    for (const auto& line : parts.headers) append_line(text, line.name, line.value);
    append_line(text, Header::supported, parts.supported);
    append_line(text, Header::user_agent, parts.user_agent);
    append_line(text, Header::content_type, parts.content_type);
    append_line(text, Header::content_length, std::to_string(parts.body.size()));
    text.append("\r\n").append(parts.body);
    return text;
}

}  // namespace

std::string to_string(const BuildError& error) {
    return error.part.empty() ? to_string(error.fault) : error.part + ", " + to_string(error.fault);
}

std::expected<Message, BuildError> build_request(const RequestParts& parts) {
    if (auto refused = check_request(parts)) return std::unexpected(*std::move(refused));
    return checked(Message::parse(written(parts), unlimited()));
}

std::expected<Message, BuildError> build_response(const MessageView& request, const ResponseParts& parts) {
    if (auto refused = check_response(request, parts)) return std::unexpected(*std::move(refused));
    auto response = Message::response(request, parts.status, parts.to_tag, parts.phrase);
    response.remove(Header::content_length);
    for (const auto& line : parts.headers) response.append(line.name, line.value);
    if (!parts.supported.empty()) response.append(Header::supported, parts.supported);
    if (!parts.server.empty()) response.append(Header::server, parts.server);
    response.set_body(parts.content_type, parts.body);
    return response;
}

}  // namespace sipmsg
