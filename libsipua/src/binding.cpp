// SPDX-License-Identifier: MIT
#include "binding.hpp"

#include <sipmsg/header/simple.hpp>

#include <algorithm>

namespace sipua {

using namespace std::chrono_literals;

std::optional<sipmsg::Contact> find_binding(const sipmsg::MessageView& response, const OwnBinding& own) {
    std::optional<sipmsg::Contact> by_gruu, by_user;
    for (auto contact : response.all<sipmsg::Contact>()) {
        if (!contact) break;
        const auto instance = contact->instance();
        const bool same_device = instance && *instance == "<" + own.instance + ">";
        if (same_device && contact->reg_id().value_or(0) == static_cast<std::uint32_t>(own.reg_id)) return *contact;
        if (!own.gruu.empty() && contact->pub_gruu() == own.gruu) by_gruu = *contact;
        if (!instance && contact->uri().user() == own.user) by_user = *contact;
    }
    return by_gruu ? by_gruu : by_user;
}

std::chrono::seconds granted(const sipmsg::MessageView& response, const sipmsg::Contact& binding,
                             std::chrono::seconds asked) {
    if (auto own = binding.expires()) return std::chrono::seconds(*own);
    if (auto header = response.top<sipmsg::Expires>()) return std::chrono::seconds(header->value);
    return asked;
}

std::string uri_in(const std::optional<std::string>& quoted) {
    return quoted && sipmsg::Uri::parse(*quoted) ? *quoted : std::string();
}

std::vector<std::string> service_route(const sipmsg::MessageView& response) {
    std::vector<std::string> routes;
    for (auto route : response.all<sipmsg::ServiceRoute>()) {
        if (!route) return {};  // half of a way leads nowhere
        routes.push_back(sipmsg::unfold(route->text()));
    }
    return routes;
}

std::chrono::milliseconds back_off(int failures, bool others, double chance) {
    constexpr std::chrono::milliseconds longest = 30min;
    const std::chrono::milliseconds base = others ? 90s : 30s;
    const auto most = std::min(longest, base * (1 << std::min(failures, 10)));
    return most / 2 + std::chrono::milliseconds(static_cast<long>(static_cast<double>(most.count()) / 2 * chance));
}

}  // namespace sipua
