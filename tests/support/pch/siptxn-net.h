// SPDX-License-Identifier: MIT
#include <siptxn/net/tls.hpp>
#include <siptxn/net/wire.hpp>
#include <doctest/doctest.h>
#include <asio.hpp>
