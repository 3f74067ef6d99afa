// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sipmsg {

/// A UUID, as `+sip.instance` names a device. RFC 4122
struct Uuid {
    std::array<std::uint8_t, 16> octets{};  ///< in the order of the text

    /// "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", letters in any case, all of `text`; "urn:uuid:" may stand before it.
    [[nodiscard]] static Result<Uuid> parse(std::string_view text) noexcept;
    /// Version 4: random but for the six bits of version and variant (RFC 4122).
    [[nodiscard]] static Uuid version4(std::uint64_t random_high, std::uint64_t random_low) noexcept;

    [[nodiscard]] int version() const noexcept { return octets[6] >> 4; }  ///< RFC 4122
    [[nodiscard]] bool is_nil() const noexcept { return *this == Uuid{}; }

    friend bool operator==(const Uuid&, const Uuid&) = default;
};

/// In lower case (RFC 4122).
[[nodiscard]] std::string to_string(const Uuid& uuid);
/// "urn:uuid:..."; `+sip.instance` has it in angle brackets and quotes (RFC 5626 §4.1).
[[nodiscard]] std::string to_urn(const Uuid& uuid);

}  // namespace sipmsg
