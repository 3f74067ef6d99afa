// SPDX-License-Identifier: MIT
#include <sipmsg/identifiers.hpp>

namespace sipmsg {

RandomSource seeded_random(std::uint64_t seed) {
    return [state = seed]() mutable {  // SplitMix64
        std::uint64_t z = (state += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    };
}

// Five bits a character: 32 characters that are safe in a token, a host name and a file name, in one case, because
// some peers compare tags and branches without case.
std::string Identifiers::token(int bits) {
    static constexpr char alphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
    std::string out;
    std::uint64_t pool = 0;
    int left = 0;
    for (int have = 0; have < bits; have += 5) {
        if (left < 5) {
            pool = random_();
            left = 64;
        }
        out += alphabet[pool & 31];
        pool >>= 5;
        left -= 5;
    }
    return out;
}

std::string Identifiers::branch() { return "z9hG4bK" + token(80); }
std::string Identifiers::tag() { return token(64); }
std::string Identifiers::call_id() {
    auto id = token(128);
    while (wanted_ && !wanted_(id)) id = token(128);
    return id;
}
Uuid Identifiers::uuid() {
    const auto high = random_();
    return Uuid::version4(high, random_());
}
std::uint32_t Identifiers::cseq() { return static_cast<std::uint32_t>(between(1, 65536)); }

std::uint64_t Identifiers::between(std::uint64_t low, std::uint64_t high) {
    std::uint64_t span = high - low + 1;
    if (span == 0) return random_();
    std::uint64_t limit = UINT64_MAX - UINT64_MAX % span;  // what is above would favour small numbers
    std::uint64_t value = random_();
    while (value >= limit) value = random_();
    return low + value % span;
}

}  // namespace sipmsg
