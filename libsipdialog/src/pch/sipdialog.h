// SPDX-License-Identifier: MIT
// What most files here include anyway, compiled once (Meson's cpp_pch). Each file still names what it uses: the builds
// of the benchmarks and fuzzers do without this.
#include <sipmsg/sipmsg.hpp>
#include <siptxn/transaction_layer.hpp>
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
