// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/share.hpp>
#include <siptxn/wire.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

// One stack a core. Each has sockets of its own on the same port, and the system spreads peers over them by address;
// but a dialog is one stack's (siptxn/share.hpp). What arrives at the wrong one is handed over as octets, and what its
// owner says to a connection of another goes back the same way. Nothing else is shared. siptxn/net/workers.hpp runs
// stacks like this on threads.

namespace siptxn {

/// What one worker tells another.
namespace parcel {
/// A whole message of yours (or the answer to a STUN request that may be yours) came to me.
struct Message {
    Flow flow;
    Octets octets;  ///< with 64 readable octets behind it
};
/// I have this connection, and something of yours is about to come on it.
struct Opened {
    Flow flow;
    std::vector<std::string> peer_domains;
};
/// It is gone; or (UDP) somebody does not want our datagrams.
struct Failed {
    Flow flow;
    std::error_code error;
};
/// Send this on a flow of yours.
struct Send {
    Flow flow;
    Octets octets;
};
/// Close this connection of yours.
struct Close {
    Flow flow;
    std::error_code error;  ///< what those are told who use it
};
}  // namespace parcel
using Parcel = std::variant<parcel::Message, parcel::Opened, parcel::Failed, parcel::Send, parcel::Close>;

/// The queues between workers. Used by each worker on its own thread.
class WorkerPost {
public:
    virtual ~WorkerPost() = default;
    /// Into the queue of `to`, behind what this worker has put there before. False when that is full: then nothing was
    /// moved. `always`: full or not; as many as there are connections and no more.
    [[nodiscard]] virtual bool put(std::uint32_t to, Parcel&& parcel, bool always) = 0;
    /// Calls WorkerWire::room_at(to) of `from`, from its own loop, once, as soon as the queue of `to` has room.
    virtual void tell_of_room(std::uint32_t from, std::uint32_t to) = 0;
};

/// What became of messages that came to the wrong worker. Any thread may read.
struct WorkerCounts {
    std::atomic<std::uint64_t> handed_over = 0;  ///< put into another worker's queue
    std::atomic<std::uint64_t> taken = 0;        ///< got from the other workers
    std::atomic<std::uint64_t> sent_back = 0;    ///< octets for a flow of another worker
    std::atomic<std::uint64_t> dropped = 0;      ///< datagrams, for a full queue
    std::atomic<std::uint64_t> held = 0;         ///< how often a connection was not read for a full queue
};

/// The wire of one worker: its own sockets, and through the post those of the others. FlowIds are unique among all
/// workers (home_of()). Of each message it asks nobody: its own stack says what is another's (LayerOptions::share, with
/// the same share). One thread, as any wire.
///
/// When the queue of a worker is full, datagrams for it are dropped and counted, and connections that have a message
/// for it are not read further until there is room. Octets for a connection of another worker wait for room, up to
/// `backlog`; above it that connection fails, as one does whose peer does not read.
///
/// A connection lives as long as the stack that has it says: others hear of it with their first message, never close it
/// for being idle, and hear of its end.
class WorkerWire final : public Wire, private WireEvents {
public:
    /// `post` must outlive this.
    WorkerWire(std::shared_ptr<Wire> wire, const Share& share, WorkerPost& post, std::size_t backlog = 1'048'576);
    ~WorkerWire() override;
    WorkerWire(const WorkerWire&) = delete;
    WorkerWire& operator=(const WorkerWire&) = delete;

    /// One parcel of the queue, from this worker's loop.
    void take(Parcel parcel);
    /// See WorkerPost::tell_of_room().
    void room_at(std::uint32_t worker);
    [[nodiscard]] const WorkerCounts& counts() const noexcept { return counts_; }

    void attach(WireEvents* events) override;
    [[nodiscard]] std::vector<Listener> listeners() const override { return wire_->listeners(); }
    void open(FlowId id, Transport transport, const SocketAddress& remote, std::string_view server_name) override;
    [[nodiscard]] FlowId new_flow_id() override { return at_home(wire_->new_flow_id(), share_.worker); }
    void send(const Flow& flow, Octets octets) override;
    void close(FlowId id) override;
    void resolve(QueryId query, std::string_view name, RecordType type) override { wire_->resolve(query, name, type); }
    void hold(FlowId id, bool held) override;
    void hand_over(std::uint32_t worker, const Flow& flow, Octets octets) override;
    [[nodiscard]] std::vector<std::string> peer_domains(FlowId id) const override;

private:
    /// What waits for room at one worker, and which connections are not read meanwhile.
    struct Line {
        std::deque<Parcel> parcels;
        std::size_t octets = 0;  ///< of those to be sent
        std::set<FlowId> held;
    };

    void on_opened(const Flow& flow, bool accepted) override;
    void on_octets(const Flow& flow, std::string_view octets) override;
    void on_failed(const Flow& flow, std::error_code error) override;
    void on_resolved(QueryId query, std::span<const DnsRecord> records, std::error_code error) override;

    void taken(parcel::Message& message);
    void taken(parcel::Opened& opened);
    void taken(parcel::Failed& failed);
    void taken(parcel::Send& sending);
    void taken(parcel::Close& closing);

    [[nodiscard]] bool is_home(FlowId id) const noexcept { return home_of(id) == share_.worker; }
    [[nodiscard]] bool leaves_from_here(const Flow& flow) const;
    void introduce(std::uint32_t worker, const Flow& flow);
    void tell_end(const Flow& flow, std::error_code error);
    void offer(std::uint32_t to, Parcel parcel);
    void insist(std::uint32_t to, Parcel parcel);
    [[nodiscard]] bool queue_up(std::uint32_t to, Parcel parcel);
    void send_back(const Flow& flow, Octets octets);
    void release(Line& line);

    std::shared_ptr<Wire> wire_;
    Share share_;
    WorkerPost& post_;
    std::size_t backlog_;
    std::vector<Listener> listeners_;
    WireEvents* events_ = nullptr;
    /// Connections of this wire: who else knows of them.
    std::unordered_map<FlowId, std::set<std::uint32_t>> known_to_;
    /// Connections of others that we know of.
    std::unordered_map<FlowId, std::vector<std::string>> foreign_;
    std::unordered_set<FlowId> condemned_;  ///< of others, their end asked for
    std::map<std::uint32_t, Line> lines_;
    WorkerCounts counts_;
};

}  // namespace siptxn
