// SPDX-License-Identifier: MIT
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/via.hpp>
#include <sipmsg/printer.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mine {

/// A value that the library does not know.
struct Weather {
    std::string_view sky;
    std::uint8_t degrees;
};
sipmsg::Printer print(sipmsg::Printer to, const Weather& value) {
    return to << value.sky << ";degrees=" << value.degrees;
}

}  // namespace mine

using sipmsg::Printer;

TEST_CASE("numbers are printed in decimal, from the smallest to the largest") {
    const auto printed = [](auto number) {
        std::string text;
        sipmsg::detail::print_behind(text, [&](Printer to) { return to << number; });
        return text;
    };
    for (std::uint64_t number = 1; number < 2'000'000'000; number = number * 7 + 3) {
        CHECK(printed(static_cast<std::uint32_t>(number)) == std::to_string(number));
        CHECK(printed(static_cast<std::uint16_t>(number)) == std::to_string(number & 0xFFFFU));
    }
    for (const std::uint32_t number : {0U, 9U, 10U, 99U, 100U, 999U, 1000U, 9999U, 10'000U, 4'294'967'295U})
        CHECK(printed(number) == std::to_string(number));
    CHECK(printed(UINT64_MAX) == std::to_string(UINT64_MAX));
}

TEST_CASE("texts of every length are printed whole, wherever they begin") {
    std::string source;
    for (int i = 0; i < 100; ++i) source += static_cast<char>('0' + i % 75);
    for (std::size_t size = 0; size <= source.size(); ++size) {
        std::string text = "x";
        const auto piece = std::string_view(source).substr(source.size() - size);
        sipmsg::detail::print_behind(text, [&](Printer to) { return to << piece << '|'; });
        CHECK(text == "x" + std::string(piece) + "|");
    }
}

TEST_CASE("a printer never writes behind its room, and says when it was not enough") {
    std::array<char, 8> room{};
    room.back() = '#';
    CHECK((Printer(room.data(), 7) << "1234567").end() == room.data() + 7);
    CHECK((Printer(room.data(), 7) << "1234567"
                                   << "")
              .end() == room.data() + 7);
    CHECK((Printer(room.data(), 7) << "1234567" << '8').end() == nullptr);
    CHECK((Printer(room.data(), 7) << "12345678"
                                   << "")
              .end() == nullptr);
    CHECK((Printer(room.data(), 7) << "123" << std::uint32_t{12'345}).end() == nullptr);
    CHECK(room.back() == '#');
}

TEST_CASE("a value goes behind what is there, however little room there was") {
    for (const std::size_t length : {0U, 1U, 15U, 16U, 63U, 64U, 1000U}) {
        std::string text(length, '.');
        text.shrink_to_fit();
        const std::string display(length, 'd');
        const std::string value = display + "<sip:bob@EXAMPLE.com:5070;lr>";
        append_to(text, *sipmsg::NameAddr::parse(value));
        CHECK(text == std::string(length, '.') + display + (length == 0 ? "" : " ") + "<sip:bob@example.com:5070;lr>");
    }
}

namespace {

struct Print {
    std::string_view written;
    std::string_view printed;
};

template <class Value>
void check_printed(std::span<const Print> cases) {
    for (const auto& [written, printed] : cases) {
        INFO(written);
        const auto value = Value::parse(written);
        REQUIRE(value);
        CHECK(sipmsg::to_string(*value) == printed);
    }
}

}  // namespace

TEST_CASE("what a URI, a Via and an address print does not depend on how they were written") {
    check_printed<sipmsg::Uri>(std::to_array<Print>({
        {"sip:Al@Harbour.EXAMPLE:5070;Lr?Subject=A", "sip:Al@harbour.example:5070;Lr?Subject=A"},
        {"sip:HARBOUR.example",                      "sip:harbour.example"                     },
        {"SIP:al@harbour.example",                   "sip:al@harbour.example"                  },
        {"sIPs:al@harbour.example",                  "sips:al@harbour.example"                 },
        {"sips:al@192.0.2.1:05061;X=Y",              "sips:al@192.0.2.1:5061;X=Y"              },
        {"sip:al@h:0",                               "sip:al@h:0"                              },
        {"sip:al@h:000",                             "sip:al@h:0"                              },
        {"sip:al:Pass@[2001:DB8::A]:9",              "sip:al:Pass@[2001:db8::a]:9"             },
        {"sip:[2001:DB8::A]",                        "sip:[2001:db8::a]"                       },
        {"TEL:+1-20;Ext=7",                          "tel:+1-20;Ext=7"                         },
    }));
    check_printed<sipmsg::Via>(std::to_array<Print>({
        {"SIP/2.0/UDP Harbour.EXAMPLE:5070;branch=z9hG4bKa", "SIP/2.0/UDP harbour.example:5070;branch=z9hG4bKa"},
        {"SIP/2.0/UDP [2001:DB8::A];rport",                  "SIP/2.0/UDP [2001:db8::a];rport"                 },
        {"SIP / 2.0/UDP H",                                  "SIP/2.0/UDP h"                                   },
        {"SIP/ 2.0/UDP H",                                   "SIP/2.0/UDP h"                                   },
        {"SIP/2.0 /UDP H",                                   "SIP/2.0/UDP h"                                   },
        {"SIP/2.0/ UDP H",                                   "SIP/2.0/UDP h"                                   },
        {"SIP/2.0/UDP\tH",                                   "SIP/2.0/UDP h"                                   },
        {"SIP/2.0/UDP  H;rport",                             "SIP/2.0/UDP h;rport"                             },
        {"SIP/2.0/UDP H:05060",                              "SIP/2.0/UDP h:5060"                              },
        {"SIP/2.0/UDP H: 5060",                              "SIP/2.0/UDP h:5060"                              },
        {"SIP/2.0/UDP H :5060",                              "SIP/2.0/UDP h:5060"                              },
        {"SIP/2.0/UDP H:5060 ;rport",                        "SIP/2.0/UDP h:5060;rport"                        },
        {"SIP/2.0/UDP H ;rport",                             "SIP/2.0/UDP h;rport"                             },
    }));
    check_printed<sipmsg::NameAddr>(std::to_array<Print>({
        {"Al <sip:al@H>;tag=A",               "Al <sip:al@h>;tag=A"              },
        {"<sip:al@H:5070>;tag=A",             "<sip:al@h:5070>;tag=A"            },
        {"sip:al@H;tag=A",                    "<sip:al@h>;tag=A"                 },
        {"Al<sip:al@H>",                      "Al <sip:al@h>"                    },
        {"Al  <sip:al@H>",                    "Al <sip:al@h>"                    },
        {"Al\t<sip:al@H>",                    "Al <sip:al@h>"                    },
        {"\"A \\\" L\"<sip:al@H>",            "\"A \\\" L\" <sip:al@h>"          },
        {"Al van Al <sip:al@H>",              "Al van Al <sip:al@h>"             },
        {"<SIP:al@H>",                        "<sip:al@h>"                       },
        {"<sip:al@H:05070>",                  "<sip:al@h:5070>"                  },
        {"<sip:al@H> ;tag=A",                 "<sip:al@h>;tag=A"                 },
        {"<tel:+1-20>;tag=A",                 "<tel:+1-20>;tag=A"                },
        {"\"Al\" <sip:[2001:DB8::A];lr>;a=B", "\"Al\" <sip:[2001:db8::a];lr>;a=B"},
    }));
}

TEST_CASE("a line of typed values has the name of their header") {
    const std::array contacts{*sipmsg::Contact::parse("<sip:al@h>;q=0.5"), *sipmsg::Contact::parse("<sip:b@h>")};
    std::string line;
    sipmsg::detail::print_behind(
        line, [&](Printer to) { return print_line(print_line(to, contacts), std::vector<sipmsg::Via>{}); });
    CHECK(line == "Contact: <sip:al@h>;q=0.5, <sip:b@h>\r\n");
}

TEST_CASE("a type of one's own is printed like the library's") {
    const std::vector<mine::Weather> days{
        {"rain",  9 },
        {"clear", 23}
    };
    CHECK(sipmsg::to_string(days[0]) == "rain;degrees=9");
    std::string message;
    sipmsg::detail::print_behind(message, [&](Printer to) {
        return print_line(print_line(to, "X-Weather", days), "X-None", std::vector<mine::Weather>{});
    });
    CHECK(message == "X-Weather: rain;degrees=9, clear;degrees=23\r\n");
}
