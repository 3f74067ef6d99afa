// SPDX-License-Identifier: MIT
#include <sipdialog/route_set.hpp>

#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <algorithm>

namespace sipdialog {
namespace {

bool is_loose(const std::string& value) {
    auto route = sipmsg::NameAddr::parse(value);
    return !route || route->uri().is_loose_router();
}

std::string uri_of(const std::string& value) {
    auto route = sipmsg::NameAddr::parse(value);
    return route ? std::string(route->uri().text()) : value;
}

}  // namespace

sipmsg::Result<RouteSet> RouteSet::of(const sipmsg::MessageView& message, Order order) {
    RouteSet set;
    for (const auto& item : message.all<sipmsg::RecordRoute>()) {
        if (!item) return std::unexpected(item.error());
        set.values_.push_back(unfolded(item->text()));
    }
    if (order == Order::of_response) std::ranges::reverse(set.values_);
    return set;
}

sipmsg::Result<RouteSet> RouteSet::of(std::vector<std::string> values) {
    for (const auto& value : values)
        if (auto route = sipmsg::Route::parse(value); !route) return std::unexpected(route.error());
    RouteSet set;
    set.values_ = std::move(values);
    return set;
}

RouteSet::Path RouteSet::path_to(std::string_view remote_target) const {
    if (values_.empty() || is_loose(values_.front())) return {as_request_uri(remote_target), values_};
    Path path{
        as_request_uri(uri_of(values_.front())), {values_.begin() + 1, values_.end()}
    };
    path.route.push_back("<" + std::string(remote_target) + ">");
    return path;
}

}  // namespace sipdialog
