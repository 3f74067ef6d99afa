// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <system_error>

namespace siptxn::net {

/// Why a wire could not be made, or its TLS not reloaded.
struct SetupError {
    std::error_code code;
    /// "cannot listen on udp 192.0.2.1:5060: Address already in use", "/etc/sip/key.pem: not the certificate's key". No
    /// secret stands in it.
    std::string message;
};

}  // namespace siptxn::net
