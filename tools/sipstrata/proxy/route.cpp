// SPDX-License-Identifier: MIT
#include "route.hpp"

#include <sipmsg/sipmsg.hpp>

#include <string>
#include <vector>

namespace sipstrata {
namespace {

using sipmsg::Header;

std::vector<std::string> routes_of(const sipmsg::Message& request) {
    std::vector<std::string> routes;
    for (const auto& route : request.all<sipmsg::Route>()) {
        if (route) routes.push_back(sipmsg::unfold(route->text()));
    }
    return routes;
}

void set_routes(sipmsg::Message& request, const std::vector<std::string>& routes) {
    request.remove(Header::route);
    for (const std::string& route : routes) request.append(Header::route, route);
}

// A strict router before us put our Record-Route value into the Request-URI; the real one is the last Route.
bool undo_strict_routing(sipmsg::Message& request, const siptxn::Flow& flow, const OwnAddresses& own) {
    auto uri = request.request_uri();
    if (!uri || !uri->is_loose_router() || !own.is_ours(*uri, flow.local.ip)) return false;
    auto routes = routes_of(request);
    if (routes.empty()) return false;
    auto last = sipmsg::NameAddr::parse(routes.back());
    if (!last) return false;
    std::string ours(request.request_uri_text());
    std::string target(last->uri().text());
    routes.pop_back();
    routes.insert(routes.begin(), "<" + ours + ">");  // Taken off below, token and all.
    request.set_request_uri(target);
    set_routes(request, routes);
    return true;
}

}  // namespace

RouteFindings take_own_routes(sipmsg::Message& request, const siptxn::Flow& flow, const OwnAddresses& own,
                              const FlowTokens& tokens) {
    RouteFindings findings;
    findings.was_routed = undo_strict_routing(request, flow, own);
    // At most two are ours: a proxy that finds more of itself is being made to talk to itself.
    for (int taken = 0; taken < 2; ++taken) {
        auto top = request.top<sipmsg::Route>();
        if (!top || !own.is_ours(top->uri(), flow.local.ip)) break;
        findings.was_routed = true;
        auto named = tokens.read(top->uri().user());
        if (named && *named != flow.id) findings.flow = named;
        request.pop_route();
    }
    return findings;
}

std::string adapt_to_strict_router(sipmsg::Message& request) {
    auto top = request.top<sipmsg::Route>();
    if (!top || top->uri().is_loose_router()) return {};
    std::string next(top->uri().text());
    std::string target = "<" + std::string(request.request_uri_text()) + ">";
    request.pop_route();
    auto routes = routes_of(request);
    routes.push_back(std::move(target));
    set_routes(request, routes);
    request.set_request_uri(next);
    return next;
}

}  // namespace sipstrata
