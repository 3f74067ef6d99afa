// SPDX-License-Identifier: MIT
#pragma once

// Preconditions, as IMS uses them: curr, des and conf. RFC 3312, RFC 4032.

#include <sipmsg/sdp/direction.hpp>
#include <sipmsg/sdp/typed.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg::sdp {

/// Whose part of the path is meant.
enum class StatusType : std::uint8_t { end_to_end, local, remote };
[[nodiscard]] std::string_view to_string(StatusType type) noexcept;  ///< "e2e", "local", "remote"

enum class Strength : std::uint8_t { mandatory, optional, none, failure, unknown };
[[nodiscard]] std::string_view to_string(Strength strength) noexcept;

/// "a=curr:qos local none". The direction is inactive for "none".
struct CurrentStatus {
    static constexpr std::string_view name = "curr";
    std::string_view precondition;  ///< "qos", "sec", ...
    StatusType type = StatusType::local;
    Direction direction = Direction::inactive;

    [[nodiscard]] static std::optional<CurrentStatus> parse(std::string_view value);
    friend bool operator==(const CurrentStatus&, const CurrentStatus&) = default;
};
[[nodiscard]] std::string to_string(const CurrentStatus& status);

/// "a=des:qos mandatory local sendrecv".
struct DesiredStatus {
    static constexpr std::string_view name = "des";
    std::string_view precondition;
    Strength strength = Strength::none;
    StatusType type = StatusType::local;
    Direction direction = Direction::inactive;

    /// What is wanted is there: always so unless it is mandatory.
    [[nodiscard]] bool is_met_by(const CurrentStatus& current) const noexcept;
    [[nodiscard]] static std::optional<DesiredStatus> parse(std::string_view value);
    friend bool operator==(const DesiredStatus&, const DesiredStatus&) = default;
};
[[nodiscard]] std::string to_string(const DesiredStatus& status);

/// "a=conf:qos remote sendrecv": tell me when this is reached.
struct ConfirmStatus {
    static constexpr std::string_view name = "conf";
    std::string_view precondition;
    StatusType type = StatusType::local;
    Direction direction = Direction::inactive;

    [[nodiscard]] static std::optional<ConfirmStatus> parse(std::string_view value);
    friend bool operator==(const ConfirmStatus&, const ConfirmStatus&) = default;
};
[[nodiscard]] std::string to_string(const ConfirmStatus& status);

}  // namespace sipmsg::sdp
