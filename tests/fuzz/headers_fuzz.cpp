// SPDX-License-Identifier: MIT
// One header line through every machine: what is printed reads as the same value, and checking agrees with reading.
#include "require.hpp"

#include <sipmsg/sipmsg.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

/// Every item of the list; each takes at least one octet of it.
template <class T>
void walk(std::string_view list) {
    while (!list.empty()) {
        const auto before = list.size();
        if (!T::parse_item(list)) return;
        fuzz::require(list.size() < before);
    }
}

template <class T>
void prints_back(std::string_view value) {
    const auto parsed = T::parse(value);
    if (!parsed) return;
    const auto printed = sipmsg::to_string(*parsed);
    const auto again = T::parse(printed);
    fuzz::require(again.has_value() && sipmsg::to_string(*again) == printed);
}

void read(std::string_view value) {
    using namespace sipmsg;
    prints_back<Via>(value);
    prints_back<From>(value);
    prints_back<CSeq>(value);
    prints_back<Date>(value);
    prints_back<Replaces>(value);
    walk<Via>(value);
    walk<Contact>(value);
    walk<WwwAuthenticate>(value);
    walk<Supported>(value);
    (void)ContentType::parse(value);
    (void)RetryAfter::parse(value);
    (void)SessionExpires::parse(value);
    (void)RAck::parse(value);
    (void)CallId::parse(value);
    (void)Event::parse(value);
    if (const auto contact = Contact::parse(value)) {
        (void)contact->q();
        (void)contact->expires();
        (void)contact->instance();
        (void)contact->display_name();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return 0;
    const auto name = line.substr(0, colon);
    const auto value = line.substr(colon + 1);
    if (const auto error = sipmsg::check_header(name, value)) {
        fuzz::require(error->offset <= value.size());
        (void)sipmsg::to_string(*error);
    }
    fuzz::require(sipmsg::unfold(value).find_first_of("\r\n") == std::string::npos);
    read(value);
    return 0;
}
