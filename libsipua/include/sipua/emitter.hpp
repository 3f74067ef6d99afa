// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace sipua {

/// Tells any number of observers about each new value. Observers run on the agent's executor, in the order they came;
/// adding and removing inside one is legal and takes effect with the next value. SIP.js: Emitter.
template <class Value>
class Emitter {
public:
    using Listener = std::function<void(const Value&)>;
    using ListenerId = std::uint64_t;

    /// `once`: for the next value only.
    ListenerId add_listener(Listener listener, bool once = false) {
        listeners_.push_back({++last_, std::make_shared<Listener>(std::move(listener)), once});
        return last_;
    }
    void remove_listener(ListenerId id) {
        std::erase_if(listeners_, [id](auto& entry) { return entry.id == id; });
    }

    void emit(const Value& value) {
        auto snapshot = listeners_;
        std::erase_if(listeners_, [](auto& entry) { return entry.once; });
        for (auto& entry : snapshot) (*entry.listener)(value);
    }

private:
    struct Entry {
        ListenerId id;
        std::shared_ptr<Listener> listener;
        bool once = false;
    };
    std::vector<Entry> listeners_;
    ListenerId last_ = 0;
};

}  // namespace sipua
