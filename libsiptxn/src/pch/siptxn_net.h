// SPDX-License-Identifier: MIT
// What most files here include anyway, compiled once (Meson's cpp_pch). Each file still names what it uses: the builds
// of the benchmarks and fuzzers do without this.
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/ssl.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <sipmsg/sipmsg.hpp>
#include <siptxn/endpoint.hpp>
#include <fmt/format.h>
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>
