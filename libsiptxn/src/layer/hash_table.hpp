// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace siptxn {

/// What an object needs to stand in a HashTable.
template <class T>
struct HashLink {
    T* next = nullptr;
    std::uint64_t hash = 0;
};

/// Objects by key, chained through the objects themselves: adding one allocates nothing for it. Grows by linear
/// hashing, one bucket at a time, so that no addition pays for all that are there already.
template <class T, HashLink<T> T::*link>
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
        T** at = &buckets_[index((item.*link).hash)];
        while (*at != &item) at = &((*at)->*link).next;
        *at = (item.*link).next;
        --size_;
    }
    /// The one with that hash for which `is_same` says so, or nullptr.
    template <class Predicate>
    [[nodiscard]] T* find(std::uint64_t hash, Predicate is_same) const {
        for (T* item = buckets_[index(hash)]; item; item = (item->*link).next) {
            if ((item->*link).hash == hash && is_same(*item)) return item;
        }
        return nullptr;
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Takes everything out, one by one.
    template <class Visitor>
    void drain(Visitor visit) {
        for (auto& bucket : buckets_) {
            while (T* item = bucket) {
                bucket = (item->*link).next;
                --size_;
                visit(*item);
            }
        }
    }

private:
    static constexpr std::size_t smallest = 8;
    static constexpr std::size_t buckets_for_one = 2;  ///< what is not there is mostly found out without a look at others

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
        T*& bucket = buckets_[index((item.*link).hash)];
        (item.*link).next = bucket;
        bucket = &item;
    }
    // The new last bucket takes its share of the one that stood for it. What stands there was mostly added long ago: the
    // processor has until the next time to fetch what comes then.
    void grow() {
        const std::size_t split = buckets_.size() - std::bit_floor(buckets_.size());
        buckets_.push_back(nullptr);
        for (std::size_t next = 1; next <= buckets_for_one; ++next) prefetch(buckets_[split + next]);
        T* rest = buckets_[split];
        buckets_[split] = nullptr;
        while (T* item = rest) {
            rest = (item->*link).next;
            push(*item);
        }
    }

    std::vector<T*> buckets_;
    std::size_t size_ = 0;
};

}  // namespace siptxn
