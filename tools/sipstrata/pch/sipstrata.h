// SPDX-License-Identifier: MIT
// What most files here include anyway, compiled once (Meson's cpp_pch). Each file still names what it uses: the builds
// of the benchmarks and fuzzers do without this.
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
