// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/dialog_layer.hpp>

#include <siptxn/transaction_layer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bench {

/// A dialog layer on a transaction layer whose octets go straight into the peer's: no sockets, no copies, no clock.
/// Rings and accepts each call; every description is at hand.
class Agent {
public:
    Agent(const siptxn::SocketAddress& own, std::uint64_t seed);

    /// Carries out what there is to do; false when there was nothing.
    bool drain(siptxn::TimePoint now);
    void expire(siptxn::TimePoint now);
    void received(const std::string& octets, siptxn::TimePoint now);

    siptxn::SocketAddress own;
    siptxn::TransactionLayer transactions;
    sipdialog::DialogLayer dialogs;
    Agent* peer = nullptr;                          ///< nullptr: what is sent is kept, or counted only
    std::vector<std::string>* kept = nullptr;       ///< what is sent without a peer
    std::size_t transmitted = 0;                    ///< messages
    std::vector<sipdialog::SessionId> established;  ///< in the order they came
    std::size_t ended = 0;
    std::size_t answered = 0;  ///< requests inside dialogs

private:
    void take(const siptxn::Transmit& output, siptxn::TimePoint now);
    void take(const siptxn::OpenFlow& output, siptxn::TimePoint now);
    void take(const siptxn::Event& event, siptxn::TimePoint now);
    void take(const sipdialog::SendRequest& output, siptxn::TimePoint now);
    void take(const sipdialog::SendAck& output, siptxn::TimePoint now);
    void take(const sipdialog::Respond& output, siptxn::TimePoint now);
    void take(const sipdialog::DescriptionWanted& output, siptxn::TimePoint now);
    void take(const sipdialog::Invited& output, siptxn::TimePoint now);
    void take(const sipdialog::ProgressDone& output, siptxn::TimePoint now);
    void take(const sipdialog::Established& output, siptxn::TimePoint now);
    void take(const sipdialog::RequestInDialog& output, siptxn::TimePoint now);
    void take(const sipdialog::Ended& output, siptxn::TimePoint now);
    void take(const auto&, siptxn::TimePoint) {}
};

/// Two of them, joined.
struct TwoAgents {
    TwoAgents();
    /// Until neither side has anything left to do.
    void drain(siptxn::TimePoint now);
    void expire(siptxn::TimePoint now);
    /// INVITE, 180, 200, ACK.
    sipdialog::SessionId call(siptxn::TimePoint now);

    std::unique_ptr<Agent> caller;
    std::unique_ptr<Agent> callee;
};

}  // namespace bench
