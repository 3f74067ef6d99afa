// SPDX-License-Identifier: MIT
#pragma once

#include "peers/essentials.hpp"
#include "peers/packet.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

enum class Level {
    frame,     ///< L0: header lines told apart and classified by name, no value decoded
    proxy,     ///< L1: Essentials
    full,      ///< L2: every header that the library has a decoder for, decoded; the body is not parsed
    print,     ///< SER: printed from the parsed structure, not from text that was kept
    forwarded  ///< FWD: a new Via, Max-Forwards less one, the first Route dropped; of a response, its first Via dropped
};
inline constexpr Level levels[] = {Level::frame, Level::proxy, Level::full, Level::print, Level::forwarded};

[[nodiscard]] std::string_view name_of(Level level) noexcept;  ///< "L0", "L1", "L2", "SER", "FWD"
[[nodiscard]] std::optional<Level> level_named(std::string_view name) noexcept;

/// Who is shown what came out, while it is valid. Calls are virtual, so that no compiler can leave the work undone.
class Receiver {
public:
    virtual ~Receiver() = default;
    virtual void values(const Essentials&) {}  ///< L1
    virtual void octets(std::string_view) {}   ///< SER, FWD
};

/// One level's work on one message, to be repeated.
class Work {
public:
    virtual ~Work() = default;
    /// Does it once, whole: parses a message that is in memory, and frees what that took. False: the peer refused it.
    virtual bool run(Receiver& receiver) = 0;
    /// Octets of the parsed message that are neither in the packet nor on the heap.
    [[nodiscard]] virtual std::size_t held_off_heap() const { return 0; }
};

/// One library.
class Peer {
public:
    virtual ~Peer() = default;
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::string version() const = 0;
    /// Called before its works run, when those of another peer may have run before.
    virtual void enter() {}
    /// Whether it has L1; all have, but a variant of a library for another level alone.
    [[nodiscard]] virtual bool reads_values() const { return true; }
    /// nullptr when the library has no such level, or refuses the message. `packet` must outlive the work.
    [[nodiscard]] virtual std::unique_ptr<Work> work(Level level, const Packet& packet) = 0;
};

/// Those found when the build was configured, libsipmsg first.
[[nodiscard]] const std::vector<std::unique_ptr<Peer>>& peers();

// Each is defined in the file of its name.
[[nodiscard]] std::unique_ptr<Peer> make_sipmsg();
[[nodiscard]] std::unique_ptr<Peer> make_sipmsg_checked();
[[nodiscard]] std::unique_ptr<Peer> make_sipmsg_portable();
[[nodiscard]] std::unique_ptr<Peer> make_sipmsg_as_pjsip();
[[nodiscard]] std::unique_ptr<Peer> make_sipmsg_portable_as_pjsip();
[[nodiscard]] std::unique_ptr<Peer> make_sofia_sip();
[[nodiscard]] std::unique_ptr<Peer> make_osip2();
[[nodiscard]] std::unique_ptr<Peer> make_re();
[[nodiscard]] std::unique_ptr<Peer> make_belle_sip();

/// Work that is one function of a packet.
template <auto function>
class PacketWork : public Work {
public:
    explicit PacketWork(const Packet& packet) noexcept : packet_(packet.view()) {}
    bool run(Receiver& receiver) override { return function(packet_, receiver); }

private:
    std::string_view packet_;
};

}  // namespace bench
