// SPDX-License-Identifier: MIT
#include "forwarding.hpp"

#include <sipmsg/sipmsg.hpp>

#include <utility>
#include <vector>

namespace bench {

namespace {

using namespace sipmsg;
using Lines = std::vector<std::pair<std::string_view, std::string_view>>;

template <class T>
std::vector<std::string_view> texts(const MessageView& message) {
    std::vector<std::string_view> found;
    for (const auto& value : message.all<T>()) {
        if (value) found.push_back(value->text());
    }
    return found;
}

bool is_edited(Header id) { return id == Header::via || id == Header::route || id == Header::max_forwards; }

Lines untouched(const MessageView& message) {
    Lines lines;
    for (const auto& field : message.fields()) {
        if (!is_edited(field.id)) lines.emplace_back(message.name(field), message.value(field));
    }
    return lines;
}

template <class T>
std::vector<T> without_first(std::vector<T> values) {
    if (!values.empty()) values.erase(values.begin());
    return values;
}

}  // namespace

std::string wrongly_forwarded(std::string_view received, std::string_view forwarded) {
    const auto before = parse(received);
    const auto after = parse(forwarded);
    if (!before || !after) return "not a message";
    auto vias = texts<Via>(*before);
    auto routes = texts<Route>(*before);
    if (before->is_request()) {
        vias.insert(vias.begin(), own_via);
        routes = without_first(routes);
        const auto hops = before->top<MaxForwards>();
        const auto hops_left = after->top<MaxForwards>();
        if (!hops || !hops_left || hops_left->value + 1 != hops->value) return "Max-Forwards";
    } else {
        vias = without_first(vias);
    }
    if (texts<Via>(*after) != vias) return "Via";
    if (texts<Route>(*after) != routes) return "Route";
    if (untouched(*after) != untouched(*before)) return "another header";
    if (after->body() != before->body()) return "the body";
    return "";
}

}  // namespace bench
