// SPDX-License-Identifier: MIT

// Runs of a value that has many of them: the first 64 octets are sorted into classes at once, and a run that ends there
// is jumped over in general registers, which takes less time than another vector. No include guard: see
// kernel_functions.ipp.

/// A text whose runs are looked for one by one.
struct Far {
    const char* end;
    const char* readable;
};

template <CharClass Bits>
inline const char* skip(const char* p, const Far& text) noexcept {
    return skip<Bits>(p, text.end, text.readable);
}

#if SIPMSG_LANES > 0

/// Where a run ends behind the front: out of the way of all the others.
template <CharClass Bits>
[[gnu::noinline]] inline const char* skip_far(const char* p, const char* end, const char* readable) noexcept {
    return skip<Bits>(p, end, readable);
}

inline constexpr std::size_t front_size = 64;

/// Bits of the octets of a front that are not of the class.
template <CharClass Bits>
struct Strangers {
    std::uint64_t bits = 0;
};

/// A text, and which of its first octets are not of each class. The text's end is of none.
template <CharClass... Classes>
class Front : public Far, Strangers<Classes>... {
public:
    Front(const char* begin, const char* text_end, const char* text_readable) noexcept
        : Far{text_end, text_readable}, base_(begin) {
        if (readable - begin < static_cast<std::ptrdiff_t>(front_size)) return;
        const auto ends = end_bit(begin, end);
        ((Strangers<Classes>::bits = bits64(begin, [](auto octets) { return strangers<Classes>(octets); }) | ends), ...);
        dots_ = bits64(begin, [](auto octets) { return equal(octets, '.'); });
        hyphens_ = bits64(begin, [](auto octets) { return equal(octets, '-'); });
    }
    explicit Front(const Scan& scan) noexcept : Front(scan.begin(), scan.end(), scan.readable) {}

    /// From the octet at `p` on; 0 when they lie behind the front.
    template <CharClass Bits>
    [[nodiscard]] std::uint64_t others(const char* p) const noexcept {
        return from(p, Strangers<Bits>::bits);
    }
    [[nodiscard]] std::uint64_t dots(const char* p) const noexcept { return from(p, dots_); }
    [[nodiscard]] std::uint64_t hyphens(const char* p) const noexcept { return from(p, hyphens_); }

private:
    [[nodiscard]] std::uint64_t from(const char* p, std::uint64_t row) const noexcept {
        const auto at = static_cast<std::size_t>(p - base_);
        return at < front_size ? row >> at : 0;
    }

    const char* base_;
    std::uint64_t dots_ = 0;
    std::uint64_t hyphens_ = 0;
};

template <CharClass Bits, CharClass... Classes>
inline const char* skip(const char* p, const Front<Classes...>& text) noexcept {
    const auto others = text.template others<Bits>(p);
    if (others != 0) return p + std::countr_zero(others);
    return skip_far<Bits>(p, text.end, text.readable);
}

#else

template <CharClass...>
struct Front : Far {
    Front(const char*, const char* text_end, const char* text_readable) noexcept : Far{text_end, text_readable} {}
    explicit Front(const Scan& scan) noexcept : Far{scan.end(), scan.readable} {}
};

#endif
