// SPDX-License-Identifier: MIT
#pragma once

#include "layer/deadlines.hpp"

#include <siptxn/flow.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace siptxn {

/// What client and server transactions have in common: a key for matching, and the flow they live on.
struct Transaction : Timed {
    using Timed::Timed;

    std::string_view key;  ///< its text stands in the transaction
    Flow flow;

private:
    friend class PeerIndex;
    static constexpr std::size_t unlisted = static_cast<std::size_t>(-1);
    std::size_t slot_ = unlisted;
};

/// Transactions by the connection, or for UDP the remote address, that carries them: who suffers when it fails. One
/// that stands here already is not added, one that does not not removed.
class PeerIndex {
public:
    void add(Transaction& transaction) {
        if (transaction.slot_ != Transaction::unlisted) return;
        auto& list = lists_[peer_of(transaction.flow)];
        transaction.slot_ = list.size();
        list.push_back(&transaction);
    }
    void remove(Transaction& transaction) {
        if (transaction.slot_ == Transaction::unlisted) return;
        auto found = lists_.find(peer_of(transaction.flow));
        auto& list = found->second;
        const auto slot = std::exchange(transaction.slot_, Transaction::unlisted);
        if (list.back() != &transaction) {
            list[slot] = list.back();
            list[slot]->slot_ = slot;
        }
        list.pop_back();
        if (list.empty()) lists_.erase(found);
    }
    /// Takes those on a flow out, and gives their keys: handling one may end others. Whoever outlives the failure is
    /// not told of the next, so that a peer that is gone costs no more than it has transactions, however often we hear
    /// of it.
    [[nodiscard]] std::vector<std::string> take(const Flow& flow) {
        std::vector<std::string> keys;
        auto list = lists_.extract(peer_of(flow));
        if (!list) return keys;
        for (auto* transaction : list.mapped()) {
            transaction->slot_ = Transaction::unlisted;
            keys.emplace_back(transaction->key);
        }
        return keys;
    }

private:
    struct Peer {
        FlowId id;
        SocketAddress remote;
        bool operator==(const Peer&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Peer& peer) const noexcept {
            return std::hash<SocketAddress>{}(peer.remote) ^ static_cast<std::size_t>(peer.id) * 0x9e3779b97f4a7c15;
        }
    };
    static Peer peer_of(const Flow& flow) {
        if (flow.transport == Transport::udp) return {FlowId::none, flow.remote};
        return {flow.id, {}};
    }

    std::unordered_map<Peer, std::vector<Transaction*>, Hash> lists_;
};

}  // namespace siptxn
