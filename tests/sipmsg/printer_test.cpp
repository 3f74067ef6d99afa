// SPDX-License-Identifier: MIT
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/printer.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>
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
