// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sipmsg {

/// "Sat, 13 Nov 2010 23:29:00 GMT". Always GMT. RFC 3261 §20.17.
struct Date {
    static constexpr Header id = Header::date;
    std::uint16_t year = 1970;
    std::uint8_t month = 1;  ///< 1..12
    std::uint8_t day = 1;    ///< 1..31, one that the month has
    std::uint8_t hour = 0;
    std::uint8_t minute = 0;
    std::uint8_t second = 0;  ///< 0..60

    /// Seconds since 1970-01-01 00:00:00 GMT, leap seconds not counted.
    [[nodiscard]] std::int64_t unix_seconds() const noexcept;
    [[nodiscard]] static Date from_unix_seconds(std::int64_t seconds) noexcept;

    /// The day of the week is checked for its spelling only.
    [[nodiscard]] static Result<Date> parse(std::string_view text);
    friend bool operator==(const Date&, const Date&) = default;
};

/// With the right day of the week.
[[nodiscard]] Printer print(Printer to, const Date& date);

}  // namespace sipmsg
