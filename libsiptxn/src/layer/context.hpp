// SPDX-License-Identifier: MIT
#pragma once

#include "layer/deadlines.hpp"
#include "layer/keyed_hash.hpp"

#include <siptxn/locator.hpp>
#include <siptxn/output_queue.hpp>
#include <siptxn/transaction_layer.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace siptxn {

/// What all parts of the layer share.
struct Context {
    Context(const LayerOptions& layer_options, RandomSource random)
        : options(layer_options), identifiers(std::move(random)), hash(identifiers.number(), identifiers.number()) {}

    template <class Work>
    void emit(Work&& work) {
        outputs.push(std::forward<Work>(work));
    }
    template <class News>
    void report(News&& news) {
        outputs.push(std::in_place_type<Event>, std::forward<News>(news));
    }
    /// Until the next ping, when there are any: 80 to 100 % of the interval (RFC 5626 §4.4.1).
    [[nodiscard]] Duration keep_alive_pause() {
        return options.keep_alive.interval / 100 * (80 + static_cast<int>(identifiers.number() % 21));
    }
    [[nodiscard]] bool keeps_alive() const noexcept { return options.keep_alive.interval > Duration{0}; }
    [[nodiscard]] Reach reach() const { return {options.transports, listeners}; }

    const LayerOptions options;
    Identifiers identifiers;
    KeyedHash hash;
    Statistics statistics;
    Deadlines deadlines;
    OutputQueue<Output> outputs;
    std::vector<Listener> listeners;
};

/// Octets that share a message's memory.
[[nodiscard]] inline Octets octets_of(const sipmsg::MessagePtr& message) { return {message, &message->octets()}; }
/// The octets of a message that nobody reads again: a fifth of the memory.
[[nodiscard]] inline Octets octets_of(sipmsg::Message&& message) {
    return std::make_shared<const std::string>(std::move(message).octets());
}

}  // namespace siptxn
