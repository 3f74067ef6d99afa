// SPDX-License-Identifier: MIT
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/value.hpp>

#include "as_printed.hpp"
#include "chars.hpp"
#include "host.hpp"
#include "kernel.hpp"
#include "param_notes.hpp"

#include <utility>

namespace sipmsg {

static_assert(sizeof(void*) != 8 || sizeof(NameAddr) == 80);

std::optional<ParseError> NameAddr::read(std::string_view whole, Padding behind) {
    detail::Scan scan(whole, behind);
    if (detail::kernel().name_addr(scan, *this) && detail::is_whole(scan)) return std::nullopt;
    return scan.error();
}

std::optional<ParseError> NameAddr::read_item(std::string_view& rest, Padding behind) {
    detail::Scan scan(rest, behind);
    if (detail::kernel().name_addr(scan, *this) && detail::step(rest, scan)) return std::nullopt;
    return scan.error();
}

Result<NameAddr> NameAddr::parse(std::string_view text, Padding behind) {
    Result<NameAddr> result;
    if (const auto error = result->read(text, behind)) result = std::unexpected(*error);
    return result;
}

Result<NameAddr> NameAddr::parse_item(std::string_view& rest, Padding behind) {
    Result<NameAddr> result;
    if (const auto error = result->read_item(rest, behind)) result = std::unexpected(*error);
    return result;
}

std::string NameAddr::friendly_name() const {
    if (auto name = display_name(); !name.empty()) return name;
    if (uri().scheme() == Scheme::tel) return std::string(uri().user());
    if (!uri().is_sip()) return std::string(uri().text());
    auto name = uri().user().empty() ? std::string() : unescape(uri().user()) + "@";
    detail::print_behind(name, [&](Printer to) { return detail::print_host(to, uri().host()); });
    return name;
}

Printer print(Printer to, const NameAddr& value) {
    if (is_as_printed(detail::places(value))) return detail::print_but_for_host(to, value.text(), value.uri().host());
    if (!value.display().empty()) to = to << value.display() << ' ';
    return print(to << '<', value.uri()) << '>' << value.params().text();
}

namespace {

bool reads_star(std::string_view text) noexcept {
    return !text.empty() && (text.front() == '*' || detail::is_lws(text.front())) && detail::trim_lws(text) == "*";
}

void read_star(Contact& contact, std::string_view text) noexcept {
    auto& places = detail::places(contact);
    places.text = detail::trim_lws(text).data();
    places.size = places.params = 1;
}

}  // namespace

Result<Contact> Contact::parse(std::string_view text, Padding behind) {
    Result<Contact> result;
    if (reads_star(text)) {
        read_star(*result, text);
    } else if (auto error = result->read(text, behind)) {
        error->header = id;
        result = std::unexpected(*error);
    }
    return result;
}

Result<Contact> Contact::parse_item(std::string_view& rest, Padding behind) {
    Result<Contact> result;
    if (reads_star(rest)) {
        read_star(*result, std::exchange(rest, {}));
    } else if (auto error = result->read_item(rest, behind)) {
        error->header = id;
        result = std::unexpected(*error);
    }
    return result;
}

Printer print(Printer to, const Contact& value) {
    return value.is_star() ? to << '*' : print(to, static_cast<const NameAddr&>(value));
}

std::optional<std::uint32_t> Contact::expires() const noexcept {
    return detail::seconds_in(noted(detail::expires_slot, "expires").value_or(""));
}

std::optional<std::uint16_t> Contact::q() const noexcept {
    return detail::q_in(noted(detail::q_slot, "q").value_or(""));
}

std::optional<std::uint32_t> Contact::reg_id() const noexcept { return detail::number_of(params(), "reg-id"); }

std::optional<std::string> Contact::instance() const { return detail::unquoted(params(), "+sip.instance"); }

std::optional<std::string> Contact::pub_gruu() const { return detail::unquoted(params(), "pub-gruu"); }

std::optional<std::string> Contact::temp_gruu() const { return detail::unquoted(params(), "temp-gruu"); }

}  // namespace sipmsg
