// SPDX-License-Identifier: MIT
// One datagram: read every way there is, copied, edited, answered. What a strict reader takes, a lenient one takes.
#include "require.hpp"

#include <sipmsg/sipmsg.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

template <class T>
void read_all(const sipmsg::MessageView& message) {
    (void)message.top<T>();
    std::size_t items = 0;
    for (const auto& item : message.all<T>()) {
        (void)item;
        fuzz::require(++items <= message.octets().size());  // every item costs octets
    }
}

template <class... T>
void read_each(const sipmsg::MessageView& message) {
    (read_all<T>(message), ...);
}

void read_typed(const sipmsg::MessageView& message) {
    using namespace sipmsg;
    read_each<Via, From, To, Contact, Route, RecordRoute, ReferTo, CSeq, CallId, MaxForwards, ContentLength, Expires>(
        message);
    read_each<Supported, Require, Allow, ContentType, Event, SubscriptionState, Reason, RetryAfter, RAck>(message);
    read_each<SessionExpires, WwwAuthenticate, ProxyAuthenticate, Authorization, ProxyAuthorization>(message);
}

void edit(const sipmsg::MessageView& view) {
    sipmsg::Message copy(view);
    fuzz::require(copy.octets() == view.octets());
    copy.push_via("SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKfuzz");
    copy.pop_via();
    copy.pop_route();
    copy.decrement_max_forwards();
    copy.set("Subject", "edited");
    copy.set_body("text/plain", "body");
    const auto again = sipmsg::parse(copy.octets());
    fuzz::require(again.has_value() && again->body() == "body" && again->raw("Subject") == "edited");
}

void answer(const sipmsg::MessageView& request) {
    if (!request.is_request()) return;
    const bool sound = !sipmsg::check_mandatory(request);
    const bool clean = request.octets().find('\0') == std::string_view::npos;  // else it may be misuse
    if (!sound && !clean) return;
    const sipmsg::Message response = sipmsg::Message::response(request, 480, "a-tag-that-takes-room");
    const auto again = sipmsg::parse(response.octets());
    fuzz::require(again.has_value() && again->status() == 480 && (!sound || !sipmsg::check_mandatory(*again)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    const auto strict = sipmsg::parse(octets);
    sipmsg::ParseOptions tolerant;
    tolerant.lenient.bare_lf = true;
    const auto loose = sipmsg::parse(octets, tolerant);
    if (!strict) return 0;
    fuzz::require(loose.has_value());
    read_typed(*strict);
    (void)sipmsg::check_all(*strict);
    edit(*strict);
    answer(*strict);
    return 0;
}
