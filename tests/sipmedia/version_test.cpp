// SPDX-License-Identifier: MIT
#include <sipmedia/version.hpp>

#include <doctest/doctest.h>

TEST_CASE("sipmedia reports the version that its build file declares") {
    CHECK(sipmedia::version() == EXPECTED_VERSION);
}
