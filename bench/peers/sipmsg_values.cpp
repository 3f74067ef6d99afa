// SPDX-License-Identifier: MIT
#include "peers/sipmsg_values.hpp"

#include <charconv>

namespace bench {

namespace {

using namespace sipmsg;

/// Hands each value of one header line to `use`, typed. False when one is ill-formed.
template <class T>
bool each(std::string_view text, auto& use) {
    if constexpr (ListHeader<T>) {
        while (!text.empty()) {
            const auto value = T::parse_item(text);
            if (!value) return false;
            use(*value);
        }
        return true;
    } else {
        const auto value = T::parse(text);
        if (value) use(*value);
        return value.has_value();
    }
}

/// The same for the header that stands there; true, and nothing used, for one without a type.
bool visit(Header id, std::string_view text, auto&& use) {
    switch (id) {
        case Header::allow: return each<Allow>(text, use);
        case Header::allow_events: return each<AllowEvents>(text, use);
        case Header::authorization: return each<Authorization>(text, use);
        case Header::call_id: return each<CallId>(text, use);
        case Header::contact: return each<Contact>(text, use);
        case Header::content_disposition: return each<ContentDisposition>(text, use);
        case Header::content_encoding: return each<ContentEncoding>(text, use);
        case Header::content_length: return each<ContentLength>(text, use);
        case Header::content_type: return each<ContentType>(text, use);
        case Header::cseq: return each<CSeq>(text, use);
        case Header::date: return each<Date>(text, use);
        case Header::event: return each<Event>(text, use);
        case Header::expires: return each<Expires>(text, use);
        case Header::from: return each<From>(text, use);
        case Header::max_forwards: return each<MaxForwards>(text, use);
        case Header::min_expires: return each<MinExpires>(text, use);
        case Header::p_asserted_identity: return each<PAssertedIdentity>(text, use);
        case Header::path: return each<Path>(text, use);
        case Header::proxy_authenticate: return each<ProxyAuthenticate>(text, use);
        case Header::proxy_authorization: return each<ProxyAuthorization>(text, use);
        case Header::proxy_require: return each<ProxyRequire>(text, use);
        case Header::rack: return each<RAck>(text, use);
        case Header::reason: return each<Reason>(text, use);
        case Header::record_route: return each<RecordRoute>(text, use);
        case Header::refer_to: return each<ReferTo>(text, use);
        case Header::referred_by: return each<ReferredBy>(text, use);
        case Header::replaces: return each<Replaces>(text, use);
        case Header::reply_to: return each<ReplyTo>(text, use);
        case Header::require: return each<Require>(text, use);
        case Header::retry_after: return each<RetryAfter>(text, use);
        case Header::route: return each<Route>(text, use);
        case Header::rseq: return each<RSeq>(text, use);
        case Header::service_route: return each<ServiceRoute>(text, use);
        case Header::session_expires: return each<SessionExpires>(text, use);
        case Header::subscription_state: return each<SubscriptionState>(text, use);
        case Header::supported: return each<Supported>(text, use);
        case Header::to: return each<To>(text, use);
        case Header::unsupported: return each<Unsupported>(text, use);
        case Header::via: return each<Via>(text, use);
        case Header::www_authenticate: return each<WwwAuthenticate>(text, use);
        default: return true;
    }
}

/// Keeps a decoded value from being optimized away: somebody might look at it.
void look_at(const auto& value) { asm volatile("" : : "g"(&value) : "memory"); }

void print(std::string& out, std::uint32_t number) {
    char digits[10];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// Values of types that print themselves, and of those that are plain text or numbers.
template <class T>
void print(std::string& out, const T& value) {
    if constexpr (requires { append_to(out, value); }) {
        append_to(out, value);
    } else if constexpr (requires { to_string(value); }) {
        out += to_string(value);
    } else {
        if constexpr (requires { value.value; }) print(out, value.value);
        if constexpr (requires { value.seconds; }) print(out, value.seconds);
        if constexpr (requires { value.text; }) out += value.text;
        if constexpr (requires { value.subtype; }) out.append(value.type).append("/").append(value.subtype);
        if constexpr (requires { value.scheme; }) out.append(value.scheme).append(" ").append(value.token68);
        if constexpr (requires { value.params; }) out += value.params.text();
    }
}

}  // namespace

bool decode_all(const MessageView& message) {
    const auto look = [](const auto& value) { look_at(value); };
    if (message.is_request()) {
        const auto uri = message.request_uri();
        if (!uri) return false;
        look(*uri);
    }
    for (const auto& field : message.fields()) {
        if (!visit(field.id, message.value(field), look)) return false;
    }
    return true;
}

std::size_t size_of_all(const MessageView& message) {
    std::size_t size = message.is_request() ? sizeof(Uri) : 0;
    for (const auto& field : message.fields()) {
        visit(field.id, message.value(field), [&](const auto& value) { size += sizeof value; });
    }
    return size;
}

DecodedMessage::DecodedMessage(const MessageView& message) : body_(message.body()) {
    if (message.is_request()) {
        start_line_ = [method = message.method_text(), uri = *message.request_uri()](std::string& out) {
            out.append(method).append(" ");
            print(out, uri);
            out += " SIP/2.0\r\n";
        };
    } else {
        start_line_ = [status = message.status(), reason = message.reason()](std::string& out) {
            out += "SIP/2.0 ";
            print(out, static_cast<std::uint32_t>(status));
            out.append(" ").append(reason).append("\r\n");
        };
    }
    for (const auto& field : message.fields()) {
        Line line{message.name(field), {}};
        const auto keep = [&](const auto& value) {
            line.values.emplace_back([value](std::string& out) { print(out, value); });
        };
        const bool read = visit(field.id, message.value(field), keep);
        if (!read || line.values.empty()) {
            line.values.clear();
            line.values.emplace_back([text = message.value(field)](std::string& out) { out += text; });
        }
        lines_.push_back(std::move(line));
    }
}

void DecodedMessage::append_to(std::string& out) const {
    start_line_(out);
    for (const auto& line : lines_) {
        out.append(line.name).append(": ");
        bool first = true;
        for (const auto& value : line.values) {
            if (!first) out += ", ";
            first = false;
            value(out);
        }
        out += "\r\n";
    }
    out.append("\r\n").append(body_);
}

}  // namespace bench
