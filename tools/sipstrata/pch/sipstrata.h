// SPDX-License-Identifier: MIT
// What most files here include anyway, compiled once (Meson's cpp_pch).
#include <CLI/CLI.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <sipmsg/sipmsg.hpp>
#include <sipua/sipua.hpp>
#include <fmt/format.h>
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>
