// SPDX-License-Identifier: MIT
#pragma once

// What the reader of libsipmedia-gst/README.md brings along.
#include <sipmedia/data_channel.hpp>
#include <sipmedia/gst_engine.hpp>
#include <sipmedia/media.hpp>
#include <sipmedia/pcm.hpp>
#include <sipmedia/player.hpp>
#include <sipmedia/recorder.hpp>

#include <sipua/sipua.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include <chrono>

using namespace std::chrono_literals;

extern asio::any_io_executor executor;
template <class... Values>
void show(const Values&... values);
