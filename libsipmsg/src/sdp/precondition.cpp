// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/precondition.hpp>

#include "sdp/words.hpp"

#include <array>

namespace sipmsg::sdp {
namespace {

using detail::Words;

constexpr std::array<std::string_view, 3> type_names = {"e2e", "local", "remote"};
constexpr std::array<std::string_view, 5> strength_names = {"mandatory", "optional", "none", "failure", "unknown"};
constexpr std::array<std::string_view, 4> direction_names = {"none", "send", "recv",
                                                             "sendrecv"};  // as Direction counts

template <class Enum, std::size_t Size>
std::optional<Enum> next_of(Words& words, const std::array<std::string_view, Size>& names) noexcept {
    const auto word = words.next();
    const auto at = word ? std::ranges::find(names, *word) : names.end();
    return at == names.end() ? std::nullopt : std::optional(static_cast<Enum>(at - names.begin()));
}

/// curr and conf have the same shape.
template <class Status>
std::optional<Status> parse_status(std::string_view value) {
    Words words(value);
    const auto precondition = words.next_token();
    const auto type = next_of<StatusType>(words, type_names);
    const auto direction = next_of<Direction>(words, direction_names);
    if (!precondition || !type || !direction || !words.done()) return std::nullopt;
    return Status{*precondition, *type, *direction};
}

std::string tail(StatusType type, Direction direction) {
    std::string text(" ");
    return text.append(to_string(type)).append(" ").append(direction_names[static_cast<std::size_t>(direction) & 3]);
}

}  // namespace

std::string_view to_string(StatusType type) noexcept { return type_names[static_cast<std::size_t>(type) % 3]; }
std::string_view to_string(Strength strength) noexcept {
    return strength_names[static_cast<std::size_t>(strength) % 5];
}

std::optional<CurrentStatus> CurrentStatus::parse(std::string_view value) { return parse_status<CurrentStatus>(value); }
std::optional<ConfirmStatus> ConfirmStatus::parse(std::string_view value) { return parse_status<ConfirmStatus>(value); }

std::optional<DesiredStatus> DesiredStatus::parse(std::string_view value) {
    Words words(value);
    const auto precondition = words.next_token();
    const auto strength = next_of<Strength>(words, strength_names);
    const auto type = next_of<StatusType>(words, type_names);
    const auto direction = next_of<Direction>(words, direction_names);
    if (!precondition || !strength || !type || !direction || !words.done()) return std::nullopt;
    return DesiredStatus{*precondition, *strength, *type, *direction};
}

bool DesiredStatus::is_met_by(const CurrentStatus& current) const noexcept {
    if (strength != Strength::mandatory) return true;
    return precondition == current.precondition && type == current.type && (direction & current.direction) == direction;
}

std::string to_string(const CurrentStatus& status) {
    return std::string(status.precondition) + tail(status.type, status.direction);
}
std::string to_string(const ConfirmStatus& status) {
    return std::string(status.precondition) + tail(status.type, status.direction);
}
std::string to_string(const DesiredStatus& status) {
    std::string text(status.precondition);
    return text.append(" ").append(to_string(status.strength)) + tail(status.type, status.direction);
}

}  // namespace sipmsg::sdp
