// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/error.hpp>
#include <siptxn/target.hpp>
#include <siptxn/wire.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace siptxn {

/// Which transports this stack can use towards an address family, in the order it prefers them.
struct Reach {
    std::vector<Transport> transports;
    std::vector<Listener> listeners;

    /// UDP wants a socket of the family; anything can be tried when no listener is known.
    [[nodiscard]] bool has(Transport transport, IpAddress::Family family) const noexcept;
    /// The first preferred transport, or nullopt.
    [[nodiscard]] std::optional<Transport> preferred(IpAddress::Family family) const noexcept;
};

/// Finds the addresses of one next hop: RFC 3263 §4 with numeric hosts and A/AAAA records. Questions go out, answers
/// come in, in any order; the targets stand when is_done().
class Locator {
public:
    struct Question {
        std::string name;
        RecordType type;
    };

    Locator() = default;
    Locator(NextHop hop, Reach reach);

    [[nodiscard]] std::span<const Question> questions() const noexcept { return questions_; }
    void answer(RecordType type, std::span<const DnsRecord> records, std::error_code error);
    [[nodiscard]] bool is_done() const noexcept { return answers_ >= questions_.size(); }
    /// In the order to try, at most `limit`.
    [[nodiscard]] std::vector<Target> targets(std::size_t limit) const;
    /// Why there are no targets.
    [[nodiscard]] std::error_code error() const noexcept {
        return is_done() ? error_ : make_error_code(Errc::resolve_failed);
    }

private:
    void add(const IpAddress& ip);

    NextHop hop_;
    Reach reach_;
    std::vector<Question> questions_;
    std::size_t answers_ = 0;
    std::vector<IpAddress> v4_;
    std::vector<IpAddress> v6_;
    std::error_code error_;
};

}  // namespace siptxn
