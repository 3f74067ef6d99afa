// SPDX-License-Identifier: MIT
#pragma once

// What the caller wants of the elements on the way, and what the ends can do.

#include <sipmsg/header/value.hpp>

namespace sipmsg {

/// "*;audio;require": which contacts to prefer. RFC 3841 §9.2.
struct AcceptContact : detail::Listed<AcceptContact, Header::accept_contact, TokenParamsValue> {
    [[nodiscard]] bool require() const noexcept { return params.has("require"); }
    [[nodiscard]] bool is_explicit() const noexcept { return params.has("explicit"); }
};

/// "*;automata": which contacts to leave out. RFC 3841 §9.2.
using RejectContact = TokenParamsListHeader<Header::reject_contact>;

/// "proxy", "fork", "no-cancel", ... RFC 3841 §9.1.
using RequestDisposition = TokenHeader<Header::request_disposition>;

/// "*;+feature=...": what an element on the way can do. RFC 6809.
using FeatureCaps = TokenParamsListHeader<Header::feature_caps>;

/// "namespace.priority". RFC 4412 §3.1.
struct ResourceValue {
    std::string_view text;
    [[nodiscard]] std::string_view name_space() const noexcept { return text.substr(0, text.find('.')); }
    [[nodiscard]] std::string_view priority() const noexcept { return text.substr(text.find('.') + 1); }

protected:
    [[nodiscard]] detail::Fault read(std::string_view whole, Padding behind = {});
    [[nodiscard]] detail::Fault read_item(std::string_view& rest, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const ResourceValue& value);

struct ResourcePriority : detail::Listed<ResourcePriority, Header::resource_priority, ResourceValue> {};
struct AcceptResourcePriority
    : detail::Listed<AcceptResourcePriority, Header::accept_resource_priority, ResourceValue> {};

}  // namespace sipmsg
