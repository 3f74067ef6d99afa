// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace siptxn {

/// What an object needs to stand in a HashTable.
template <class T>
struct HashLink {
    T* next = nullptr;
    std::uint64_t hash = 0;
};

/// Objects by key, chained through the objects themselves: adding one allocates nothing for it. Grows by linear
/// hashing, one bucket at a time, so that no addition pays for all that are there already. A bucket knows by the
/// highest bits of a hash what does not stand in it, so that what was added long ago, and has left the caches since, is
/// left alone. Numbers that count up will do as hashes, too: they find an object each in its bucket.
template <class T, HashLink<T> T::*link, std::size_t buckets_for_one = 1>
class HashTable {
public:
    HashTable() : buckets_(smallest) {}

    void add(T& item, std::uint64_t hash) {
        while (size_ * buckets_for_one >= buckets_.size()) grow();
        (item.*link).hash = hash;
        push(item);
        ++size_;
    }
    /// It must be there.
    void remove(T& item) noexcept {
        Bucket& bucket = buckets_[index((item.*link).hash)];
        T** at = &bucket.first;
        while (*at != &item) at = &((*at)->*link).next;
        *at = (item.*link).next;
        if (!bucket.first) bucket.marks = 0;
        --size_;
    }
    /// The one with that hash for which `is_same` says so, or nullptr.
    template <class Predicate>
    [[nodiscard]] T* find(std::uint64_t hash, Predicate is_same) const {
        const Bucket& bucket = buckets_[index(hash)];
        if ((bucket.marks & mark(hash)) == 0) return nullptr;
        for (T* item = bucket.first; item; item = (item->*link).next) {
            if ((item->*link).hash == hash && is_same(*item)) return item;
        }
        return nullptr;
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Takes everything out, one by one.
    template <class Visitor>
    void drain(Visitor visit) {
        for (auto& bucket : buckets_) {
            while (T* item = bucket.first) {
                bucket.first = (item->*link).next;
                --size_;
                visit(*item);
            }
        }
    }

private:
    static constexpr std::size_t smallest = 8;

    struct Bucket {
        T* first = nullptr;
        std::uint64_t marks = 0;  ///< those of what stands here, and perhaps of what stood here
    };

    [[nodiscard]] static std::uint64_t mark(std::uint64_t hash) noexcept { return std::uint64_t{1} << (hash >> 58U); }
    [[nodiscard]] std::size_t index(std::uint64_t hash) const noexcept {
        const std::size_t whole = std::bit_ceil(buckets_.size());
        const std::size_t wide = hash & (whole - 1);
        return wide < buckets_.size() ? wide : hash & (whole / 2 - 1);
    }
    static void prefetch([[maybe_unused]] const T* item) noexcept {
#if defined(__GNUC__)
        if (item) __builtin_prefetch(&(item->*link));
#endif
    }
    void push(T& item) noexcept {
        const auto hash = (item.*link).hash;
        Bucket& bucket = buckets_[index(hash)];
        (item.*link).next = bucket.first;
        bucket.first = &item;
        bucket.marks |= mark(hash);
    }
    // The new last bucket takes its share of the one that stood for it. What stands there was mostly added long ago:
    // the processor has until the next times to fetch what comes then, the first in a bucket and then the one behind
    // it.
    void grow() {
        const std::size_t split = buckets_.size() - std::bit_floor(buckets_.size());
        buckets_.emplace_back();
        prefetch(buckets_[split + 2].first);
        if (const T* soon = buckets_[split + 1].first) prefetch((soon->*link).next);
        T* rest = std::exchange(buckets_[split], {}).first;
        while (T* item = rest) {
            rest = (item->*link).next;
            push(*item);
        }
    }

    std::vector<Bucket> buckets_;
    std::size_t size_ = 0;
};

}  // namespace siptxn
