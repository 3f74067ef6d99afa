// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/dns_message.hpp>
#include <siptxn/wire.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Writes DNS messages octet by octet (RFC 1035 §4), sound ones and others.
struct DnsOctets {
    DnsOctets& u8(unsigned value) {
        text += static_cast<char>(value);
        return *this;
    }
    DnsOctets& u16(unsigned value) { return u8(value >> 8 & 0xff).u8(value & 0xff); }
    DnsOctets& u32(std::uint32_t value) { return u16(value >> 16).u16(value & 0xffff); }
    DnsOctets& string(std::string_view octets) {
        u8(static_cast<unsigned>(octets.size()));
        text += octets;
        return *this;
    }
    DnsOctets& name(std::string_view dotted) {
        while (!dotted.empty() && dotted != ".") {
            auto dot = dotted.find('.');
            string(dotted.substr(0, dot));
            dotted.remove_prefix(dot == dotted.npos ? dotted.size() : dot + 1);
        }
        return u8(0);
    }
    DnsOctets& pointer(std::size_t to) { return u16(0xc000 | static_cast<unsigned>(to)); }
    /// The answer to one question, up to its answer section.
    DnsOctets& header(unsigned flags, unsigned answers, unsigned authorities = 0, unsigned id = 7) {
        return u16(id).u16(flags).u16(1).u16(answers).u16(authorities).u16(0);
    }
    DnsOctets& question(std::string_view asked, unsigned type) { return name(asked).u16(type).u16(1); }
    DnsOctets& record(std::string_view owner, unsigned type, std::uint32_t ttl, const DnsOctets& data) {
        name(owner).u16(type).u16(1).u32(ttl).u16(static_cast<unsigned>(data.text.size()));
        text += data.text;
        return *this;
    }

    std::string text;
};

namespace dns {

constexpr unsigned response = 0x8180;  ///< to a query that wanted recursion, no error

inline DnsOctets address_data(const siptxn::IpAddress& ip) {
    DnsOctets data;
    for (int i = 0; i < (ip.is_v6() ? 16 : 4); ++i) data.u8(ip.octets[static_cast<std::size_t>(i)]);
    return data;
}

inline DnsOctets data_of(const siptxn::DnsRecord& r) {
    DnsOctets data;
    switch (r.type) {
        case siptxn::RecordType::a:
        case siptxn::RecordType::aaaa: return address_data(r.ip);
        case siptxn::RecordType::srv: return data.u16(r.priority).u16(r.weight).u16(r.port).name(r.target);
        case siptxn::RecordType::naptr:
            return data.u16(r.priority).u16(r.weight).string(r.flags).string(r.service).string("").name(r.target);
        case siptxn::RecordType::soa:
            return data.name("ns.example").name("me.example").u32(1).u32(2).u32(3).u32(4).u32(r.ttl);
    }
    return data;
}

/// The answer of a sound name server.
inline std::string answer(std::string_view asked, siptxn::RecordType type,
                          const std::vector<siptxn::DnsRecord>& records, unsigned flags = response, unsigned id = 7) {
    DnsOctets octets;
    octets.header(flags, static_cast<unsigned>(records.size()), 0, id).question(asked, code_of(type));
    for (const auto& r : records) octets.record(asked, code_of(r.type), r.ttl, data_of(r));
    return octets.text;
}

}  // namespace dns
