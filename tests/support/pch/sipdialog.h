// SPDX-License-Identifier: MIT
#include <sipdialog/dialog_layer.hpp>
#include <sipmsg/sipmsg.hpp>
#include <doctest/doctest.h>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>
