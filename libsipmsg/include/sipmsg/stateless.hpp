// SPDX-License-Identifier: MIT
#pragma once

// What an element without transactions writes into Via and reads from it. RFC 3261 §16.11, §18.2; RFC 3581.

#include <sipmsg/essentials.hpp>
#include <sipmsg/header/via.hpp>
#include <sipmsg/printer.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg {

/// The topmost Via as a server keeps it and sends it on: without what the client itself wrote into `received` and
/// `rport`, and with these. Views, which must live until it is printed.
struct StampedVia {
    const Via& via;
    std::string_view received = {};                     ///< an address, IPv6 without brackets; empty: no parameter
    std::optional<std::uint16_t> rport = std::nullopt;  ///< nullopt: no parameter
};
[[nodiscard]] Printer print(Printer to, const StampedVia& stamped);

/// The topmost Via of a request that came from that address and port: `received` when sent-by is a name or another
/// address, and when the client asked by `rport`, which gets the port (RFC 3261 §18.2.1, RFC 3581 §4). One line, for
/// Message::replace_top_via(), or for ForwardedMessage::push_via() after pop_via(). `address` is text, IPv6 without
/// brackets.
[[nodiscard]] std::string stamped_via(const Via& via, std::string_view address, std::uint16_t port);

/// Where a response goes over UDP, or over a connection that is to be made anew.
struct ReplyPlace {
    std::string_view host;  ///< an address or, without `received`, whatever stands in sent-by; a view into the Via
    std::uint16_t port = 0;
};
/// By the response's topmost Via, as stamped by whoever received the request: `received`, else sent-by; the port of
/// rport, else of sent-by, else the transport's: 5060, TLS 5061, WS 80, WSS 443 (RFC 3261 §18.2.2, RFC 3581 §4, RFC
/// 7118 §5). `maddr` is not followed: it would let a sender choose who is sent what he did not ask for.
[[nodiscard]] ReplyPlace reply_place(const Via& via) noexcept;

/// Whether the branch is one of RFC 3261 §8.1.1.7: `z9hG4bK`, and something behind it, as the cookie alone proves
/// nothing.
[[nodiscard]] bool has_magic_cookie(const Via& via) noexcept;

/// A branch for the Via of a stateless proxy: the same for each repetition of a request, for an INVITE, its CANCEL and
/// the ACK to a refusal (RFC 3261 §16.11). It follows from topmost branch and sent-by; when that branch is none of RFC
/// 3261, from topmost Via, tags, Call-ID, CSeq's number and Request-URI.
[[nodiscard]] std::string stateless_branch(const Essentials& request);

}  // namespace sipmsg
