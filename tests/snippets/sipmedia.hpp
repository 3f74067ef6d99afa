// SPDX-License-Identifier: MIT
#pragma once

// What the reader of libsipmedia-gst's README brings along.
#include <sipmedia/webrtc.hpp>
#include <sipua/sipua.hpp>

#include <asio/awaitable.hpp>

#include <cstdint>
#include <string>

void show(const std::string& codec, std::uint64_t packets, std::uint64_t frames);
