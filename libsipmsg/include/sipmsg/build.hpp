// SPDX-License-Identifier: MIT
#pragma once

// Messages from nothing. Every part is checked before anything is built: a message that comes out parses, and what a
// part says cannot leave its place.

#include <sipmsg/message.hpp>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg {

/// One header line a caller adds.
struct HeaderLine {
    std::string_view name;
    std::string_view value;
};

/// What a request is made of, in the order it is written: Route, Via, To, From, CSeq, Call-ID, Max-Forwards, `headers`,
/// Supported, User-Agent, Content-Type, Content-Length. RFC 3261 §8.1.1. All views must live until build_request()
/// returns. Set it in a named variable: it owns vectors.
struct RequestParts {
    std::string_view method = {};
    std::string_view request_uri = {};
    std::vector<std::string_view> routes = {};  ///< Route values, the first to be visited first
    std::vector<std::string_view> vias = {};    ///< topmost first; may be empty when the transaction layer adds its own
    std::string_view to = {};
    std::string_view from = {};  ///< with its tag (RFC 3261 §8.1.1.3)
    std::uint32_t cseq = 1;      ///< below 2^31 (RFC 3261 §8.1.1.5)
    std::string_view call_id = {};
    std::uint8_t max_forwards = 70;
    std::vector<HeaderLine> headers = {};  ///< in this order; none that has a part of its own above
    std::string_view supported = {};       ///< option tags; empty: no such line
    std::string_view user_agent = {};      ///< empty: no such line
    std::string_view content_type = {};    ///< must be given with a body (RFC 3261 §20.15)
    std::string_view body = {};            ///< any octets
};

/// What a response says beyond what it copies from its request. RFC 3261 §8.2.6.
struct ResponseParts {
    int status = 200;
    std::string_view phrase = {};  ///< empty: the registered one
    std::string_view to_tag =
        {};  ///< goes in when the request's To has none and status is not 100; then it must be given
    std::vector<HeaderLine> headers = {};  ///< in this order; none that is copied or has a part of its own
    std::string_view supported = {};
    std::string_view server = {};
    std::string_view content_type = {};
    std::string_view body = {};
};

/// Which part was refused, and why. The offset counts from the beginning of that part.
struct BuildError {
    std::string part;  ///< "Request-URI", "method", "body", or the name of a header
    ParseError fault;

    friend bool operator==(const BuildError&, const BuildError&) = default;
};
/// "From, octet 7: expected a host".
[[nodiscard]] std::string to_string(const BuildError& error);

/// Refused are: CR, LF and NUL in any part but the body, whatever the header's grammar does not take, a From without
/// tag, a Request-URI with headers, a header that stands twice and may stand once.
[[nodiscard]] std::expected<Message, BuildError> build_request(const RequestParts& parts);

/// Every Via, From, To, Call-ID, CSeq (and Record-Route, Timestamp) as Message::response() copies them, then `headers`,
/// Supported, Server, Content-Type, Content-Length.
[[nodiscard]] std::expected<Message, BuildError> build_response(const MessageView& request, const ResponseParts& parts);

}  // namespace sipmsg
