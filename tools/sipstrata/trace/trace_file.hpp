// SPDX-License-Identifier: MIT
#pragma once

#include "pcapng_writer.hpp"

#include <siptxn/endpoint.hpp>

#include <fstream>
#include <string>

namespace sipstrata {

/// The file of --trace: every message, credentials masked, on disk when write() returns. One thread.
class TraceFile {
public:
    /// Throws std::system_error when the file cannot be made.
    explicit TraceFile(const std::string& path);
    /// A disk that is full is told once on stderr, and the trace ends there; the program goes on.
    void write(const siptxn::TraceMessage& message);

private:
    std::string path_;
    std::ofstream out_;
    PcapngWriter writer_;
    bool failed_ = false;
};

}  // namespace sipstrata
