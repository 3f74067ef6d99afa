// SPDX-License-Identifier: MIT
#pragma once

// Which parameters the machines note while they read, and in which slot.

#include "chars.hpp"
#include "fold.hpp"

#include <sipmsg/params.hpp>

#include <optional>
#include <string_view>

namespace sipmsg::detail {

enum ViaSlot : int { branch_slot, received_slot, rport_slot, maddr_slot, ttl_slot };
enum AddressSlot : int { tag_slot, expires_slot, q_slot };
enum UriSlot : int { transport_slot, lr_slot };
inline constexpr int no_slot = -1;

[[nodiscard]] inline int via_slot(const char* name, std::size_t size) noexcept {
    switch (size) {
        case 3: return is_name(name, "ttl") ? ttl_slot : no_slot;
        case 5: return is_name(name, "rport") ? rport_slot : is_name(name, "maddr") ? maddr_slot : no_slot;
        case 6: return is_name(name, "branch") ? branch_slot : no_slot;
        case 8: return is_name(name, "received") ? received_slot : no_slot;
        default: return no_slot;
    }
}

[[nodiscard]] inline int address_slot(const char* name, std::size_t size) noexcept {
    switch (size) {
        case 1: return *name == 'q' || *name == 'Q' ? q_slot : no_slot;
        case 3: return is_name(name, "tag") ? tag_slot : no_slot;
        case 7: return is_name(name, "expires") ? expires_slot : no_slot;
        default: return no_slot;
    }
}

[[nodiscard]] inline int uri_slot(const char* name, std::size_t size) noexcept {
    switch (size) {
        case 2: return is_name(name, "lr") ? lr_slot : no_slot;
        case 9: return is_name(name, "transport") ? transport_slot : no_slot;
        default: return no_slot;
    }
}

/// Notes parameters while a machine reads them. In place: what is written in small pieces and copied in large ones
/// right away makes the processor wait.
template <std::size_t Size>
class NoteTaker {
public:
    explicit NoteTaker(Notes<Size>& notes) noexcept : notes_(notes) {
        for (auto& value : notes_.values) value = {};
    }

    /// A name of the family ends at `end`; its value may still come. False when it stood there before: the first one
    /// counts.
    bool name(int slot, const char* base, const char* end) noexcept {
        slot_ = slot;
        if (slot == no_slot) return true;
        auto& value = notes_.values[static_cast<std::size_t>(slot)];
        if (value.offset != 0) {
            slot_ = no_slot;
            return false;
        }
        value = {static_cast<std::uint16_t>(end - base), 0};
        return true;
    }
    void value(const char* base, const char* from, const char* to) noexcept {
        if (slot_ == no_slot) return;
        notes_.values[static_cast<std::size_t>(slot_)] = {static_cast<std::uint16_t>(from - base),
                                                          static_cast<std::uint16_t>(to - from)};
    }
    /// All of them have been read, from `base` to `end`.
    void finish(const char* base, const char* end) noexcept {
        if (end - base >= Notes<Size>::none_taken) notes_.values[0].offset = Notes<Size>::none_taken;
    }

private:
    Notes<Size>& notes_;
    int slot_ = no_slot;
};

/// Notes what a machine has read all of. False when a name of the family stands twice: the first one counts.
template <auto slot_of, std::size_t Size>
bool note_all(Notes<Size>& notes, const Params& params) noexcept {
    NoteTaker taker(notes);
    const char* const base = params.text().data();
    bool once = true;
    for (const auto& param : params) {
        once &= taker.name(slot_of(param.name.data(), param.name.size()), base, param.name.data() + param.name.size());
        if (param.value) taker.value(base, param.value->data(), param.value->data() + param.value->size());
    }
    taker.finish(base, base + params.text().size());
    return once;
}

/// Takes the tag of an address while its parameters are read.
class TagTaker {
public:
    explicit TagTaker(std::optional<std::string_view>& tag) noexcept : tag_(tag) { tag_.reset(); }
    bool name(int slot, const char*, const char* end) noexcept {
        at_tag_ = slot == tag_slot;
        if (!at_tag_) return true;
        if (tag_) return false;
        tag_.emplace(end, 0);
        return true;
    }
    void value(const char*, const char* from, const char* to) noexcept {
        if (at_tag_) tag_.emplace(from, static_cast<std::size_t>(to - from));
    }

private:
    std::optional<std::string_view>& tag_;
    bool at_tag_ = false;
};

/// Where nobody asks.
struct NoNotes {
    static bool name(int, const char*, const char*) noexcept { return true; }
    static void value(const char*, const char*, const char*) noexcept {}
};

}  // namespace sipmsg::detail
