// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace sipmsg {

/// Octets that arrive at one end and leave at the other, always with `padding` readable octets behind the last one, so
/// that a parser may load words without looking for the end first. Every octet is moved a bounded number of times,
/// however small the pieces are. A value that moves but does not copy.
class PaddedBuffer {
public:
    /// Readable octets behind view(); what they hold is of no meaning.
    static constexpr std::size_t padding = 64;

    PaddedBuffer() = default;
    PaddedBuffer(PaddedBuffer&& other) noexcept;
    PaddedBuffer& operator=(PaddedBuffer&& other) noexcept;
    ~PaddedBuffer() = default;

    /// Room for `octets` more, to be written by the caller; commit() says how many were. Earlier views are invalid.
    [[nodiscard]] std::span<char> prepare(std::size_t octets);
    /// The first `octets` of the room given last are data now; more than was given counts as all of it.
    void commit(std::size_t octets) noexcept;
    void append(std::string_view octets);
    /// Drops octets at the front: a view of them stays readable until prepare(), append() or release().
    void consume(std::size_t octets) noexcept;
    /// Gives the memory back when nothing is held and more than `keep` octets are reserved.
    void release(std::size_t keep) noexcept;

    [[nodiscard]] std::string_view view() const noexcept { return {data_.get() + begin_, end_ - begin_}; }
    [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
    /// Octets reserved, the padding left out.
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

private:
    void move_to(std::unique_ptr<char[]> room, std::size_t capacity) noexcept;

    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace sipmsg
