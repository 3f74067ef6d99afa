// SPDX-License-Identifier: MIT
// What most files here include anyway, compiled once (Meson's cpp_pch). Each file still names what it uses: the builds
// of the benchmarks and fuzzers do without this.
#include <sipmsg/sipmsg.hpp>
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>
