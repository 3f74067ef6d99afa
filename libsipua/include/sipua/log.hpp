// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string_view>

namespace sipua {

enum class LogLevel { error, warning, info, debug, message };

/// One line, or with LogLevel::message one whole SIP message with its direction and addresses; credentials are masked
/// already.
struct LogRecord {
    LogLevel level = LogLevel::info;
    std::string_view category;  ///< "agent", "session", "registration", "transport"
    std::string_view text;      ///< valid during the call
};

/// Called on the agent's executor.
using LogSink = std::function<void(const LogRecord&)>;

[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;

}  // namespace sipua
