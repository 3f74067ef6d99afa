// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/opening.hpp>

#include <sipmsg/method.hpp>

#include <string_view>

namespace sipdialog {

struct DefaultAnswer {
    int status = 405;
    HeaderList headers = {};
};

/// What a RequestInDialog gets from a program that has nothing to say to it, for DialogLayer::respond(): INFO 469,
/// since no package is known (RFC 6086 §4.2.2); MESSAGE and NOTIFY 200; REFER 480; OPTIONS 200 with what we can do; any
/// other method 405. `allow` and `accept`: the values of those headers.
[[nodiscard]] DefaultAnswer default_answer(sipmsg::Method method, std::string_view allow,
                                           std::string_view accept = "application/sdp");

}  // namespace sipdialog
