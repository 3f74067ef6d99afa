// SPDX-License-Identifier: MIT
#include "checks.hpp"

#include <siptxn/flow.hpp>

#include <sipmsg/uri.hpp>

#include <stdexcept>

namespace sipua {

void check_headers(const sipdialog::HeaderList& headers) {
    auto probe = sipmsg::Message::request("OPTIONS", "sip:probe@probe.invalid");
    for (auto& [name, value] : headers) probe.append(name, value);
}

void check_status(int status, int low, int high) {
    if (status < low || status > high)
        throw std::invalid_argument("status " + std::to_string(status) + " is not possible here");
}

// A phrase is text, as a header's value is.
void check_phrase(const std::string& phrase) {
    check_headers({
        {"Reason", phrase}
    });
}

void check_body(const sipdialog::Body& body) {
    if (body.content_type.empty()) return;
    check_headers({
        {"Content-Type", body.content_type}
    });
}

void check_transport(std::string_view transport) {
    if (!transport.empty() && !siptxn::transport_of(transport))
        throw std::invalid_argument("no such transport: " + std::string(transport));
}

std::string checked_target(std::string target) {
    auto uri = sipmsg::Uri::parse(target);
    if (!uri || !uri->is_sip()) throw std::invalid_argument("not a SIP URI: " + target);
    return target;
}

std::string checked_contact(const std::string& uri) {
    auto parsed = sipmsg::Uri::parse(uri);
    if (!parsed) throw std::invalid_argument("not a URI: " + uri);
    auto contact = "<" + uri + ">";
    check_headers({
        {"Contact", contact}
    });
    return contact;
}

sipdialog::HeaderList joined(const sipdialog::HeaderList& first, const sipdialog::HeaderList& then) {
    sipdialog::HeaderList all;
    all.reserve(first.size() + then.size());
    for (const auto* list : {&first, &then}) all.insert(all.end(), list->begin(), list->end());
    return all;
}

}  // namespace sipua
