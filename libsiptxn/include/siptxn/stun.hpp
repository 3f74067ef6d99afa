// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/address.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The binding messages of STUN (RFC 8489), as far as they keep UDP flows alive between SIP elements (RFC 5626 §4.4.2):
// no credentials, no fingerprint, no other method.

namespace siptxn {

struct StunMessage {
    enum class Kind : std::uint8_t { request, success, error };
    using Transaction = std::array<std::uint8_t, 12>;

    Kind kind = Kind::request;
    Transaction transaction{};
    /// Where the peer saw us (success).
    std::optional<SocketAddress> mapped;
    int code = 0;  ///< 300 to 699 (error)
    /// Attributes the reader must understand and does not, at most eight of them.
    std::vector<std::uint16_t> unknown;
};

/// Whether a datagram is meant as STUN: no SIP message begins with such an octet (RFC 5626 §8).
[[nodiscard]] constexpr bool is_stun(std::string_view datagram) noexcept {
    return !datagram.empty() && static_cast<unsigned char>(datagram.front()) < 4;
}

/// A binding message; nullopt for anything else, and for one whose lengths lie (RFC 8489 §5, §14).
[[nodiscard]] std::optional<StunMessage> read_stun(std::string_view datagram);

[[nodiscard]] std::string write_binding_request(const StunMessage::Transaction& transaction);
/// `source`: where the request came from.
[[nodiscard]] std::string write_binding_success(const StunMessage::Transaction& transaction,
                                                const SocketAddress& source);
/// 420, for a request with unknown attributes (RFC 8489 §6.3.1).
[[nodiscard]] std::string write_binding_refusal(const StunMessage& request);

}  // namespace siptxn
