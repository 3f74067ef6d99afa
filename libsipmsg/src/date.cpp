// SPDX-License-Identifier: MIT
#include <sipmsg/header/date.hpp>

#include "chars.hpp"
#include "date_parser.hpp"
#include "number.hpp"
#include "read.hpp"

#include <array>
#include <chrono>

namespace sipmsg {

namespace {

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Three letters as a number, without case.
constexpr std::uint32_t key_of(std::string_view name) noexcept {
    const auto octet = [&](std::size_t i) -> std::uint32_t {
        return static_cast<unsigned char>(detail::lower(name[i]));
    };
    return octet(0) | octet(1) << 8U | octet(2) << 16U;
}
constexpr std::array<std::string_view, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/// Of a name of three letters.
std::uint8_t month_of(std::string_view name) noexcept {
    const auto key = key_of(name);
    std::uint8_t number = 1;
    for (auto month : months) {
        if (key_of(month) == key) return number;
        ++number;
    }
    return 0;
}

std::chrono::sys_days day_of(const Date& date) noexcept {
    return std::chrono::year(date.year) / std::chrono::month(date.month) / std::chrono::day(date.day);
}

/// Two digits.
struct Two {
    unsigned value;
};
Printer operator<<(Printer to, Two number) {
    return to << static_cast<char>('0' + number.value / 10) << static_cast<char>('0' + number.value % 10);
}

}  // namespace

Result<Date> Date::parse(std::string_view text) {
    const auto parts = detail::read_parts<detail::DateParts>(text, detail::scan_date, id);
    if (!parts) return std::unexpected(parts.error());
    auto number = [](std::string_view digits) { return detail::decimal(digits, 9999).value_or(0); };
    Date date;
    date.year = static_cast<std::uint16_t>(number(parts->year));
    date.month = month_of(parts->month);
    date.day = static_cast<std::uint8_t>(number(parts->day));
    date.hour = static_cast<std::uint8_t>(number(parts->hour));
    date.minute = static_cast<std::uint8_t>(number(parts->minute));
    date.second = static_cast<std::uint8_t>(number(parts->second));
    const auto ymd = std::chrono::year(date.year) / std::chrono::month(date.month) / std::chrono::day(date.day);
    if (!ymd.ok() || date.hour > 23 || date.minute > 59 || date.second > 60)
        return detail::fail(ParseErrc::out_of_range, static_cast<std::size_t>(parts->day.data() - text.data()),
                            "a day and time that exist", id);
    return date;
}

std::int64_t Date::unix_seconds() const noexcept {
    return day_of(*this).time_since_epoch().count() * std::int64_t{86'400} + hour * 3'600 + minute * 60 + second;
}

Date Date::from_unix_seconds(std::int64_t seconds) noexcept {
    const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
    const auto midnight = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day ymd(midnight);
    const std::chrono::hh_mm_ss clock(time - midnight);
    return {
        .year = static_cast<std::uint16_t>(static_cast<int>(ymd.year())),
        .month = static_cast<std::uint8_t>(static_cast<unsigned>(ymd.month())),
        .day = static_cast<std::uint8_t>(static_cast<unsigned>(ymd.day())),
        .hour = static_cast<std::uint8_t>(clock.hours().count()),
        .minute = static_cast<std::uint8_t>(clock.minutes().count()),
        .second = static_cast<std::uint8_t>(clock.seconds().count()),
    };
}

Printer print(Printer to, const Date& date) {
    const std::chrono::weekday weekday(day_of(date));
    return to << weekdays[weekday.c_encoding()] << ", " << Two{date.day} << ' ' << months[date.month - 1U] << ' '
              << Two{date.year / 100U} << Two{date.year % 100U} << ' ' << Two{date.hour} << ':' << Two{date.minute}
              << ':' << Two{date.second} << " GMT";
}

}  // namespace sipmsg
