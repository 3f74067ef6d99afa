// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/message.hpp>

#include <string_view>

namespace siptxn {

/// The ACK to a non-2xx final: Request-URI, top Via, From, Call-ID, CSeq number and every Route of the INVITE, To of
/// the response (RFC 3261 §17.1.1.3).
[[nodiscard]] sipmsg::Message ack_for(const sipmsg::Message& invite, const sipmsg::MessageView& response);

/// The CANCEL of a request: the same Request-URI, top Via, From, To, Call-ID, CSeq number and Route (RFC 3261 §9.1),
/// and a Reason when not empty (RFC 3326).
[[nodiscard]] sipmsg::Message cancel_for(const sipmsg::Message& invite, std::string_view reason);

}  // namespace siptxn
