// SPDX-License-Identifier: MIT
#include <sipdialog/route_set.hpp>

#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <algorithm>

namespace sipdialog {

sipmsg::Result<RouteSet> RouteSet::of(const sipmsg::MessageView& message, Order order) {
    RouteSet set;
    for (const auto& item : message.all<sipmsg::RecordRoute>()) {
        if (!item) return std::unexpected(item.error());
        set.values_.push_back(sipmsg::unfold(item->text()));
    }
    if (order == Order::of_response) std::ranges::reverse(set.values_);
    set.note_first();
    return set;
}

sipmsg::Result<RouteSet> RouteSet::of(std::vector<std::string> values) {
    for (const auto& value : values)
        if (auto route = sipmsg::Route::parse(value); !route) return std::unexpected(route.error());
    RouteSet set;
    set.values_ = std::move(values);
    set.note_first();
    return set;
}

void RouteSet::note_first() {
    if (values_.empty()) return;
    const auto first = sipmsg::NameAddr::parse(values_.front());
    strict_ = first && !first->uri().is_loose_router();
}

std::string_view RouteSet::strict_router() const {
    return strict_ ? sipmsg::NameAddr::parse(values_.front())->uri().text() : std::string_view{};
}

RouteSet::Path RouteSet::path_to(std::string_view remote_target) const {
    if (!strict_) return {as_request_uri(remote_target), values_};
    Path path{
        as_request_uri(strict_router()), {values_.begin() + 1, values_.end()}
    };
    path.route.push_back("<" + std::string(remote_target) + ">");
    return path;
}

}  // namespace sipdialog
