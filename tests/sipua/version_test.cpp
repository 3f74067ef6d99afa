// SPDX-License-Identifier: MIT
#include <sipua/version.hpp>

#include <doctest/doctest.h>

TEST_CASE("sipua reports the version that its build file declares") { CHECK(sipua::version() == EXPECTED_VERSION); }
