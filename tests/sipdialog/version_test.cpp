// SPDX-License-Identifier: MIT
#include <sipdialog/version.hpp>

#include <doctest/doctest.h>

TEST_CASE("sipdialog reports the version that its build file declares") {
    CHECK(sipdialog::version() == EXPECTED_VERSION);
}
