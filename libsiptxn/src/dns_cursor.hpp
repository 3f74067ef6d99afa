// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/dns_message.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace siptxn {

/// Reads a DNS message from its first octet on. The first fault stays, and everything after it reads as zeros, so that
/// callers ask once, at the end.
class DnsCursor {
public:
    explicit DnsCursor(std::string_view message) : message_(message) {}

    [[nodiscard]] bool is_sound() const noexcept { return !fault_; }
    [[nodiscard]] DnsFault fault() const noexcept { return fault_.value_or(DnsFault::cut_short); }
    [[nodiscard]] std::size_t at() const noexcept { return at_; }

    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return number(4); }
    std::string_view octets(std::size_t count);
    /// A <character-string> of RFC 1035 §3.3.
    std::string text() { return std::string(octets(number(1))); }
    /// A domain name (RFC 1035 §3.1, §4.1.4), canonical; "." for the root.
    std::string name();

    void skip_to(std::size_t end);
    /// The data read must end where the record says.
    void must_be_at(std::size_t end);

private:
    std::uint32_t number(std::size_t width);
    void fail(DnsFault fault);

    std::string_view message_;
    std::size_t at_ = 0;
    std::optional<DnsFault> fault_;
};

}  // namespace siptxn
