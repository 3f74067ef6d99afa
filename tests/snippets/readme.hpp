// SPDX-License-Identifier: MIT
#pragma once

// What the reader of the README brings along.
#include <sipmedia/webrtc.hpp>
#include <sipmsg/sipmsg.hpp>
#include <sipua/sipua.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <string_view>

using namespace std::chrono_literals;

extern std::string_view datagram;
void log(const sipmsg::ParseError& error);
void visit(const sipmsg::NameAddr& route);
