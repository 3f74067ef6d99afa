// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/time.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace siptxn::auth {

/// Makes nonces that need no memory until one of them is used: time, serial number and a signature over both and the
/// realm. RFC 7616 §5.4.
class NonceMint {
public:
    struct Nonce {
        TimePoint made;
        std::uint64_t serial = 0;
    };
    explicit NonceMint(std::string secret) : secret_(std::move(secret)) {}

    [[nodiscard]] std::string make(std::string_view realm, TimePoint now);
    /// nullopt when it was not made here for that realm.
    [[nodiscard]] std::optional<Nonce> read(std::string_view nonce, std::string_view realm) const;
    /// A password nobody has: for users nobody knows.
    [[nodiscard]] const std::string& secret() const noexcept { return secret_; }

private:
    [[nodiscard]] std::string sign(std::string_view text, std::string_view realm) const;
    std::string secret_;
    std::uint64_t serial_ = 0;
};

/// Which nonce counts were used. Counts may arrive out of order by up to 64; each is good once. Bounded: the oldest
/// nonces are forgotten and never accepted again.
class NonceCounts {
public:
    NonceCounts(std::size_t limit, Duration lifetime) : limit_(limit), lifetime_(lifetime) {}

    /// False when the count was used, or lies too far back, or the nonce is too old.
    [[nodiscard]] bool use(const NonceMint::Nonce& nonce, std::uint32_t count, TimePoint now);
    [[nodiscard]] std::size_t size() const noexcept { return windows_.size(); }

private:
    struct Window {
        TimePoint made;
        std::uint32_t highest = 0;
        std::uint64_t seen = 0;  ///< bit i: highest - i was used
        bool take(std::uint32_t count);
    };
    void forget_oldest();

    std::size_t limit_;
    Duration lifetime_;
    std::map<std::uint64_t, Window> windows_;  ///< by serial number, that is by age
    std::uint64_t forgotten_ = 0;              ///< serial numbers up to here
};

}  // namespace siptxn::auth
