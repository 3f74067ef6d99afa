// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace siptxn {

/// A copy of a message, or of any part of one, fit for logs and traces: what authenticates somebody is written over
/// with '*'. These are the parameters of Authorization, Proxy-Authorization and Authentication-Info that are no public
/// ones of Digest, all of other schemes (Bearer, Basic), passwords in sip and sips URIs, and in session descriptions
/// the keys of `a=crypto` and `k=` and the value of `a=ice-pwd`. The length stays, so Content-Length and offsets are
/// right still. Takes any octets, malformed ones too; never throws for them. Any thread.
[[nodiscard]] std::string mask_credentials(std::string_view message);

}  // namespace siptxn
