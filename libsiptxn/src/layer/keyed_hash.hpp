// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace siptxn {

/// SipHash-1-3 with a key from the stack's own chance: peers choose branches and Call-IDs, so an unkeyed hash would let
/// them fill one bucket.
class KeyedHash {
public:
    KeyedHash(std::uint64_t key0, std::uint64_t key1) noexcept : key0_(key0), key1_(key1) {}

    std::uint64_t operator()(std::string_view text) const noexcept {
        State s{key0_ ^ 0x736f6d6570736575, key1_ ^ 0x646f72616e646f6d, key0_ ^ 0x6c7967656e657261,
                key1_ ^ 0x7465646279746573};
        std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56;
        while (text.size() >= 8) {
            std::uint64_t word;
            std::memcpy(&word, text.data(), 8);
            s.absorb(word);
            text.remove_prefix(8);
        }
        for (std::size_t i = 0; i < text.size(); ++i)
            last |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
        s.absorb(last);
        s.v2 ^= 0xff;
        for (int i = 0; i < 3; ++i) s.round();
        return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
    }

private:
    struct State {
        std::uint64_t v0, v1, v2, v3;
        void absorb(std::uint64_t word) noexcept {
            v3 ^= word;
            round();
            v0 ^= word;
        }
        void round() noexcept {
            v0 += v1;
            v1 = std::rotl(v1, 13) ^ v0;
            v0 = std::rotl(v0, 32);
            v2 += v3;
            v3 = std::rotl(v3, 16) ^ v2;
            v0 += v3;
            v3 = std::rotl(v3, 21) ^ v0;
            v2 += v1;
            v1 = std::rotl(v1, 17) ^ v2;
            v2 = std::rotl(v2, 32);
        }
    };

    std::uint64_t key0_;
    std::uint64_t key1_;
};

}  // namespace siptxn
