// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <system_error>

namespace siptxn::net {

struct TlsFault {
    std::error_code code;
    std::string reason;
};

/// Why OpenSSL gave up, from its error queue, which is emptied, and the verification of the peer's certificate.
[[nodiscard]] TlsFault take_fault(const SSL* session);

}  // namespace siptxn::net
