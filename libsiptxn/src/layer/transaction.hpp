// SPDX-License-Identifier: MIT
#pragma once

#include "layer/deadlines.hpp"

#include <siptxn/flow.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace siptxn {

/// What client and server transactions have in common: a key for matching, and the flow they live on.
struct Transaction : Timed {
    using Timed::Timed;

    std::string key;
    Flow flow;

private:
    friend class PeerIndex;
    std::size_t slot_ = 0;
};

/// Transactions by the connection, or for UDP the remote address, that carries them: who suffers when it fails.
class PeerIndex {
public:
    void add(Transaction& transaction) {
        auto& list = lists_[peer_of(transaction.flow)];
        transaction.slot_ = list.size();
        list.push_back(&transaction);
    }
    void remove(Transaction& transaction) {
        auto found = lists_.find(peer_of(transaction.flow));
        if (found == lists_.end()) return;
        auto& list = found->second;
        list.back()->slot_ = transaction.slot_;
        std::swap(list[transaction.slot_], list.back());
        list.pop_back();
        if (list.empty()) lists_.erase(found);
    }
    /// The keys of those on a flow: handling one may end others.
    [[nodiscard]] std::vector<std::string> on(const Flow& flow) const {
        std::vector<std::string> keys;
        if (auto found = lists_.find(peer_of(flow)); found != lists_.end()) {
            for (const auto* transaction : found->second) keys.push_back(transaction->key);
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
