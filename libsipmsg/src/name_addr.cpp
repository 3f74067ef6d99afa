// SPDX-License-Identifier: MIT
#include <sipmsg/header/name_addr.hpp>

#include "fail.hpp"
#include "name_addr_parser.hpp"
#include "number.hpp"

namespace sipmsg {

Result<NameAddr> NameAddr::parse(std::string_view text) { return detail::scan_whole<NameAddr>(text, detail::scan_name_addr); }

Result<NameAddr> NameAddr::parse_item(std::string_view& rest) { return detail::scan_item<NameAddr>(rest, detail::scan_name_addr); }

void append_to(std::string& out, const NameAddr& value) {
    if (!value.display.empty()) out.append(value.display).append(" ");
    out += '<';
    append_to(out, value.uri);
    out += '>';
    out += value.params.text();
}

std::string to_string(const NameAddr& value) {
    std::string text;
    append_to(text, value);
    return text;
}

namespace {

Result<Contact> contact_of(Result<NameAddr> address) {
    if (!address) {
        address.error().header = Header::contact;
        return std::unexpected(address.error());
    }
    Contact contact;
    static_cast<NameAddr&>(contact) = *address;
    return contact;
}

Contact star_contact(std::string_view text) {
    Contact contact;
    contact.star = true;
    contact.text = text;
    return contact;
}

}  // namespace

Result<Contact> Contact::parse(std::string_view text) {
    const auto value = detail::trim_lws(text);
    if (value == "*") return star_contact(value);
    return contact_of(NameAddr::parse(text));
}

Result<Contact> Contact::parse_item(std::string_view& rest) {
    const auto value = detail::trim_lws(rest);
    if (value == "*") {
        rest = {};
        return star_contact(value);
    }
    return contact_of(NameAddr::parse_item(rest));
}

std::optional<std::uint32_t> Contact::expires() const noexcept {
    const auto digits = params.get("expires");
    if (!digits || digits->empty() || digits->find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return static_cast<std::uint32_t>(detail::decimal(*digits, detail::max_u32).value_or(detail::max_u32));
}

/// qvalue: "0.7" is 700. RFC 3261 §25.1.
std::optional<std::uint16_t> Contact::q() const noexcept {
    const auto digits = params.get("q").value_or("");
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
    const auto value = detail::decimal(params.get("reg-id").value_or(""), detail::max_u32);
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

namespace {

std::optional<std::string> unquoted(const Params& params, std::string_view name) {
    const auto value = params.get(name);
    return value ? std::optional(unquote(*value)) : std::nullopt;
}

}  // namespace

std::optional<std::string> Contact::instance() const { return unquoted(params, "+sip.instance"); }

std::optional<std::string> Contact::pub_gruu() const { return unquoted(params, "pub-gruu"); }

std::optional<std::string> Contact::temp_gruu() const { return unquoted(params, "temp-gruu"); }

}  // namespace sipmsg
