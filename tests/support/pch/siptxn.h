// SPDX-License-Identifier: MIT
#include <siptxn/sim/network.hpp>
#include <siptxn/endpoint.hpp>
#include <siptxn/transaction_layer.hpp>
#include <sipmsg/sipmsg.hpp>
#include <doctest/doctest.h>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>
