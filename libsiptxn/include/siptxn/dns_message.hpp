// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/wire.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace siptxn {

/// Why octets are no answer to a question.
enum class DnsFault : std::uint8_t {
    not_an_answer,  ///< a query, another operation, or the answer to another question
    cut_short,      ///< the message ends before what it announces
    bad_pointer,    ///< a compressed name that does not point backwards
    bad_name,       ///< a name above 255 octets, or a label of an unknown kind
    bad_length,     ///< a record's data is shorter or longer than it says
    too_many,       ///< more records, or a longer chain of aliases, than anyone needs
};

[[nodiscard]] std::string_view to_string(DnsFault fault) noexcept;

/// What a name server said to one question (RFC 1035 §4).
struct DnsAnswer {
    int rcode = 0;           ///< 0 no error, 2 server failure, 3 no such name
    bool truncated = false;  ///< there is more, to be had over TCP
    /// Of the type asked for and of the name asked for, or of the name that its aliases lead to. A ttl is the smallest
    /// on that way; one with its top bit set is 0 (RFC 2181). NAPTR records with a regular expression are left out.
    std::vector<DnsRecord> records;
    std::optional<std::uint32_t> negative_ttl;  ///< seconds, when there are no records (RFC 2308)
};

/// Reads the answer to one question, at most `most_records` of it. Names come out in lower case, without the root's
/// dot, octets that no host name has as RFC 1035 §5.1 writes them ("\046"). Takes any octets: time and memory are
/// bounded by a multiple of their number.
[[nodiscard]] std::expected<DnsAnswer, DnsFault> read_dns_answer(std::string_view octets, std::string_view name,
                                                                 RecordType type, std::size_t most_records = 64);

/// The number of a type (RFC 1035 §3.2.2, RFC 3596, RFC 2782, RFC 3403).
[[nodiscard]] std::uint16_t code_of(RecordType type) noexcept;

/// Octets of a name as text, without the root's dot (RFC 1035 §2.3.4).
inline constexpr std::size_t longest_name = 253;

/// How names are compared: lower case, without the root's dot.
[[nodiscard]] std::string canonical_name(std::string_view name);

}  // namespace siptxn
