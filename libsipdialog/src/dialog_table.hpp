// SPDX-License-Identifier: MIT
#pragma once

#include "dialog_name.hpp"
#include "session.hpp"

#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_map>

namespace sipdialog {

/// The dialogs of all sessions by name. The names stand in the sessions' legs alone: a leg is added when it is there,
/// and removed before it goes.
class DialogTable {
public:
    struct Place {
        Session* session = nullptr;
        std::size_t leg = 0;

        [[nodiscard]] explicit operator bool() const noexcept { return session != nullptr; }
        [[nodiscard]] Leg& operator*() const noexcept { return session->legs[leg]; }
        friend bool operator==(const Place&, const Place&) = default;
    };

    void add(Session& session, std::size_t leg) {
        const Place place{&session, leg};
        places_.emplace(key_of(name_of(place)), place);
    }
    /// No effect when it is not here.
    void remove(Session& session, std::size_t leg) {
        const Place place{&session, leg};
        auto [it, end] = places_.equal_range(key_of(name_of(place)));
        while (it != end && it->second != place) ++it;
        if (it != end) places_.erase(it);
    }
    [[nodiscard]] Place find(const DialogName& name) const {
        auto [it, end] = places_.equal_range(key_of(name));
        while (it != end && name_of(it->second) != name) ++it;
        return it != end ? it->second : Place{};
    }

private:
    static DialogName name_of(const Place& place) { return DialogName::of((*place).dialog.id()); }

    /// Our tag is by chance, and no peer's to choose.
    static std::size_t key_of(const DialogName& name) { return std::hash<std::string_view>{}(name.local_tag); }

    std::unordered_multimap<std::size_t, Place> places_;
};

}  // namespace sipdialog
