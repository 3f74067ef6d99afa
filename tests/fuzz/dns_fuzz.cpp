// SPDX-License-Identifier: MIT
// An answer of a name server: whatever the octets, what is read of them is bounded by them, and reading again gives the
// same. The first octet chooses the type asked for, then comes the name asked for, with its length, then the message.
#include "require.hpp"

#include <siptxn/dns_message.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

constexpr std::size_t most_records = 8;
constexpr std::size_t longest_text = 4 * 255;  // each octet of a name may come out as four

bool is_bounded(const siptxn::DnsRecord& record) {
    return record.target.size() <= longest_text && record.service.size() <= 255 && record.flags.size() <= 255 &&
           record.ttl <= 0x7fffffff;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view octets(reinterpret_cast<const char*>(data), size);
    if (octets.size() < 2) return 0;
    auto type = static_cast<siptxn::RecordType>(data[0] % 5);
    auto name = octets.substr(2, data[1]);
    octets.remove_prefix(2 + name.size());
    auto answer = siptxn::read_dns_answer(octets, name, type, most_records);
    if (!answer) {
        fuzz::require(!to_string(answer.error()).empty());
        return 0;
    }
    fuzz::require(answer->records.size() <= most_records);
    fuzz::require(std::ranges::all_of(answer->records, is_bounded));
    fuzz::require(std::ranges::all_of(answer->records, [&](const auto& record) { return record.type == type; }));
    fuzz::require(answer->records.empty() || !answer->negative_ttl);
    auto again = siptxn::read_dns_answer(octets, siptxn::canonical_name(name), type, most_records);
    fuzz::require(again && again->records.size() == answer->records.size());
    return 0;
}
