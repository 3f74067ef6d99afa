// SPDX-License-Identifier: MIT
#include <sipmsg/validate.hpp>

#include "fault_list.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/header/via.hpp>

namespace sipmsg {

namespace {

using detail::FaultList;

void check_request_uri(const MessageView& message, const ValidateOptions& options, FaultList& faults) {
    const auto text = message.request_uri_text();
    if (text.size() > options.request_uri_octets)
        faults.add(Layer::parser, 414, ParseErrc::too_large, Header::none, text, "a shorter Request-URI");
    const auto uri = message.request_uri();
    if (!uri) {
        auto error = uri.error();
        error.offset += faults.offset_of(text);
        faults.add(Layer::parser, 400, error);
    } else if (!uri->headers().empty()) {  // RFC 3261 §19.1.1
        faults.add(Layer::parser, 400, ParseErrc::syntax, Header::none, text, "a Request-URI without headers");
    }
}

bool is_mandatory(Header id) noexcept {
    return id == Header::via || id == Header::from || id == Header::to || id == Header::call_id || id == Header::cseq;
}

/// RFC 3261 §8.2.2, §16.3 step 1: what must be sound depends on who reads it and what for; the rest is let pass.
struct Need {
    Layer layer;
    int status;
};

bool is_target(Method method) noexcept {
    return method == Method::invite || method == Method::subscribe || method == Method::notify ||
           method == Method::refer || method == Method::update;
}

bool uas_needs(Header id, const MessageView& message) noexcept {
    const auto method = message.method();
    switch (id) {
        case Header::require: return true;
        case Header::contact: return is_target(method) || method == Method::register_;
        case Header::record_route: return is_target(method) && method != Method::update;
        case Header::content_type:
        case Header::content_encoding:
        case Header::content_disposition: return !message.body().empty();
        case Header::event: return method == Method::subscribe || method == Method::notify || method == Method::publish;
        case Header::subscription_state: return method == Method::notify;
        case Header::sip_if_match: return method == Method::publish;
        case Header::refer_to: return method == Method::refer;
        case Header::rack: return method == Method::prack;
        case Header::replaces:
        case Header::join: return method == Method::invite;
        case Header::session_expires:
        case Header::min_se: return method == Method::invite || method == Method::update;
        default: return false;
    }
}

Need need_of(Header id, const MessageView& message) noexcept {
    if (is_mandatory(id) || id == Header::max_forwards || id == Header::content_length) return {Layer::parser, 400};
    if (message.is_response()) return {Layer::uac, 0};
    if (id == Header::route || id == Header::proxy_require) return {Layer::proxy, 400};
    return {Layer::uas, uas_needs(id, message) ? 400 : 0};
}

void check_lines(const MessageView& message, FaultList& faults) {
    for (const auto& error : check_all(message)) {
        const auto need = need_of(error.header, message);
        faults.add(need.layer, need.status, error);
    }
}

/// RFC 3261 §8.1.1.5: the method of CSeq is the method of the request.
void check_cseq(const MessageView& message, FaultList& faults) {
    const auto cseq = message.top<CSeq>();
    if (!message.is_request() || !cseq || cseq->method_text == message.method_text()) return;
    faults.add(Layer::parser, 400, ParseErrc::syntax, Header::cseq, *message.raw(Header::cseq),
               "the method of the request");
}

/// What RFC 2543 let its elements leave out, and receivers still put up with.
void check_tags_and_branch(const MessageView& message, FaultList& faults) {
    const auto from = message.top<From>();
    if (from && from->tag().value_or("").empty())
        faults.add(Layer::parser, 0, ParseErrc::missing, Header::from, *message.raw(Header::from), "a tag");
    const auto to = message.top<To>();
    if (message.status() > 100 && to && to->tag().value_or("").empty())  // RFC 3261 §8.2.6.2
        faults.add(Layer::parser, 0, ParseErrc::missing, Header::to, *message.raw(Header::to), "a tag");
    const auto via = message.top<Via>();
    if (via && via->branch().empty())
        faults.add(Layer::parser, 0, ParseErrc::missing, Header::via, *message.raw(Header::via), "a branch");
}

/// RFC 3261 §8.1.3.3. Only a client may say so: a proxy's responses carry more.
void check_vias(const MessageView& message, FaultList& faults) {
    std::size_t vias = 0;
    for (const auto& via : message.all<Via>())
        if (via && ++vias == 2)
            faults.add(Layer::uac, 0, ParseErrc::too_many, Header::via, *message.raw(Header::via), "one Via");
}

std::vector<Fault> faults_of_rest(std::string_view datagram, const ParseError& error, const ValidateOptions& options) {
    const auto rest = salvage(datagram, options.parse);
    const MessageView nothing;
    FaultList faults(rest ? *rest : nothing, options);
    const auto before = datagram.substr(0, error.offset);
    const bool body = error.code == ParseErrc::too_large && (before.ends_with("\r\n\r\n") || before.ends_with("\n\n"));
    faults.add(Layer::parser, rest ? body ? 413 : status_owed(error) : 0, error);
    if (!rest) return std::move(faults).take();
    if (rest->is_request()) check_request_uri(*rest, options, faults);
    check_lines(*rest, faults);
    return std::move(faults).take();
}

}  // namespace

std::vector<Fault> validate(const MessageView& message, const ValidateOptions& options) {
    FaultList faults(message, options);
    if (message.is_request()) check_request_uri(message, options, faults);
    for (const auto id : {Header::via, Header::from, Header::to, Header::call_id, Header::cseq})
        if (!message.has(id)) faults.missing(Layer::parser, 400, id);
    check_lines(message, faults);
    check_cseq(message, faults);
    check_tags_and_branch(message, faults);
    if (message.is_request()) {
        check_for_proxy(message, options.abilities, faults);
        check_for_uas(message, options, faults);
    } else if (options.role == Layer::uac) {
        check_vias(message, faults);
    }
    detail::check_presence(message, faults);
    return std::move(faults).take();
}

std::vector<Fault> validate(std::string_view datagram, const ValidateOptions& options) {
    const auto message = parse(datagram, options.parse);
    return message ? validate(*message, options) : faults_of_rest(datagram, message.error(), options);
}

int status_owed(std::span<const Fault> faults) noexcept {
    for (const auto& fault : faults)
        if (fault.status != 0) return fault.status;
    return 0;
}

int status_owed(const ParseError& error) noexcept {
    if (error.code == ParseErrc::version) return 505;
    if (error.code != ParseErrc::too_large) return 400;
    return error.header == Header::content_length ? 413 : 513;
}

std::string_view to_string(Layer layer) noexcept {
    switch (layer) {
        case Layer::parser: return "a parser";
        case Layer::proxy: return "a proxy";
        case Layer::uas: return "a user agent server";
        case Layer::uac: return "a user agent client";
    }
    return "nobody";
}

std::string to_string(const Fault& fault) {
    std::string text = fault.status == 0 ? "passed over" : std::to_string(fault.status);
    return text.append(" by ").append(to_string(fault.layer)).append(": ").append(to_string(fault.error));
}

}  // namespace sipmsg
