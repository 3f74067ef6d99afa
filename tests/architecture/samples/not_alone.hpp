// SPDX-License-Identifier: MIT
#pragma once

inline std::string greeting() { return "needs a header that it does not include"; }
