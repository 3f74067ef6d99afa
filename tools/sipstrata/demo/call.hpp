// SPDX-License-Identifier: MIT
#pragma once

#include <sipua/log.hpp>
#include <sipua/session_description_handler.hpp>

#include <cstddef>
#include <functional>
#include <string>

namespace sipstrata {

struct DemoOptions {
    sipua::SessionDescriptionHandlerFactory media;
    bool moves_media = true;  ///< false: nobody waits for packets
    std::string trace;        ///< a pcapng file; empty: none
    std::size_t width = 100;  ///< of the ladder
    sipua::LogSink log;       ///< what the agents report; empty: nothing
    std::function<void(const std::string&)> say = [](const std::string&) {};  ///< what happens, a line each
};

struct DemoResult {
    std::string problem;  ///< empty when all went as it should
    std::string ladder;
    sipua::MediaStatistics alice, bob;
};

/// Alice calls Bob through a registrar and proxy, all on loopback in this process: register, call, hold, resume, hang
/// up. Blocks until it is over, at most about a minute.
[[nodiscard]] DemoResult run_demo_call(const DemoOptions& options);

}  // namespace sipstrata
