// SPDX-License-Identifier: MIT
#include "terminal_text.hpp"

#include <doctest/doctest.h>

using sipstrata::terminal_text;

TEST_CASE("control characters become visible, text stays") {
    CHECK(terminal_text("INVITE sip:b\xc3\xb6 \xe2\x82\xac \xf0\x9f\x98\x80") ==
          "INVITE sip:b\xc3\xb6 \xe2\x82\xac \xf0\x9f\x98\x80");
    CHECK(terminal_text(std::string_view("a\x1b]0;x\x07\x7f\r\n\0", 11)) == "a\\x1b]0;x\\x07\\x7f\\x0d\\x0a\\x00");
}

TEST_CASE("C1 controls, broken UTF-8 and marks of direction become visible") {
    CHECK(terminal_text("\xc2\x9b") == "\\xc2\\x9b");
    CHECK(terminal_text("\xff") == "\\xff");
    CHECK(terminal_text("\xe2\x82") == "\\xe2\\x82");
    CHECK(terminal_text("\xc0\x80") == "\\xc0\\x80");
    CHECK(terminal_text("\xed\xa0\x80") == "\\xed\\xa0\\x80");
    CHECK(terminal_text("\xe2\x80\xae") == "\\xe2\\x80\\xae");
}
