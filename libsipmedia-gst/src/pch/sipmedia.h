// SPDX-License-Identifier: MIT
// What most files here include anyway, compiled once (Meson's cpp_pch). Each file still names what it uses: the builds
// of the benchmarks and fuzzers do without this.
#include <gst/gst.h>
#include <asio/any_io_executor.hpp>
#include <asio/use_awaitable.hpp>
#include <sipmsg/sdp/sdp.hpp>
#include <sipua/session_description_handler.hpp>
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>
