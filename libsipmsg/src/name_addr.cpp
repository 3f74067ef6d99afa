// SPDX-License-Identifier: MIT
#include <sipmsg/header/name_addr.hpp>

#include "chars.hpp"
#include "kernel.hpp"
#include "number.hpp"
#include "param_notes.hpp"

#include <utility>

namespace sipmsg {

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

Printer print(Printer to, const NameAddr& value) {
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

std::optional<std::uint32_t> Contact::expires() const noexcept {
    const auto digits = noted(detail::expires_slot, "expires");
    if (!digits || digits->empty() || digits->find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    return static_cast<std::uint32_t>(detail::decimal(*digits, detail::max_u32).value_or(detail::max_u32));
}

/// qvalue: "0.7" is 700. RFC 3261 §25.1.
std::optional<std::uint16_t> Contact::q() const noexcept {
    const auto digits = noted(detail::q_slot, "q").value_or("");
    if (digits.empty() || digits.size() > 5 || (digits[0] != '0' && digits[0] != '1')) return std::nullopt;
    if (digits.size() > 1 && digits[1] != '.') return std::nullopt;
    int value = digits[0] == '1' ? 1000 : 0;
    int weight = 100;
    for (char c : digits.substr(std::min<std::size_t>(2, digits.size()))) {
        if (c < '0' || c > '9') return std::nullopt;
        value += (c - '0') * weight;
        weight /= 10;
    }
    return value <= 1000 ? std::optional(static_cast<std::uint16_t>(value)) : std::nullopt;
}

std::optional<std::uint32_t> Contact::reg_id() const noexcept {
    const auto value = detail::decimal(params().get("reg-id").value_or(""), detail::max_u32);
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

namespace {

std::optional<std::string> unquoted(const Params& params, std::string_view name) {
    const auto value = params.get(name);
    return value ? std::optional(unquote(*value)) : std::nullopt;
}

}  // namespace

std::optional<std::string> Contact::instance() const { return unquoted(params(), "+sip.instance"); }

std::optional<std::string> Contact::pub_gruu() const { return unquoted(params(), "pub-gruu"); }

std::optional<std::string> Contact::temp_gruu() const { return unquoted(params(), "temp-gruu"); }

}  // namespace sipmsg
