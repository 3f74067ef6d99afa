// SPDX-License-Identifier: MIT
#pragma once

// What the reader of libsiptxn/README.md brings along.
#include <siptxn/auth/server.hpp>
#include <siptxn/endpoint.hpp>
#include <siptxn/locator.hpp>
#include <siptxn/net/asio_clock.hpp>
#include <siptxn/net/random.hpp>
#include <siptxn/net/wire.hpp>
#include <siptxn/net/workers.hpp>
#include <siptxn/sim/scenario.hpp>

#include <asio/io_context.hpp>

#include <iostream>
#include <string_view>

using namespace std::chrono_literals;

sipmsg::Message options_request(std::string_view uri);
