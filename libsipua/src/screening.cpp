// SPDX-License-Identifier: MIT
#include "screening.hpp"

#include "agent.hpp"

#include <sipmsg/header/content.hpp>
#include <sipmsg/header/simple.hpp>

#include <algorithm>

namespace sipua {
namespace {

using sipmsg::Method;

bool is_supported(Method method) {
    switch (method) {
        case Method::invite:
        case Method::ack:
        case Method::cancel:
        case Method::bye:
        case Method::options:
        case Method::info:
        case Method::message:
        case Method::notify:
        case Method::refer: return true;
        // Known, and refused with 481 or 405 by state rather than by name.
        case Method::prack:
        case Method::subscribe:
        case Method::update: return true;
        default: return false;
    }
}

// What a peer may insist on: RFC 3262, RFC 3891, RFC 4028, RFC 4488, RFC 7614.
bool is_known(std::string_view tag, Method method, const Agent* agent) {
    bool reliable = !agent || agent->options().sip_extension_100rel != SipExtension::unsupported;
    if (method == Method::refer) return sipmsg::iequals(tag, "norefersub") || sipmsg::iequals(tag, "nosub");
    if (sipmsg::iequals(tag, "timer")) return method == Method::invite || method == Method::update;
    if (agent && std::ranges::any_of(agent->options().extra_supported,
                                     [&](const auto& own) { return sipmsg::iequals(tag, own); }))
        return true;
    if (method != Method::invite) return false;
    const bool replaces = !agent || agent->options().sip_extension_replaces != SipExtension::unsupported;
    return (replaces && sipmsg::iequals(tag, "replaces")) || (reliable && sipmsg::iequals(tag, "100rel"));
}

// RFC 3261 §8.2.2.3.
std::string unknown_extensions(const sipmsg::Message& request, const Agent* agent) {
    std::string tags;
    for (auto tag : request.all<sipmsg::Require>()) {
        if (!tag) break;
        if (is_known(tag->text, request.method(), agent)) continue;
        tags.append(tags.empty() ? "" : ", ").append(tag->text);
    }
    return tags;
}

// RFC 3261 §21.4.15.
bool lacks_extension(const sipmsg::Message& request, const Agent* agent) {
    return request.method() == Method::invite && agent &&
           agent->options().sip_extension_100rel == SipExtension::required &&
           sipdialog::reliability_of(request.view()) == sipdialog::Reliability::none;
}

std::optional<Refusal> screen_body(const sipmsg::Message& request) {
    if (request.method() != Method::invite || request.body().empty()) return std::nullopt;
    auto type = request.top<sipmsg::ContentType>();
    bool readable = type && type->is("application", "sdp") && !request.has(sipmsg::Header::content_encoding);
    if (readable) return std::nullopt;
    return Refusal{415, {{"Accept", "application/sdp"}}};
}

}  // namespace

std::optional<Refusal> screen(const sipmsg::Message& request, const sipmsg::Result<sipmsg::Uri>& uri, bool in_dialog,
                              const Agent* agent) {
    const bool taken = agent && !in_dialog && agent->delegate()->on_request;
    if (!is_supported(request.method()) && !taken) return Refusal{405, Agent::allowed()};
    if (!uri) return Refusal{400, {}};
    if (!uri->is_sip()) return Refusal{416, {}};
    if (!in_dialog && !agent) return Refusal{404, {}};
    if (auto tags = unknown_extensions(request, agent); !tags.empty()) return Refusal{420, {{"Unsupported", tags}}};
    if (!in_dialog && lacks_extension(request, agent)) return Refusal{421, {{"Require", "100rel"}}};
    if (request.method() == Method::invite && !request.has(sipmsg::Header::contact)) return Refusal{400, {}};
    return screen_body(request);
}

sipdialog::HeaderList options_headers(const Agent& agent) {
    auto headers = agent.capabilities();
    headers.emplace_back("Accept", "application/sdp");
    headers.emplace_back("Accept-Encoding", "identity");
    headers.emplace_back("Accept-Language", "en");  // of our reason phrases
    return headers;
}

}  // namespace sipua
