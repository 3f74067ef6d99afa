// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/simple.hpp>
#include <sipmsg/header/via.hpp>
#include <sipmsg/message_view.hpp>
#include <sipmsg/uri.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sipmsg {

/// What every element reads of every message, each header once. Views into the message.
struct Essentials {
    Uri request_uri;                           ///< of a request
    Via via;                                   ///< the topmost
    std::optional<std::string_view> from_tag;  ///< top<From>() has the address
    std::optional<std::string_view> to_tag;    ///< top<To>() has the address
    CallId call_id;
    CSeq cseq;
    std::optional<std::uint8_t> max_forwards;
};

/// Reads them and checks on the way what keeps a message from being routed: each is there, once where it must stand
/// once, and well formed; the Request-URI holds no headers; CSeq's method is the request's; Max-Forwards, when
/// present, is a number up to 255 (RFC 3261 §8.1.1, §16.3, §19.1.1). Of the Vias only the topmost is looked at, and of
/// From and To not the URI, which no proxy needs. The first fault, or nullopt; after a fault `into` is partly set.
[[nodiscard]] std::optional<ParseError> read_essentials(const MessageView& message, Essentials& into);

/// read_essentials(), and the other Vias and the URIs of From and To are well formed too: what a server owes.
[[nodiscard]] std::optional<ParseError> check_mandatory(const MessageView& message, Essentials& into);

}  // namespace sipmsg
