// SPDX-License-Identifier: MIT
#include "fault_list.hpp"

#include <sipmsg/header/events.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/simple.hpp>

namespace sipmsg::detail {

namespace {

bool has(const Abilities::Names& names, std::string_view wanted) noexcept {
    return std::ranges::find(*names, wanted) != names->end();
}

/// RFC 3261 §8.2.1, §21.4.6, §21.5.2. CANCEL and ACK belong to the transactions.
void check_method(const MessageView& message, const Abilities::Names& methods, FaultList& faults) {
    const auto method = message.method();
    if (!methods || method == Method::ack || method == Method::cancel || has(methods, message.method_text())) return;
    faults.add(Layer::uas, method == Method::other ? 501 : 405, ParseErrc::unsupported, Header::none,
               message.method_text(), "a method the server supports");
}

/// RFC 3261 §8.1.1.8: a request that makes or refreshes a dialog names one SIP or SIPS URI in Contact.
void check_target(const MessageView& message, FaultList& faults) {
    const auto method = message.method();
    if (method != Method::invite && method != Method::subscribe && method != Method::refer &&
        method != Method::notify && method != Method::update)
        return;
    std::size_t count = 0;
    for (const auto& contact : message.all<Contact>()) {
        if (!contact) return;  // told by its line
        const bool sip = contact->uri().is_sip();
        if (++count == 1 && sip && !contact->is_star()) continue;
        faults.add(Layer::uas, 400, count > 1 ? ParseErrc::too_many : ParseErrc::syntax, Header::contact,
                   contact->is_star() ? *message.raw(Header::contact) : contact->text(), "one SIP URI");
        return;
    }
}

/// RFC 3261 §10.3 step 6: `*` stands alone and removes every binding.
void check_star(const MessageView& message, FaultList& faults) {
    if (message.method() != Method::register_) return;
    std::size_t contacts = 0;
    bool star = false;
    for (const auto& contact : message.all<Contact>()) {
        if (!contact) return;
        ++contacts;
        star = star || contact->is_star();
    }
    if (!star) return;
    const auto expires = message.top<Expires>();
    if (contacts == 1 && expires && expires->value == 0) return;
    faults.add(Layer::uas, 400, ParseErrc::syntax, Header::contact, *message.raw(Header::contact),
               "* alone and Expires: 0");
}

/// RFC 3261 §10.2: an address of record is a SIP or SIPS URI.
void check_address_of_record(const MessageView& message, FaultList& faults) {
    const auto to = message.top<To>();
    if (message.method() != Method::register_ || !to || to->uri().is_sip()) return;
    faults.add(Layer::uas, 400, ParseErrc::syntax, Header::to, to->uri().text(), "a SIP URI to register");
}

/// RFC 6665 §8.3.2; a missing one is told with the other headers that are.
void check_event(const MessageView& message, const Abilities::Names& events, FaultList& faults) {
    const auto method = message.method();
    if (!events || (method != Method::subscribe && method != Method::notify && method != Method::publish)) return;
    const auto event = message.top<Event>();
    if (!event || has(events, event->text)) return;
    faults.add(Layer::uas, 489, ParseErrc::unsupported, Header::event, event->text, "a known event package");
}

}  // namespace

void check_scheme(const MessageView& message, const Abilities::Names& schemes, Layer layer, FaultList& faults) {
    const auto uri = message.request_uri();
    if (!schemes || !uri) return;
    if (std::ranges::any_of(*schemes, [&](std::string_view name) { return iequals(name, uri->scheme_text()); })) return;
    faults.add(layer, 416, ParseErrc::unsupported, Header::none, message.request_uri_text(), "a known URI scheme");
}

void check_for_proxy(const MessageView& message, const Abilities& abilities, FaultList& faults) {
    check_scheme(message, abilities.schemes, Layer::proxy, faults);
    const auto hops = message.top<MaxForwards>();
    if (hops && hops->value == 0 && message.method() != Method::options)
        faults.add(Layer::proxy, 483, ParseErrc::out_of_range, Header::max_forwards, *message.raw(Header::max_forwards),
                   "a hop left");
    if (message.method() != Method::cancel)
        check_tags<ProxyRequire>(message, abilities.extensions, Layer::proxy, faults);
}

void check_for_uas(const MessageView& message, const ValidateOptions& options, FaultList& faults) {
    if (!faults.concerns(Layer::uas)) return;
    const auto& abilities = options.abilities;
    check_method(message, abilities.methods, faults);
    check_scheme(message, abilities.schemes, Layer::uas, faults);
    if (message.method() != Method::cancel) check_tags<Require>(message, abilities.extensions, Layer::uas, faults);
    check_content(message, options, faults);
    check_target(message, faults);
    check_star(message, faults);
    check_address_of_record(message, faults);
    check_event(message, abilities.events, faults);
}

}  // namespace sipmsg::detail
