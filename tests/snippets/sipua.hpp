// SPDX-License-Identifier: MIT
#pragma once

// What the reader of libsipua/README.md brings along.
#include <sipua/sim/world.hpp>
#include <sipua/sipua.hpp>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <chrono>

using namespace std::chrono_literals;
