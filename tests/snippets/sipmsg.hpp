// SPDX-License-Identifier: MIT
#pragma once

// What the reader of libsipmsg/README.md brings along.
#include <sipmsg/sdp/rtp.hpp>
#include <sipmsg/sdp/sdp.hpp>
#include <sipmsg/sipmsg.hpp>

#include <array>
#include <span>
#include <string_view>

extern std::string_view datagram;
extern std::string_view received;
void log(const sipmsg::ParseError& error);
void log(const sipmsg::Fault& fault);
void log(std::string_view text);
void log(int status);
void send(const sipmsg::ForwardedMessage& message, const sipmsg::ReplyPlace& to);
void visit(const sipmsg::NameAddr& route);
