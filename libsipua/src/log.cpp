// SPDX-License-Identifier: MIT
#include <sipua/log.hpp>

namespace sipua {

std::string_view to_string(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::error: return "error";
        case LogLevel::warning: return "warning";
        case LogLevel::info: return "info";
        case LogLevel::debug: return "debug";
        case LogLevel::message: return "message";
    }
    return "";
}

}  // namespace sipua
