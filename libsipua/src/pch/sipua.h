// SPDX-License-Identifier: MIT
// What most files here include anyway, compiled once (Meson's cpp_pch). Each file still names what it uses: the builds
// of the benchmarks and fuzzers do without this.
#include <asio/any_io_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <sipmsg/sipmsg.hpp>
#include <siptxn/endpoint.hpp>
#include <sipdialog/dialog_layer.hpp>
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>
