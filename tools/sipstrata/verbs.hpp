// SPDX-License-Identifier: MIT
#pragma once

#include "verb.hpp"

namespace sipstrata {

extern const Verb parse_verb;

}  // namespace sipstrata
