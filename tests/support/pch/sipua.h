// SPDX-License-Identifier: MIT
#include <sipua/sim/world.hpp>
#include <sipua/sipua.hpp>
#include <siptxn/endpoint.hpp>
#include <doctest/doctest.h>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
