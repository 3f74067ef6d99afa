// SPDX-License-Identifier: MIT
#pragma once

// For reading the four numbers of an IPv4 address at once: where each digit goes, by how many digits each number has.

#include <array>
#include <cstddef>
#include <cstdint>

namespace sipmsg::detail {

/// Four numbers of four octets, the digits of each at its end; 0x80 where there is none.
struct alignas(16) QuadPlaces {
    std::array<std::uint8_t, 16> octets;
};

inline constexpr std::size_t quad_shapes = 81;

/// Each of one to three digits.
[[nodiscard]] constexpr std::size_t quad_shape(unsigned a, unsigned b, unsigned c, unsigned d) noexcept {
    return ((a * 3 + b) * 3 + c) * 3 + d - 40;
}

consteval std::array<QuadPlaces, quad_shapes> make_quad_places() {
    std::array<QuadPlaces, quad_shapes> shapes{};
    for (unsigned shape = 0; shape < quad_shapes; ++shape) {
        const std::array sizes{shape / 27 + 1, shape / 9 % 3 + 1, shape / 3 % 3 + 1, shape % 3 + 1};
        auto& octets = shapes[quad_shape(sizes[0], sizes[1], sizes[2], sizes[3])].octets;
        octets.fill(0x80);
        unsigned from = 0;
        for (unsigned number = 0; number < 4; ++number) {
            for (unsigned digit = 0; digit < sizes[number]; ++digit)
                octets[number * 4 + 4 - sizes[number] + digit] = static_cast<std::uint8_t>(from + digit);
            from += sizes[number] + 1;
        }
    }
    return shapes;
}
inline constexpr auto quad_places = make_quad_places();

/// What a digit counts by its place in four octets.
inline constexpr QuadPlaces quad_weights{
    {0, 100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1}
};

}  // namespace sipmsg::detail
