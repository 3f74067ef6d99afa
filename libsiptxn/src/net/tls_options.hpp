// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/net/setup_error.hpp>
#include <siptxn/net/tls.hpp>

#include <asio/ssl/context.hpp>

#include <optional>

namespace siptxn::net {

/// Reads what the options name, and puts it into a context; says what is wrong first.
[[nodiscard]] std::optional<SetupError> apply(const TlsOptions& options, asio::ssl::context& context);

}  // namespace siptxn::net
