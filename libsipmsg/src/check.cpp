// SPDX-License-Identifier: MIT
#include <sipmsg/message_view.hpp>

#include "fail.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/header/via.hpp>

namespace sipmsg {

namespace {

std::optional<ParseError> located(const MessageView& message, const HeaderField& field, ParseError error) {
    error.header = field.id;
    error.offset += static_cast<std::uint32_t>(message.value(field).data() - message.octets().data());
    return error;
}

/// The header is there, in one line, and that line is one well-formed value.
template <class T>
std::optional<ParseError> exactly_one(const MessageView& message) {
    const auto* field = message.find(T::id);
    if (field == nullptr) return ParseError{ParseErrc::missing, T::id, 0, "the header"};
    if (message.count(T::id) > 1) return located(message, *field, {ParseErrc::duplicate, T::id, 0, "the header once"});
    const auto value = T::parse(message.value(*field));
    return value ? std::nullopt : located(message, *field, value.error());
}

template <class T>
std::optional<ParseError> at_most_one(const MessageView& message) {
    return message.has(T::id) ? exactly_one<T>(message) : std::nullopt;
}

std::optional<ParseError> all_vias(const MessageView& message) {
    if (!message.has(Header::via)) return ParseError{ParseErrc::missing, Header::via, 0, "the header"};
    bool any = false;
    for (const auto& via : message.all<Via>()) {
        if (!via) return via.error();
        any = true;
    }
    if (any) return std::nullopt;
    return located(message, *message.find(Header::via), {ParseErrc::syntax, Header::via, 0, "a Via value"});
}

/// RFC 3261 §8.1.1.5: the method of CSeq is the method of the request.
std::optional<ParseError> same_method(const MessageView& message) {
    const auto cseq = message.top<CSeq>();
    if (message.is_response() || !cseq || cseq->method_text == message.method_text()) return std::nullopt;
    return located(message, *message.find(Header::cseq),
                   {ParseErrc::syntax, Header::cseq, 0, "the method of the request"});
}

/// RFC 3261 §19.1.1: no header component in a Request-URI.
std::optional<ParseError> sound_request_uri(const MessageView& message) {
    if (message.is_response()) return std::nullopt;
    const auto offset = static_cast<std::uint32_t>(message.request_uri_text().data() - message.octets().data());
    const auto uri = message.request_uri();
    if (!uri) {
        auto error = uri.error();
        error.offset += offset;
        return error;
    }
    if (!uri->headers.empty())
        return ParseError{ParseErrc::syntax, Header::none, offset, "a Request-URI without headers"};
    return std::nullopt;
}

}  // namespace

std::optional<ParseError> check_mandatory(const MessageView& message) {
    using Check = std::optional<ParseError> (*)(const MessageView&);
    constexpr Check checks[] = {
        sound_request_uri,   all_vias,          exactly_one<From>,        exactly_one<To>,
        exactly_one<CallId>, exactly_one<CSeq>, at_most_one<MaxForwards>, same_method,
    };
    for (const auto check : checks)
        if (auto error = check(message)) return error;
    return std::nullopt;
}

}  // namespace sipmsg
