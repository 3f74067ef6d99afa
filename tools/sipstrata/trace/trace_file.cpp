// SPDX-License-Identifier: MIT
#include "trace_file.hpp"

#include <siptxn/masking.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace sipstrata {
namespace {

std::ofstream open(const std::string& path) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    if (!out) throw std::system_error(errno, std::generic_category(), path);
    return out;
}

}  // namespace

TraceFile::TraceFile(const std::string& path) : path_(path), out_(open(path)), writer_(out_) { out_.flush(); }

void TraceFile::write(const siptxn::TraceMessage& message) {
    if (failed_) return;
    std::string masked = siptxn::mask_credentials(message.octets);
    writer_.write({.source = message.sent ? message.flow.local : message.flow.remote,
                   .destination = message.sent ? message.flow.remote : message.flow.local,
                   .transport = message.flow.transport,
                   .sent = message.sent,
                   .time = message.calendar,
                   .octets = masked});
    out_.flush();
    if (out_) return;
    failed_ = true;
    fmt::print(stderr, "sipstrata: {}: cannot be written any further\n", path_);
}

}  // namespace sipstrata
