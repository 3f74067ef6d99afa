// SPDX-License-Identifier: MIT
#pragma once

// Everything that the kernels include, in front of the pragma that changes the instruction set: what is defined here
// is compiled for every processor.

#include "chars.hpp"
#include "fold.hpp"
#include "header_index.hpp"
#include "host.hpp"
#include "kernel.hpp"
#include "machines.hpp"
#include "message_parser.hpp"
#include "number.hpp"
#include "octet_rows.hpp"
#include "param_notes.hpp"
#include "quad_places.hpp"
#include "scheme.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif
