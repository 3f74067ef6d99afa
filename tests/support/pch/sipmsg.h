// SPDX-License-Identifier: MIT
#include <sipmsg/sipmsg.hpp>
#include <doctest/doctest.h>
#include <array>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>
