// SPDX-License-Identifier: MIT
#include <sipmsg/padded_buffer.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace sipmsg {

namespace {
constexpr std::size_t smallest = 1024;
}

PaddedBuffer::PaddedBuffer(PaddedBuffer&& other) noexcept
    : data_(std::move(other.data_)),
      capacity_(std::exchange(other.capacity_, 0)),
      begin_(std::exchange(other.begin_, 0)),
      end_(std::exchange(other.end_, 0)) {}

PaddedBuffer& PaddedBuffer::operator=(PaddedBuffer&& other) noexcept {
    data_ = std::move(other.data_);
    capacity_ = std::exchange(other.capacity_, 0);
    begin_ = std::exchange(other.begin_, 0);
    end_ = std::exchange(other.end_, 0);
    return *this;
}

/// What is held moves to the front only when at least as much was consumed before it, and grows by half otherwise: so
/// each octet that arrives pays for a bounded number of moves.
std::span<char> PaddedBuffer::prepare(std::size_t octets) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (capacity_ - end_ < octets && begin_ > 0 && begin_ >= size()) {
        std::memmove(data_.get(), data_.get() + begin_, size());
        end_ -= std::exchange(begin_, 0);
    }
    if (capacity_ - end_ < octets) {
        const std::size_t grown = std::max({size() + octets, capacity_ + capacity_ / 2, smallest});
        move_to(std::make_unique<char[]>(grown + padding), grown);  // zeroed: nothing reads what was never written
    }
    return {data_.get() + end_, capacity_ - end_};
}

void PaddedBuffer::move_to(std::unique_ptr<char[]> room, std::size_t capacity) noexcept {
    if (size() > 0) std::memcpy(room.get(), data_.get() + begin_, size());
    data_ = std::move(room);
    capacity_ = capacity;
    end_ -= std::exchange(begin_, 0);
}

void PaddedBuffer::commit(std::size_t octets) noexcept { end_ += std::min(octets, capacity_ - end_); }

void PaddedBuffer::append(std::string_view octets) {
    if (octets.empty()) return;
    std::memcpy(prepare(octets.size()).data(), octets.data(), octets.size());
    end_ += octets.size();
}

void PaddedBuffer::consume(std::size_t octets) noexcept { begin_ += std::min(octets, size()); }

void PaddedBuffer::release(std::size_t keep) noexcept {
    if (size() == 0 && capacity_ > keep) *this = PaddedBuffer();
}

}  // namespace sipmsg
