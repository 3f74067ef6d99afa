// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

namespace sipua {

/// Tells any number of observers about each new value. Observers run on the agent's executor, in the order they came;
/// adding and removing inside one is legal and takes effect with the next value. SIP.js: Emitter.
template <class Value>
class Emitter {
public:
    using Listener = std::function<void(const Value&)>;
    using ListenerId = std::uint64_t;

    ListenerId add_listener(Listener listener) {
        listeners_.emplace(++last_, std::make_shared<Listener>(std::move(listener)));
        return last_;
    }
    void remove_listener(ListenerId id) { listeners_.erase(id); }

    void emit(const Value& value) const {
        auto snapshot = listeners_;
        for (auto& [id, listener] : snapshot) (*listener)(value);
    }

private:
    std::map<ListenerId, std::shared_ptr<Listener>> listeners_;
    ListenerId last_ = 0;
};

}  // namespace sipua
