// SPDX-License-Identifier: MIT
#include <siptxn/version.hpp>

#include <doctest/doctest.h>

TEST_CASE("siptxn reports the version that its build file declares") { CHECK(siptxn::version() == EXPECTED_VERSION); }
