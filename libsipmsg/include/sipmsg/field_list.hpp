// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header_name.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace sipmsg {

/// One header line: where its name and its value stand, in octets from the start of the message. The value is trimmed
/// and may contain folds. Read them by MessageView::name() and MessageView::value().
struct HeaderField {
    std::uint32_t name_offset;
    std::uint32_t value_offset;
    std::uint32_t value_length;
    std::uint16_t name_length;
    Header id;
    bool folded;
};

namespace detail {

/// The headers that elements ask for in every message: each has a place in the index, the others share one.
inline constexpr std::array indexed_headers = {
    Header::via,
    Header::from,
    Header::to,
    Header::call_id,
    Header::cseq,
    Header::max_forwards,
    Header::contact,
    Header::route,
    Header::record_route,
    Header::content_length,
    Header::content_type,
    Header::content_disposition,
    Header::require,
    Header::proxy_require,
    Header::supported,
    Header::allow,
    Header::accept,
    Header::expires,
    Header::event,
    Header::subscription_state,
    Header::refer_to,
    Header::replaces,
    Header::rseq,
    Header::rack,
    Header::reason,
    Header::session_expires,
    Header::min_se,
    Header::authorization,
    Header::path,
    Header::proxy_authorization,
    Header::www_authenticate,
};
inline constexpr std::uint8_t shared_slot = indexed_headers.size();
inline constexpr auto header_slots = [] {
    std::array<std::uint8_t, header_count> slots;
    slots.fill(shared_slot);
    for (std::uint8_t i = 0; i < shared_slot; ++i) slots[static_cast<std::size_t>(indexed_headers[i])] = i;
    return slots;
}();

/// The header lines of a message, and where each header stands first. Room for 24 lines is inside; more go to the heap,
/// which clear() keeps.
class FieldList {
public:
    static constexpr std::size_t inline_room = 24;

    FieldList() noexcept {}  // NOLINT(modernize-use-equals-default): the room need not be initialized
    FieldList(const FieldList& other) { *this = other; }
    FieldList(FieldList&& other) noexcept { *this = std::move(other); }
    FieldList& operator=(const FieldList& other) {
        if (this == &other) return *this;
        count_ = 0;
        reserve(other.count_);
        std::copy_n(other.data(), other.count_, data());
        count_ = other.count_;
        first_ = other.first_;
        return *this;
    }
    FieldList& operator=(FieldList&& other) noexcept {
        if (this == &other) return *this;
        if (other.heap_ != nullptr) {
            heap_ = std::move(other.heap_);
            room_ = std::exchange(other.room_, inline_room);
        } else {
            std::copy_n(other.inline_, other.count_, data());  // there is room for them everywhere
        }
        count_ = std::exchange(other.count_, 0);
        first_ = other.first_;
        other.first_ = {};
        return *this;
    }
    ~FieldList() = default;

    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] std::span<const HeaderField> span() const noexcept { return {data(), count_}; }
    [[nodiscard]] std::span<HeaderField> span() noexcept { return {data(), count_}; }
    [[nodiscard]] HeaderField& operator[](std::size_t index) noexcept { return data()[index]; }

    /// The first line of that header, or nullptr.
    [[nodiscard]] const HeaderField* first(Header id) const noexcept {
        const std::size_t position = first_[slot(id)] & last_position;
        if (position == 0) return nullptr;
        const HeaderField* const at = data() + position - 1;
        if (position != last_position && slot(id) != shared_slot) return at;
        return next_at(at, id);
    }
    /// The header stands in more than one line.
    [[nodiscard]] bool is_repeated(Header id) const noexcept {
        if ((first_[slot(id)] & repeated) == 0) return false;
        if (slot(id) != shared_slot) return true;
        const HeaderField* const field = first(id);
        return field != nullptr && next(*field) != nullptr;
    }
    /// The next line of the same header, or nullptr.
    [[nodiscard]] const HeaderField* next(const HeaderField& field) const noexcept {
        return next_at(&field + 1, field.id);
    }

    HeaderField& push_back(const HeaderField& field) {
        if (count_ == room_) reserve(count_ + 1);
        auto& place = data()[count_++];
        place = field;
        note(field.id, count_);
        return place;
    }
    /// For a reader that fills lines one after another: room up to `limit` lines in all, to be told by take().
    [[nodiscard]] std::span<HeaderField> room(std::size_t limit) {
        if (count_ == room_ && count_ < limit) reserve(count_ + 1);
        const std::size_t end = std::min<std::size_t>(room_, limit);
        return {data() + count_, end > count_ ? end - count_ : 0};
    }
    /// The next line of that room is filled.
    void take(Header id) noexcept {
        ++count_;
        note(id, count_);
    }
    void pop_back() noexcept {
        const std::size_t position = count_--;
        auto& first = first_[slot(data()[count_].id)];
        if (first == position && position != last_position) {
            first = 0;
        } else {
            reindex();
        }
    }
    void insert(std::size_t index, const HeaderField& field) { insert(index, std::span(&field, 1)); }
    void insert(std::size_t index, std::span<const HeaderField> fields) {
        reserve(count_ + fields.size());
        std::copy_backward(data() + index, data() + count_, data() + count_ + fields.size());
        std::ranges::copy(fields, data() + index);
        count_ += static_cast<std::uint32_t>(fields.size());
        move_behind(index, fields.size());
        for (std::size_t i = 0; i < fields.size(); ++i) note(fields[i].id, index + i + 1);
    }
    void erase(std::size_t index) noexcept {
        if (index + 1 == count_) return pop_back();
        std::copy(data() + index + 1, data() + count_, data() + index);
        --count_;
        reindex();
    }
    void clear() noexcept {
        count_ = 0;
        first_ = {};
    }

private:
    static constexpr std::uint8_t last_position = 127;  ///< "here or later"
    static constexpr std::uint8_t repeated = 128;

    [[nodiscard]] static std::size_t slot(Header id) noexcept { return header_slots[static_cast<std::size_t>(id)]; }

    [[nodiscard]] const HeaderField* next_at(const HeaderField* field, Header id) const noexcept {
        for (const HeaderField* const end = data() + count_; field != end; ++field)
            if (field->id == id) return field;
        return nullptr;
    }

    [[nodiscard]] const HeaderField* data() const noexcept { return heap_ != nullptr ? heap_.get() : inline_; }
    [[nodiscard]] HeaderField* data() noexcept { return heap_ != nullptr ? heap_.get() : inline_; }

    /// A line of that header stands at `position`, too.
    void note(Header id, std::size_t position) noexcept {
        auto& first = first_[slot(id)];
        const auto here = static_cast<std::uint8_t>(std::min<std::size_t>(position, last_position));
        if (first == 0) {
            first = here;
        } else {
            first = static_cast<std::uint8_t>(std::min<std::uint8_t>(first & last_position, here) | repeated);
        }
    }
    /// What stood from `index` on stands `by` lines further.
    void move_behind(std::size_t index, std::size_t by) noexcept {
        const auto before = static_cast<std::uint8_t>(std::min<std::size_t>(index, last_position));
        const auto step = static_cast<std::uint8_t>(std::min<std::size_t>(by, last_position));
        for (auto& first : first_) {
            const std::uint8_t position = first & last_position;
            const auto moved = static_cast<std::uint8_t>(std::min(position + step, int{last_position}));
            first = static_cast<std::uint8_t>((position > before ? moved : position) | (first & repeated));
        }
    }
    void reindex() noexcept {
        first_ = {};
        for (std::size_t i = 0; i < count_; ++i) note(data()[i].id, i + 1);
    }
    void reserve(std::size_t count) {
        if (count <= room_) return;
        const std::size_t room = std::max(count, std::size_t{room_} * 2);
        auto bigger = std::make_unique_for_overwrite<HeaderField[]>(room);
        std::copy_n(data(), count_, bigger.get());
        heap_ = std::move(bigger);
        room_ = static_cast<std::uint32_t>(room);
    }

    std::unique_ptr<HeaderField[]> heap_;
    std::uint32_t count_ = 0;
    std::uint32_t room_ = inline_room;
    std::array<std::uint8_t, shared_slot + 1> first_{};  ///< position from 1, and whether more follow; 0: none
    union {
        HeaderField inline_[inline_room];
    };
};

}  // namespace detail

}  // namespace sipmsg
