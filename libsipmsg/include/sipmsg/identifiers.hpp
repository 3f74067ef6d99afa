// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/uuid.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace sipmsg {

/// Where chance comes from: 64 fresh random bits a call. `siptxn/net` has one on the system's generator; tests seed
/// one.
using RandomSource = std::function<std::uint64_t()>;

/// A repeatable source for tests and simulations: never for real traffic.
[[nodiscard]] RandomSource seeded_random(std::uint64_t seed);

/// Makes the identifiers RFC 3261 wants unguessable. Not thread-safe: one per stack.
class Identifiers {
public:
    explicit Identifiers(RandomSource random) : random_(std::move(random)) {}

    [[nodiscard]] std::string branch();  ///< "z9hG4bK" and 80 random bits (RFC 3261 §8.1.1.7)
    [[nodiscard]] std::string tag();     ///< 64 random bits (RFC 3261 §19.3)
    /// 128 random bits, no host (RFC 3261 §8.1.1.4); only such as prefer_call_ids() wants.
    [[nodiscard]] std::string call_id();
    [[nodiscard]] std::uint32_t cseq();  ///< first sequence number, 1..2^16 (RFC 3261 §8.1.1.5 wants below 2^31)
    [[nodiscard]] Uuid uuid();           ///< version 4, 122 random bits (RFC 4122)
    [[nodiscard]] std::string token(int bits);  ///< random text of letters and digits
    [[nodiscard]] std::uint64_t number() { return random_(); }
    /// Uniform in [low, high].
    [[nodiscard]] std::uint64_t between(std::uint64_t low, std::uint64_t high);

    /// From now on call_id() draws until one is `wanted`: stacks that share their work by Call-ID own what they begin.
    void prefer_call_ids(std::function<bool(std::string_view)> wanted) { wanted_ = std::move(wanted); }

private:
    RandomSource random_;
    std::function<bool(std::string_view)> wanted_;
};

}  // namespace sipmsg
