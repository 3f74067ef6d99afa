// SPDX-License-Identifier: MIT
// One message of our own for each of the 49 sections of RFC 4475 that hold one; verdicts.tsv says what each layer owes.
#include "../corpus/torture.hpp"

#include <doctest/doctest.h>

TEST_CASE("each situation of RFC 4475 gets its verdict from the layer it belongs to (RFC 4475 §3)") {
    corpus::run_torture("rfc4475/");
}

TEST_CASE("no situation of RFC 4475 is missing (RFC 4475 §3.1.1 to §3.4)") {
    std::vector<std::string> wanted;
    corpus::add_sections(wanted, "3.1.1.", 13);
    corpus::add_sections(wanted, "3.1.2.", 19);
    corpus::add_sections(wanted, "3.2.", 1);
    corpus::add_sections(wanted, "3.3.", 15);
    corpus::add_sections(wanted, "3.4.", 1);
    CHECK(wanted.size() == 49);
    corpus::check_complete("rfc4475/", wanted);
}
