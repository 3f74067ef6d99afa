// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/attribute.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace sipmsg::sdp {

const Attribute* find(const Attributes& list, std::string_view name) noexcept {
    const auto it = std::ranges::find(list, name, &Attribute::name);
    return it == list.end() ? nullptr : &*it;
}

bool has(const Attributes& list, std::string_view name) noexcept { return find(list, name) != nullptr; }

std::optional<std::string_view> value_of(const Attributes& list, std::string_view name) noexcept {
    const Attribute* found = find(list, name);
    if (found == nullptr) return std::nullopt;
    return found->text();
}

std::vector<std::string_view> values_of(const Attributes& list, std::string_view name) {
    std::vector<std::string_view> values;
    for (const Attribute& attribute : list)
        if (attribute.name == name) values.push_back(attribute.text());
    return values;
}

void set(Attributes& list, std::string_view name, std::optional<std::string> value) {
    const auto first = std::ranges::find(list, name, &Attribute::name);
    if (first == list.end()) return add(list, name, std::move(value));
    first->value = std::move(value);
    const auto same = [name](const Attribute& other) { return other.name == name; };
    list.erase(std::remove_if(std::next(first), list.end(), same), list.end());
}

void add(Attributes& list, std::string_view name, std::optional<std::string> value) {
    auto& attribute = list.emplace_back();
    attribute.name = name;
    attribute.value = std::move(value);
}

std::size_t remove(Attributes& list, std::string_view name) {
    return std::erase_if(list, [name](const Attribute& other) { return other.name == name; });
}

}  // namespace sipmsg::sdp
