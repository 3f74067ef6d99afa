// SPDX-License-Identifier: MIT
#include "registrar.hpp"

#include <sipmsg/sipmsg.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace sipstrata {
namespace {

using sipmsg::Header;

// What +sip.instance and reg-id say; together they name one way to one device (RFC 5626 §6).
std::string instance_of(const sipmsg::Contact& contact) {
    auto instance = contact.params().get("+sip.instance");
    auto reg_id = contact.params().get("reg-id");
    return instance && reg_id ? fmt::format("{} {}", *instance, *reg_id) : std::string();
}

std::string params_without_expires(const sipmsg::Params& params) {
    std::string text;
    for (const auto& param : params) {
        if (sipmsg::iequals(param.name, "expires")) continue;
        text += fmt::format(";{}", param.name);
        if (param.value) text += fmt::format("={}", sipmsg::unfold(*param.value));
    }
    return text;
}

bool same(const Binding& binding, const sipmsg::Contact& contact, const std::string& instance) {
    if (!instance.empty() && binding.instance == instance) return true;
    auto known = sipmsg::Uri::parse(binding.uri);
    return known && equivalent(*known, contact.uri());
}

}  // namespace

std::string user_of(const sipmsg::Uri& uri) { return sipmsg::unescape(uri.user()); }

sipmsg::Message Registrar::refuse(const sipmsg::Message& request, int status, std::string_view phrase) {
    return sipmsg::Message::response(request.view(), status, identifiers_.tag(), phrase);
}

sipmsg::Message Registrar::answer(const sipmsg::Message& request, const siptxn::Flow& flow, siptxn::TimePoint now) {
    if (request.has(Header::require)) {  // RFC 3261 §10.3 step 2: no extension is needed here.
        auto response = refuse(request, 420);
        for (const auto& option : request.all<sipmsg::Require>()) {
            if (option) response.append(Header::unsupported, option->text);
        }
        return response;
    }
    auto to = request.top<sipmsg::To>();
    if (!to || to->uri().user().empty()) return refuse(request, 404);
    std::string user = user_of(to->uri());
    auto bindings = location_.lookup(user, now);
    if (bindings.empty() && !location_.knows(user) && location_.users() >= options_.users) return refuse(request, 503);

    Refusal refusal;
    auto first = request.top<sipmsg::Contact>();
    if (!first && first.error().code != sipmsg::ParseErrc::missing) return refuse(request, 400, "Malformed Contact");
    if (first) refusal = first->is_star() ? remove_all(request, bindings) : update(request, flow, bindings, now);
    if (refusal.status == 423) {
        auto response = refuse(request, 423);
        response.append(Header::min_expires, std::to_string(options_.shortest_expires));
        return response;
    }
    if (refusal.status != 0) return refuse(request, refusal.status, refusal.phrase);
    if (first) location_.replace(user, std::move(bindings));
    return accept(request, user, now);
}

// RFC 3261 §10.3 step 6: `*` only alone and with Expires 0.
Registrar::Refusal Registrar::remove_all(const sipmsg::Message& request, std::vector<Binding>& bindings) const {
    auto expires = request.top<sipmsg::Expires>();
    std::size_t contacts = 0;
    for (const auto& contact : request.all<sipmsg::Contact>()) contacts += contact.has_value() ? 1 : 2;
    if (contacts != 1 || !expires || expires->value != 0) return {400, "Contact * Needs Expires 0"};
    auto cseq = request.top<sipmsg::CSeq>();
    auto call_id = request.raw(Header::call_id).value_or("");
    for (const Binding& binding : bindings) {
        if (cseq && binding.call_id == call_id && cseq->number <= binding.cseq) return {500, "CSeq Out of Order"};
    }
    bindings.clear();
    return {};
}

// RFC 3261 §10.3 step 7.
Registrar::Refusal Registrar::update(const sipmsg::Message& request, const siptxn::Flow& flow,
                                     std::vector<Binding>& bindings, siptxn::TimePoint now) const {
    auto cseq = request.top<sipmsg::CSeq>();
    auto header = request.top<sipmsg::Expires>();
    auto call_id = request.raw(Header::call_id).value_or("");
    for (const auto& contact : request.all<sipmsg::Contact>()) {
        if (!contact || contact->is_star()) return {400, "Malformed Contact"};
        if (!contact->uri().is_sip()) return {400, "Contact Is Not SIP"};
        std::uint32_t expires = contact->expires().value_or(header ? header->value : options_.default_expires);
        if (expires > 0 && expires < options_.shortest_expires) return {423, ""};
        expires = std::min(expires, options_.longest_expires);

        std::string instance = instance_of(*contact);
        auto known =
            std::ranges::find_if(bindings, [&](const Binding& binding) { return same(binding, *contact, instance); });
        if (known != bindings.end()) {
            if (known->call_id == call_id && cseq && cseq->number <= known->cseq) return {500, "CSeq Out of Order"};
            bindings.erase(known);
        }
        if (expires == 0) continue;
        if (bindings.size() >= options_.bindings_per_user) return {403, "Too Many Contacts"};
        bindings.push_back({.uri = std::string(contact->uri().text()),
                            .params = params_without_expires(contact->params()),
                            .q = contact->q().value_or(1000),
                            .expires = now + std::chrono::seconds(expires),
                            .call_id = std::string(call_id),
                            .cseq = cseq ? cseq->number : 0,
                            .flow = is_reliable(flow.transport) ? std::optional(flow) : std::nullopt,
                            .instance = std::move(instance)});
    }
    return {};
}

// RFC 3261 §10.3 step 8: all current bindings, with the seconds they have left.
sipmsg::Message Registrar::accept(const sipmsg::Message& request, std::string_view user, siptxn::TimePoint now) {
    auto response = sipmsg::Message::response(request.view(), 200, identifiers_.tag());
    for (const Binding& binding : location_.lookup(user, now)) {
        auto left = std::chrono::ceil<std::chrono::seconds>(binding.expires - now).count();
        response.append(Header::contact, fmt::format("<{}>{};expires={}", binding.uri, binding.params, left));
    }
    return response;
}

}  // namespace sipstrata
