// SPDX-License-Identifier: MIT
#include "sending.hpp"

#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

namespace sipdialog {

using sipmsg::Header;

namespace {

// RFC 3261 §8.1.1.8: SIPS in the Request-URI or the top Route wants SIPS in Contact.
bool wants_secure_contact(const Opening& o) {
    auto top = o.route.empty() ? o.request_uri : o.route.front();
    auto uri = sipmsg::Uri::parse(o.request_uri);
    auto hop = sipmsg::NameAddr::parse(top);
    return (uri && uri->is_secure()) || (hop && hop->uri().is_secure());
}

}  // namespace

void check_opening(const Opening& opening, std::string_view method) {
    for (const auto* text : {&opening.request_uri, &opening.from, &opening.to, &opening.call_id, &opening.from_tag})
        check_text(*text, "an option");
    for (const auto& route : opening.route) check_text(route, "a route");
    check_headers(opening.headers);
    check_headers(opening.common_headers);
    (void)sipmsg::Message::request(method, as_request_uri(opening.request_uri));
}

void complete(Opening& opening, siptxn::Identifiers& identifiers) {
    if (opening.call_id.empty()) opening.call_id = identifiers.call_id();
    if (opening.from_tag.empty()) opening.from_tag = identifiers.tag();
    if (opening.cseq == 0) opening.cseq = identifiers.cseq();
    if (opening.routing.contact && wants_secure_contact(opening)) opening.routing.contact->secure = true;
}

sipmsg::Message make_opening(const Opening& opening, std::string_view method) {
    auto request = sipmsg::Message::request(method, as_request_uri(opening.request_uri));
    for (const auto& route : opening.route) request.append(Header::route, as_name_addr(route));
    request.append(Header::max_forwards, "70");
    request.append(Header::from, as_name_addr(opening.from) + ";tag=" + opening.from_tag);
    request.append(Header::to, as_name_addr(opening.to));
    request.append(Header::call_id, opening.call_id);
    request.append(Header::cseq, std::to_string(opening.cseq) + " " + std::string(method));
    add_headers(request, opening.headers);
    add_headers(request, opening.common_headers);
    return request;
}

siptxn::SendOptions options_inside(const Dialog& dialog, const siptxn::SendOptions& routing, const siptxn::Flow& seen,
                                   bool with_contact) {
    siptxn::SendOptions options;
    options.flow = routing.flow;
    options.next_hop = dialog.routes().strict_router();
    auto target = sipmsg::Uri::parse(dialog.remote_target());
    if (!options.flow && dialog.routes().empty() && target && target->host().text.ends_with(".invalid"))
        options.flow = seen;
    if (with_contact) options.contact = routing.contact;
    if (options.contact && dialog.secure()) options.contact->secure = true;
    return options;
}

sipmsg::Message sent_again(const sipmsg::Message& request, std::uint32_t cseq, const HeaderList& credentials) {
    auto again = request;
    again.set(Header::cseq, std::to_string(cseq) + " " + std::string(request.method_text()));
    add_credentials(again, credentials);
    return again;
}

}  // namespace sipdialog
