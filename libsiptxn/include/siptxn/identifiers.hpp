// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/identifiers.hpp>

namespace siptxn {

using sipmsg::Identifiers;
using sipmsg::RandomSource;
using sipmsg::seeded_random;

}  // namespace siptxn
