// SPDX-License-Identifier: MIT
#pragma once

#include "net/datagram_io.hpp"

#include <siptxn/wire.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

// Several datagrams a system call: the kernel's share of a request is the largest one.

namespace siptxn::net {

inline constexpr std::size_t datagrams_at_once = 32;

/// What one call received. Its memory is taken once, and used as far as datagrams reach.
class IncomingBatch {
public:
    IncomingBatch();
    ~IncomingBatch();
    IncomingBatch(const IncomingBatch&) = delete;
    IncomingBatch& operator=(const IncomingBatch&) = delete;

    /// How many came; 0 with an error when none did (would_block). What was there before is gone.
    std::size_t receive(int socket, std::error_code& error);
    [[nodiscard]] ReceivedDatagram details(std::size_t index) const;
    /// With 64 readable octets behind it.
    [[nodiscard]] std::string_view octets(std::size_t index) const;

private:
    struct Room;
    std::unique_ptr<Room> room_;
};

/// What waits to be sent by one call.
class OutgoingBatch {
public:
    struct Datagram {
        Flow flow;
        std::optional<IpAddress> source;
        Octets octets;
    };

    OutgoingBatch();
    ~OutgoingBatch();
    OutgoingBatch(const OutgoingBatch&) = delete;
    OutgoingBatch& operator=(const OutgoingBatch&) = delete;

    [[nodiscard]] bool empty() const noexcept;
    [[nodiscard]] bool full() const noexcept;
    void add(Datagram datagram);  ///< not when full()
    /// As many as go at once; the rest stays. An error is that of the first one that stays.
    void send(int socket, std::error_code& error);
    /// The first one leaves; not when empty().
    Datagram take_first();

private:
    struct Room;
    std::unique_ptr<Room> room_;
};

}  // namespace siptxn::net
