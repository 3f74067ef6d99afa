// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/bio.h>
#include <asio/ip/tcp.hpp>

namespace siptxn::net {

/// OpenSSL's view of a non-blocking socket, which must outlive it. OpenSSL's own for sockets writes with write(), and a
/// peer that is gone would raise SIGPIPE. nullptr: no memory.
[[nodiscard]] BIO* make_bio(asio::ip::tcp::socket& socket);

}  // namespace siptxn::net
