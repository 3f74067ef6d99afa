// SPDX-License-Identifier: MIT
#include <sipmsg/version.hpp>

#include <doctest/doctest.h>

TEST_CASE("sipmsg reports the version that its build file declares") { CHECK(sipmsg::version() == EXPECTED_VERSION); }
