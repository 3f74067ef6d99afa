// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/limits.hpp>
#include <sipmsg/message_view.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg {

/// Who objects to a message.
enum class Layer : std::uint8_t {
    parser,  ///< no transaction can be made of it: RFC 3261 §16.3 step 1, for proxies and user agents alike
    proxy,   ///< the core of a proxy: RFC 3261 §16.3
    uas,     ///< the core of a user agent server, a registrar included: RFC 3261 §8.2, §10.3
    uac,     ///< the core of a user agent client: RFC 3261 §8.1.3
};

/// Something that is wrong with a message.
struct Fault {
    ParseError error;  ///< what, in which header, and where: offsets count from the start of the message
    Layer layer = Layer::parser;
    /// The response a server owes for it. 0: none, because the message is a response, which is dropped, or an ACK, or
    /// because whoever receives it is to go on as if the header were not there (RFC 3261 §8.2.2, §16.3, §20).
    std::uint16_t status = 0;

    friend bool operator==(const Fault&, const Fault&) = default;
};

/// What a server can do. What is nullopt is not looked at; names compare as their RFCs say.
struct Abilities {
    using Names = std::optional<std::span<const std::string_view>>;
    Names schemes;  ///< of a Request-URI, else 416 (RFC 3261 §8.2.2.1, §16.3 step 2)
    Names methods;  ///< else 405, or 501 when this library does not know the method either (RFC 3261 §8.2.1, §21.5.2)
    Names extensions;     ///< option tags in Require and Proxy-Require, else 420 (RFC 3261 §8.2.2.3, §16.3 step 5)
    Names content_types;  ///< "application/sdp", else 415 (RFC 3261 §8.2.3); the parts of a multipart are looked at
    Names encodings;      ///< content codings beside "identity", else 415 (RFC 3261 §8.2.3)
    Names events;         ///< event packages, else 489 (RFC 6665 §8.3.2)
};

struct ValidateOptions {
    std::optional<Layer> role;  ///< the core whose rules count beside the parser's; nullopt: every core's
    Abilities abilities;        ///< what that core can do
    ParseOptions parse;         ///< for datagrams, and for multipart bodies
    std::uint32_t request_uri_octets = 8'192;  ///< a longer Request-URI is answered 414
    std::uint16_t faults = 64;                 ///< at most so many are told
};

/// Everything that is wrong with a message, in the order a server looks: what the parser sees, then the checks of RFC
/// 3261 §16.3, then those of §8.2. What only state can tell (482, 481, 401, 407, 403, 404, 421, 488) is not among it.
///
/// Of the parser:
/// - 400: Request-URI, Via, From, To, Call-ID, CSeq, Max-Forwards or Content-Length missing, ill-formed, twice, or at
///   odds with the message; start line or header line ill-formed (RFC 3261 §8.1.1, §16.3 step 1, §21.4.1).
/// - 505, 513, 413: another version; a head, or a body, beyond the limits (RFC 3261 §21.5.6, §21.5.7, §21.4.11).
/// - 414: a Request-URI longer than `request_uri_octets` (RFC 3261 §21.4.12).
/// - 0: Max-Forwards missing; From, or To in a response, without a tag; Via without a branch (RFC 2543).
///
/// Of a proxy:
/// - 400: Route or Proxy-Require ill-formed (RFC 3261 §16.3 step 1).
/// - 416, 483, 420: a foreign scheme, Max-Forwards 0 but for OPTIONS, an unknown tag in Proxy-Require (RFC 3261 §16.3
///   steps 2, 3 and 5).
///
/// Of a user agent server:
/// - 405, 501, 416, 420: method, scheme, an unknown tag in Require (RFC 3261 §8.2.1, §8.2.2).
/// - 400: a header the method needs is missing, ill-formed or twice; a Contact that is not one SIP URI where it becomes
///   a remote target, or `*` but to remove all bindings; a To that cannot be registered; a multipart body that is
///   broken (RFC 3261 §8.1.1.8, §10.2, §10.3 step 6, §20, RFC 3515 §2.4.2).
/// - 489: Event missing, or an unknown package (RFC 6665 §8.3.2, RFC 3903 §6).
/// - 415: a body that must be understood and is of an unknown type or encoding (RFC 3261 §8.2.3).
/// - 0: a header where Tables 2 and 3 of RFC 3261 §20 do not allow it; any other that is ill-formed or twice.
///
/// Of a user agent client:
/// - 0: a response's header where those tables do not allow it, or ill-formed, or twice; one its status needs missing;
///   more than one Via (RFC 3261 §8.1.3.3; `role` uac only).
[[nodiscard]] std::vector<Fault> validate(const MessageView& message, const ValidateOptions& options = {});

/// The same for a datagram, which need not parse: then its fault comes first, and behind it those of the lines that
/// salvage() can read. What else is missing nobody can say.
[[nodiscard]] std::vector<Fault> validate(std::string_view datagram, const ValidateOptions& options = {});

/// The response owed for all of that: the first status that is not 0; 0 when none is owed.
[[nodiscard]] int status_owed(std::span<const Fault> faults) noexcept;

/// The status a server answers with when parse() says this of a request: 505, 513, 413 or 400.
[[nodiscard]] int status_owed(const ParseError& error) noexcept;

/// "400 by a user agent server: Contact, octet 87: expected one SIP URI".
[[nodiscard]] std::string to_string(const Fault& fault);
[[nodiscard]] std::string_view to_string(Layer layer) noexcept;

}  // namespace sipmsg
