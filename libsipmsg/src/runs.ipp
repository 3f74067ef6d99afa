// SPDX-License-Identifier: MIT

// The runs of one class, many of which stand side by side in parameters: found for 64 octets at once, then each costs a
// shift. No include guard: see kernel_functions.ipp.

/// A bit for each octet from `p` on that is not of the class, and where the text ends. Out of the way of those who know
/// that 64 octets can be read.
template <CharClass Bits>
[[gnu::noinline]] std::uint64_t run_ends_anywhere(const char* p, const char* end, const char* readable) noexcept;

template <CharClass Bits>
inline std::uint64_t run_ends(const char* p, const char* end, const char* readable) noexcept {
    if (readable - p < 64) return run_ends_anywhere<Bits>(p, end, readable);
    std::uint64_t bits = end_bit(p, end);
#if SIPMSG_LANES > 0
    return bits | bits64(p, [](auto octets) { return strangers<Bits>(octets); });
#else
    for (std::ptrdiff_t i = 0; i < std::min<std::ptrdiff_t>(end - p, 64); i += 8)
        bits |= std::uint64_t{gathered(stranger_table<Bits>, p + i)} << i;
    return bits;
#endif
}

template <CharClass Bits>
std::uint64_t run_ends_anywhere(const char* p, const char* end, const char* readable) noexcept {
    if (readable - p >= 64) return run_ends<Bits>(p, end, readable);
    std::array<char, 128> room{};
    const auto size = static_cast<std::size_t>(end - p);
    std::memcpy(room.data(), p, size);
    return run_ends<Bits>(room.data(), room.data() + size, room.data() + room.size());
}

/// A text whose runs of the class are looked for from the front to the back.
template <CharClass Bits>
class Runs : public Far {
public:
    Runs(const char* p, const Far& text) noexcept
        : Far(text), base_(p), ends_(run_ends<Bits>(p, text.end, text.readable)) {}

    /// Where the run at `p` ends.
    [[nodiscard]] const char* behind(const char* p) const noexcept {
        const auto at = static_cast<std::size_t>(p - base_);
        if (at < 64 && ends_ >> at != 0) return p + std::countr_zero(ends_ >> at);
        for (base_ = p;; base_ += 64) {
            ends_ = run_ends_anywhere<Bits>(base_, end, readable);
            if (ends_ != 0) return base_ + std::countr_zero(ends_);
        }
    }

private:
    // What has been looked at last.
    mutable const char* base_;
    mutable std::uint64_t ends_;
};

template <CharClass Bits>
inline const char* skip(const char* p, const Runs<Bits>& text) noexcept {
    return text.behind(p);
}

/// For parameters: the text itself where it is sorted already, or runs are found by vectors; else their runs.
template <CharClass Bits>
inline const Runs<Bits>& runs_of(const char*, const Runs<Bits>& text) noexcept {
    return text;
}

#if SIPMSG_LANES > 0

template <CharClass Bits>
inline const auto& runs_of(const char*, const auto& text) noexcept {
    return text;
}

#else

template <CharClass Bits>
inline Runs<Bits> runs_of(const char* p, const Far& text) noexcept {
    return {p, text};
}

#endif
