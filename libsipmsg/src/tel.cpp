// SPDX-License-Identifier: MIT
#include <sipmsg/tel.hpp>

#include "chars.hpp"
#include "fail.hpp"
#include "host.hpp"
#include "machines.hpp"
#include "number.hpp"
#include "uri_text.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace sipmsg {

namespace {

std::string lower_case(std::string_view text) {
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), detail::lower);
    return lowered;
}

/// The parameters of a telephone-subscriber in the order of RFC 3261 §19.1.6: isub and postd first.
std::vector<std::string> ordered_params(const Params& params) {
    std::vector<std::pair<int, std::string>> ranked;
    for (const auto& param : params) {
        const int rank = iequals(param.name, "isub") ? 0 : iequals(param.name, "postd") ? 1 : 2;
        std::string text = lower_case(param.name);
        if (param.value) text.append("=").append(lower_case(*param.value));
        ranked.emplace_back(rank, std::move(text));
    }
    std::ranges::stable_sort(ranked);
    std::vector<std::string> ordered;
    for (auto& [rank, text] : ranked) ordered.push_back(std::move(text));
    return ordered;
}

}  // namespace

Result<TelephoneNumber> TelephoneNumber::parse(std::string_view subscriber) {
    if (subscriber.size() > detail::max_u32) return detail::fail(ParseErrc::too_large, 0, "a shorter number");
    detail::UriPlaces uri;
    uri.text = subscriber.data();
    detail::Scan scan(subscriber, {});
    if (!detail::run_tel(scan, uri, scan.begin(), scan.end())) return std::unexpected(scan.error());
    return TelephoneNumber(std::string(subscriber));
}

Result<TelephoneNumber> TelephoneNumber::of(const Uri& uri) {
    if (uri.scheme() == Scheme::tel) return parse(uri.opaque());
    const bool phone = uri.is_sip() && iequals(uri.params().get("user").value_or(""), "phone");
    if (!phone) return detail::fail(ParseErrc::missing, 0, "a telephone number");
    return parse(unescape(uri.user()));
}

std::string_view TelephoneNumber::number() const noexcept { return std::string_view(text_).substr(0, text_.find(';')); }

std::string TelephoneNumber::digits() const { return detail::plain_number(number()); }

Params TelephoneNumber::params() const noexcept { return Params(std::string_view(text_).substr(number().size())); }

std::string TelephoneNumber::to_sip_uri(std::string_view host) const {
    const auto known = Host::parse(host);
    if (!known) throw std::invalid_argument("not a host");
    std::string user = lower_case(number());
    for (const auto& param : ordered_params(params())) user.append(";").append(param);
    std::string text = "sip:" + escape_user(user) + "@";
    detail::print_behind(text, [&](Printer to) { return detail::print_host(to, *known) << ";user=phone"; });
    return text;
}

}  // namespace sipmsg
